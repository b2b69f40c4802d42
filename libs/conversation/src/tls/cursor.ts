/** Bytes that are not the TLS they claim to be. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
}

/** Reads big-endian fields one after another; throws `TlsError` where they run out. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u24(): number {
    return this.#number(3);
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new TlsError(`${length} bytes wanted where ${this.left} are left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #number(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }
}
