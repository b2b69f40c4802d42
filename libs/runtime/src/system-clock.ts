import type { Instant } from '@pilotwire/machine';
import type { Clock } from './clock.js';

/** The longest that a timer of Node can wait; beyond it fires at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * The machine's monotonic clock: milliseconds since the process started. A wake does not keep the process alive where
 * `background` is set: a process ends when its links and servers have closed.
 */
export function systemClock({ background = false }: { readonly background?: boolean } = {}): Clock {
  const now = (): Instant => performance.now() as Instant;
  return {
    now,
    wake(at, run) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        // Timers count whole milliseconds and may be early by a part of one.
        const wait = Math.min(Math.max(Math.ceil(at - now()), 0), longestTimer);
        timer = setTimeout(() => (now() >= at ? run() : arm()), wait);
        if (background) timer.unref();
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}
