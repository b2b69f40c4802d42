/** Bits of a byte array, most significant first. */
export class BitReader {
  readonly bytes: Uint8Array;
  /** Bits read so far. */
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get remaining(): number {
    return this.bytes.length * 8 - this.position;
  }

  /** The next `width` (0 to 32) bits as an unsigned number, or undefined where fewer are left. */
  read(width: number): number | undefined {
    if (width > this.remaining) return undefined;
    let value = 0;
    for (let left = width; left > 0; ) {
      const bit = this.position & 7;
      const take = Math.min(left, 8 - bit);
      const byte = this.bytes[this.position >>> 3] as number;
      value = value * 2 ** take + ((byte >>> (8 - bit - take)) & (2 ** take - 1));
      this.position += take;
      left -= take;
    }
    return value;
  }
}

/** Collects bits into bytes, most significant first. */
export class BitWriter {
  private bytes = new Uint8Array(256);
  /** Bits written so far. */
  position = 0;

  write(value: number, width: number): void {
    if (this.position + width > this.bytes.length * 8) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    for (let left = width; left > 0; ) {
      const bit = this.position & 7;
      const take = Math.min(left, 8 - bit);
      const part = Math.floor(value / 2 ** (left - take)) % 2 ** take;
      const index = this.position >>> 3;
      this.bytes[index] = (this.bytes[index] as number) | (part << (8 - bit - take));
      this.position += take;
      left -= take;
    }
  }

  /** A copy of what was written, the last byte filled up with zero bits. */
  finish(): Uint8Array {
    return this.bytes.slice(0, (this.position + 7) >>> 3);
  }
}
