import type { Clock } from '@pilotwire/runtime';
import type { Io } from '../io.js';

/** npm hands Ctrl-C on to a program that has had it from the terminal already. */
const sameInterrupt = 500;

/** Calls `first` when the program is asked to end; asked once more it ends at once. */
export function onInterrupt(io: Io, clock: Clock, first: () => void): void {
  let at: number | undefined;
  io.onInterrupt(() => {
    if (at === undefined) {
      at = clock.now();
      first();
    } else if (clock.now() - at > sameInterrupt) io.quit(130); // as a shell says of whoever ends by Ctrl-C
  });
}
