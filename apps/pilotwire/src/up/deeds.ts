import { hrtime } from 'node:process';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { SimulatedOutlet } from '@pilotwire/simulation';

/** What the power hardware of an outlet did. `at`: milliseconds on the steady clock that all processes of a machine share. */
export interface Deed {
  readonly at: number;
  readonly what: 'supply' | 'contactors' | 'inlet';
  readonly on: boolean;
}

const glance = ms(1);

/** Looks at the hardware every millisecond and tells each change of it. What is returned ends that. */
export function tellDeeds(outlet: SimulatedOutlet, clock: Clock, tell: (deed: Deed) => void): () => void {
  const known: Record<Deed['what'], boolean> = { supply: false, contactors: false, inlet: false };
  let cancel: () => void = () => undefined;
  const look = (): void => {
    const { order, contactors, inlet } = outlet.hardware;
    const now = { supply: order !== undefined, contactors: contactors.closed, inlet: inlet.closed };
    for (const what of ['supply', 'contactors', 'inlet'] as const) {
      if (now[what] === known[what]) continue;
      known[what] = now[what];
      tell({ at: Number(hrtime.bigint()) / 1e6, what, on: now[what] });
    }
    cancel = clock.wake(after(clock.now(), glance), look);
  };
  look();
  return () => cancel();
}
