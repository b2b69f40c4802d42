import { after, ms } from '@pilotwire/machine';
import type { Duration, Timeline } from '@pilotwire/machine';

const period = ms(10);

/** Resolves once something is done, or has not been done within so long. */
export function until(time: Timeline, done: () => boolean, within: Duration): Promise<void> {
  const end = after(time.now, within);
  return new Promise((resolve) => {
    const look = (): void => (done() || time.now >= end ? resolve() : time.schedule(look, period));
    look();
  });
}
