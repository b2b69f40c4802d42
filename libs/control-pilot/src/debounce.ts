import { between } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';

/** A value that is believed once it has been seen for long enough. */
export interface Debounced<Value> {
  /** What is believed; undefined until something has been. */
  readonly value: Value | undefined;
  /** What was seen last, and since when it was seen without a break. */
  readonly seen?: Value;
  readonly since?: Instant;
}

/** Takes in one observation. A single one is never believed: it takes a second, `hold` later, with no other between. */
export function debounce<Value>(before: Debounced<Value>, seen: Value, now: Instant, hold: Duration): Debounced<Value> {
  if (before.seen !== seen || before.since === undefined) return { value: before.value, seen, since: now };
  if (before.value === seen || between(before.since, now) < hold) return before;
  return { value: seen, seen, since: before.since };
}
