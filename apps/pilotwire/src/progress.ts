import type { Io } from './io.js';

/** At most this often, in ms. */
const EVERY = 200;

/** A line on standard error that says how far long work has come; only where a person sees it and no output runs through it. */
export function progress(io: Io, now: () => number = Date.now): { show(text: () => string): void; clear(): void } {
  let last = now(); // so that short work shows nothing
  let shown = false;
  const visible = io.err.terminal && !io.out.terminal;
  return {
    show(text) {
      if (!visible || now() - last < EVERY) return;
      io.err.write(`\r\u001B[K${text()}`);
      [last, shown] = [now(), true];
    },
    clear() {
      if (shown) io.err.write('\r\u001B[K');
    },
  };
}
