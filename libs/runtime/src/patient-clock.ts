import { after, between, ms } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import type { Clock } from './clock.js';

/** More than passes between two looks at the clock in a process that gets its turn, and less than any watchdog has patience. */
const usualGap = ms(10);
const lookEvery = ms(5);

/**
 * A clock that stands still while its process does not get its turn: of a gap only `longest` counts. Those who watch each
 * other within one process live by it, so that a busy machine makes a simulated charge slower, and no watchdog bites for
 * want of a processor. It is only for a process in which all of them live: others, and hardware, do not wait for it.
 */
export function patientClock(clock: Clock, longest: Duration = usualGap): Clock {
  let seen = clock.now();
  let lost = 0;
  let waiting = 0;
  let looking = false;
  const now = (): Instant => {
    const real = clock.now();
    lost += Math.max(0, between(seen, real) - longest);
    seen = real;
    return (real - lost) as Instant;
  };
  /** Where somebody waits somebody looks, so that an idle process is none that has no turn. */
  const look = (): void => {
    if (looking) return;
    looking = true;
    clock.wake(after(clock.now(), lookEvery), () => {
      looking = false;
      now();
      if (waiting > 0) look();
    });
  };
  return {
    now,
    wake(at, run) {
      let cancel: () => void = () => undefined;
      let open = true;
      const close = (): void => {
        if (open) waiting--;
        open = false;
      };
      // What was lost meanwhile is waited for as well.
      const arm = (): void => {
        cancel = clock.wake((at + lost) as Instant, () => {
          if (now() < at) return arm();
          close();
          run();
        });
      };
      now();
      waiting++;
      look();
      arm();
      return () => {
        close();
        cancel();
      };
    },
  };
}
