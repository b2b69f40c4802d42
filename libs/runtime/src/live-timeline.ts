import { after } from '@pilotwire/machine';
import type { Actor, Duration, Instant, Machine, Surroundings, Tick, Timeline } from '@pilotwire/machine';
import type { Clock } from './clock.js';
import { drive } from './drive.js';
import type { Trouble } from './drive.js';

/** What went wrong while something lived in this time; all of it goes on. */
export type Mishap = Trouble<unknown, unknown, unknown> | { readonly kind: 'scheduled'; readonly at: Instant; readonly error: unknown };

export interface LiveTimeline extends Timeline {
  /** Nothing happens in it any more. */
  stop(): void;
}

/** A timeline on a clock that goes by itself, so that what was tried in virtual time lives at a site. */
export function liveTimeline(clock: Clock, report: (mishap: Mishap) => void): LiveTimeline {
  const pending = new Set<() => void>();
  const drivers = new Set<{ stop(): void }>();
  let stopped = false;
  const schedule = (run: () => void, delay: Duration = 0 as Duration): void => {
    if (!(delay >= 0)) throw new RangeError(`a delay of ${delay} ms`);
    if (stopped) return;
    const cancel = clock.wake(after(clock.now(), delay), () => {
      pending.delete(cancel);
      try {
        run();
      } catch (error) {
        report({ kind: 'scheduled', at: clock.now(), error });
      }
    });
    pending.add(cancel);
  };
  return {
    get now() {
      return clock.now();
    },
    schedule,
    add<State, Input, Output>(machine: Machine<State, Input, Output>, initial: State, { perform, observe }: Surroundings<Input, Output>): Actor<State, Input> {
      const driver = drive<State, Input, Output>({
        machine, initial, clock, perform: (output, now) => perform(output, now),
        report: (trouble) => report(trouble as Mishap),
        ...(observe !== undefined && { observe: (_: State, input: Input | Tick, now: Instant) => observe(input, now) }),
      });
      drivers.add(driver);
      return {
        get state() {
          return driver.state;
        },
        feed: (input, delay) => (delay === undefined ? driver.feed(input) : schedule(() => driver.feed(input), delay)),
        stop() {
          driver.stop();
          drivers.delete(driver);
        },
      };
    },
    stop() {
      stopped = true;
      for (const cancel of pending) cancel();
      pending.clear();
      for (const driver of drivers) driver.stop();
    },
  };
}
