import { SignatureError } from './errors.js';

/** Tags of the types that lead to a certificate's key (ITU-T X.690, clause 8). */
export const tag = { integer: 0x02, bitString: 0x03, objectId: 0x06, sequence: 0x30, version: 0xa0 } as const;

/** Reads the items of DER one after the other; anything that only BER would allow is refused. */
export class DerReader {
  private readonly bytes: Uint8Array;
  /** Where `bytes` begins in the whole certificate, for errors. */
  private readonly start: number;
  private position = 0;

  constructor(bytes: Uint8Array, start = 0) {
    this.bytes = bytes;
    this.start = start;
  }

  /** The tag of the next item; undefined at the end. */
  get next(): number | undefined {
    return this.bytes[this.position];
  }

  /** The content of the next item, which must have this tag. */
  take(expected: number): Uint8Array {
    const found = this.next;
    if (found !== expected) this.fail(found === undefined ? 'ends too early' : `tag ${hex(found)}, where ${hex(expected)} should be`);
    this.position += 1;
    return this.content();
  }

  enter(expected: number): DerReader {
    const content = this.take(expected);
    return new DerReader(content, this.start + this.position - content.length);
  }

  skip(): void {
    if (this.next === undefined) this.fail('ends too early');
    this.position += 1;
    this.content();
  }

  /** All must be read. */
  finish(): void {
    if (this.next !== undefined) this.fail(`${this.bytes.length - this.position} bytes too many`);
  }

  private content(): Uint8Array {
    const length = this.length();
    const content = this.bytes.subarray(this.position, this.position + length);
    if (content.length < length) this.fail(`${length} bytes in the last ${content.length}`);
    this.position += length;
    return content;
  }

  /** Definite, and as short as can be: at most two bytes, for a certificate is shorter than 64 kB. */
  private length(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    if (first === 0x81) {
      const length = this.byte();
      return length >= 0x80 ? length : this.fail('a length that is not in its shortest form');
    }
    if (first === 0x82) {
      const length = this.byte() * 256 + this.byte();
      return length >= 0x100 ? length : this.fail('a length that is not in its shortest form');
    }
    return this.fail(`a length that begins with ${hex(first)}`);
  }

  private byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) return this.fail('ends too early');
    this.position += 1;
    return byte;
  }

  private fail(message: string): never {
    throw new SignatureError('bad-certificate', `certificate, byte ${this.start + this.position}: ${message}`);
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
