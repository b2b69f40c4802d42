/** Bytes with the view that reads numbers from them. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface RecordShape {
  /**
   * Bytes that the record at `at` has, as far as the `available` ones tell: an answer above `available` asks for that
   * many, and to be asked again. `position` is where the record begins in the stream. Throws to stop for good.
   */
  measure(window: Window, at: number, available: number, position: number): number;
  record(window: Window, at: number, length: number, position: number): void;
}

/**
 * Cuts a stream of length-prefixed records wherever its chunks are cut. A record that lies whole in a chunk is given
 * as a place in it; one that does not is put together in a buffer of its own, which grows as bytes arrive.
 */
export class RecordSplitter {
  readonly #shape: RecordShape;
  #partial = new Uint8Array(0);
  #have = 0;
  #position = 0;

  constructor(shape: RecordShape) {
    this.#shape = shape;
  }

  /** Bytes of a record that has begun and is not whole. */
  get pending(): number {
    return this.#have;
  }

  /** Where the next record begins in the stream. */
  get position(): number {
    return this.#position;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (this.#have > 0) {
      const window = windowOf(this.#partial);
      const need = this.#shape.measure(window, 0, this.#have, this.#position);
      if (need > this.#have) {
        const added = chunk.subarray(at, at + need - this.#have);
        this.#keep(added, need);
        at += added.length;
        if (this.#have < need) return;
      } else {
        // The record is given away with its buffer, so views of it stay what they are.
        this.#partial = new Uint8Array(0);
        this.#have = 0;
        this.#emit(window, 0, need);
      }
    }
    const window = windowOf(chunk);
    while (at < chunk.length) {
      const available = chunk.length - at;
      const need = this.#shape.measure(window, at, available, this.#position);
      if (need > available) {
        this.#keep(chunk.subarray(at), need);
        return;
      }
      this.#emit(window, at, need);
      at += need;
    }
  }

  #emit(window: Window, at: number, length: number): void {
    const position = this.#position;
    this.#position += length;
    this.#shape.record(window, at, length, position);
  }

  /** Doubles at most: a length alone does not make it allocate. */
  #keep(bytes: Uint8Array, need: number): void {
    const length = this.#have + bytes.length;
    if (length > this.#partial.length) {
      const grown = new Uint8Array(Math.max(length, Math.min(need, 2 * this.#partial.length)));
      grown.set(this.#partial.subarray(0, this.#have));
      this.#partial = grown;
    }
    this.#partial.set(bytes, this.#have);
    this.#have = length;
  }
}

function windowOf(bytes: Uint8Array): Window {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}
