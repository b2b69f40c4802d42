import { after } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';

/** What a promise comes to, or undefined where it has not within a time. */
export function within<Result>(clock: Clock, wait: Duration, promise: Promise<Result>): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.wake(after(clock.now(), wait), () => resolve(undefined));
    promise.then(resolve, reject).finally(cancel);
  });
}
