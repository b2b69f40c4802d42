import { after, ms } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import type { Clock } from './clock.js';

export interface PatientOptions {
  readonly longest?: Duration;
  /** Calls back when the event loop has gone round. */
  readonly nextTurn?: (run: () => void) => void;
}

/** More than passes from one turn to the next in a process that has a processor, and less than any watchdog has patience. */
const usualTurn = ms(10);
const lookEvery = ms(5);

/**
 * A clock that waits for its process: from one turn of the event loop to the next at most `longest` passes, however long
 * the process worked or was kept from working. Those who watch each other within one process live by it, so that a busy
 * machine makes a simulated charge slower, and no watchdog bites for want of a processor: what was due before it has had
 * its turn. It is only for a process in which all of them live: others, and hardware, do not wait for it.
 */
export function patientClock(clock: Clock, { longest = usualTurn, nextTurn = setImmediate }: PatientOptions = {}): Clock {
  let seen = clock.now();
  let turnBegan = seen;
  let lost = 0;
  let turning = false;
  let waiting = 0;
  let looking = false;
  const now = (): Instant => {
    if (!turning) {
      turning = true;
      turnBegan = seen;
      nextTurn(() => (turning = false));
    }
    const real = clock.now();
    lost += Math.max(0, real - lost - (turnBegan + longest));
    return (seen = (real - lost) as Instant);
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
