import type { Stamp } from '@pilotwire/capture';
import type { V2gtpError, V2gtpSkipped } from '@pilotwire/v2gtp';

/** How much of a stretch of garbage is shown. */
const SHOWN = 1024;

/** One stretch of bytes that belong to no message: counted whole, its beginning kept. */
export class SkippedStretch {
  readonly stamp: Stamp;
  readonly error: V2gtpError;
  length = 0;
  #shown = new Uint8Array(0);

  constructor({ error }: V2gtpSkipped, { n, time }: Stamp) {
    this.error = error;
    this.stamp = { n, time };
  }

  get bytes(): Uint8Array {
    return this.#shown;
  }

  add({ bytes }: V2gtpSkipped): void {
    this.length += bytes.length;
    const room = SHOWN - this.#shown.length;
    if (room === 0) return;
    const more = bytes.subarray(0, room);
    const shown = new Uint8Array(this.#shown.length + more.length);
    shown.set(this.#shown);
    shown.set(more, this.#shown.length);
    this.#shown = shown;
  }
}
