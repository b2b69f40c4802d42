import type { Instant } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';

/** A day that goes faster than a real one, in several processes at once: `utc` is the same in all of them at any time. */
export interface Scaled {
  readonly clock: Clock;
  /** Milliseconds since 1970, of that day. */
  readonly utc: () => number;
  /** Some of it is left out. */
  skip(by: number): void;
}

/** `began`: when it began, by the clock of the machine; `at`: what time it was then. */
export function scaledDay({ began, at, speed }: { readonly began: number; readonly at: number; readonly speed: number }): Scaled {
  const real = systemClock();
  const zero = real.now();
  // Not Date.now: a process may have put this clock in its place.
  const offset = performance.timeOrigin + zero - began;
  let skipped = 0;
  const now = (): Instant => ((real.now() - zero) * speed) as Instant;
  return {
    clock: { now, wake: (instant, run) => real.wake((zero + instant / speed) as Instant, run) },
    utc: () => Math.floor(at + skipped + offset * speed + now()),
    skip: (by) => void (skipped += by),
  };
}
