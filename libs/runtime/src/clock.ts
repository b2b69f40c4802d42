import type { Instant } from '@pilotwire/machine';

/** A monotonic clock. Everything that waits, waits for it. */
export interface Clock {
  now(): Instant;
  /**
   * Calls `run` at `at` or soon after, never before it and never before `wake` has returned. What is returned takes the
   * wish back.
   */
  wake(at: Instant, run: () => void): () => void;
}
