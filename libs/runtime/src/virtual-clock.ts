import { origin } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { Clock } from './clock.js';

/** A clock that stands still until it is told otherwise. */
export interface VirtualClock extends Clock {
  /** Lets `by` milliseconds pass; what is due on the way happens, in the order of time and then of asking. */
  advance(by: number): void;
  /** How many wakes are pending. */
  readonly pending: number;
}

interface Wake {
  readonly at: Instant;
  readonly run: () => void;
}

export function virtualClock(start: Instant = origin): VirtualClock {
  let now = start;
  const wakes = new Set<Wake>();
  /** The earliest due by `limit`; of two at one instant the one that was asked for first, for a set keeps its order. */
  const next = (limit: Instant): Wake | undefined => {
    let first: Wake | undefined;
    for (const wake of wakes) if (wake.at <= limit && (first === undefined || wake.at < first.at)) first = wake;
    return first;
  };
  return {
    now: () => now,
    get pending() {
      return wakes.size;
    },
    wake(at, run) {
      const wake = { at, run };
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
    advance(by) {
      if (!(by >= 0)) throw new RangeError(`time does not go back by ${-by} ms`);
      const to = (now + by) as Instant;
      for (let wake = next(to); wake !== undefined; wake = next(to)) {
        wakes.delete(wake);
        if (wake.at > now) now = wake.at;
        wake.run();
      }
      now = to;
    },
  };
}
