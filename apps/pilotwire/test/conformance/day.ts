import type { Instant } from '@pilotwire/machine';
import { patientClock, systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';

/** A day that goes faster than a real one, and waits for its process: what is late of itself is late for everybody. */
export interface Day {
  readonly clock: Clock;
  /** Milliseconds since 1970, of that day. */
  readonly utc: () => number;
}

export function fastDay({ at, speed }: { readonly at: number; readonly speed: number }): Day {
  const real = systemClock();
  const clock = patientClock({ now: () => (real.now() * speed) as Instant, wake: (instant, run) => real.wake((instant / speed) as Instant, run) });
  const zero = clock.now();
  return { clock, utc: () => Math.floor(at + clock.now() - zero) };
}
