import type { WireErrorCode } from './error.js';
import { WireError } from './error.js';
import { parseMac } from './mac.js';
import { FieldPath } from './path.js';

/**
 * Writes bytes from front to back. Values that do not fit their field, wrong types included, throw `WireError`; more
 * than `limit` octets throw `limit`.
 */
export class Writer {
  readonly limit: number;
  readonly path: FieldPath;
  /** Where the first octet lies in the whole message; other than 0 only for a part. */
  readonly #start: number;
  #bytes = new Uint8Array(128);
  #at = 0;

  constructor(limit = 65_536, path = new FieldPath(), start = 0) {
    this.limit = limit;
    this.path = path;
    this.#start = start;
  }

  /** Octets written so far. */
  get length(): number {
    return this.#at;
  }

  /** What was written, zero-padded to at least `minimum` octets. */
  finish(minimum = 0): Uint8Array {
    if (this.#at < minimum) this.#room(minimum - this.#at);
    return this.#bytes.slice(0, Math.max(this.#at, minimum));
  }

  /**
   * A writer for a part that must be complete before the `before` octets of its length can be written. Its errors
   * tell place and path in the whole message.
   */
  part(before: number): Writer {
    return new Writer(this.limit, this.path, this.#start + this.#at + before);
  }

  fail(code: WireErrorCode, what: string): never {
    throw new WireError(code, this.#start + this.#at, this.path.toString(), what);
  }

  u8(value: number): void {
    this.#check(value, 0xff);
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  be16(value: number): void {
    this.#check(value, 0xffff);
    this.#room(2);
    this.#bytes[this.#at++] = value >>> 8;
    this.#bytes[this.#at++] = value;
  }

  le16(value: number): void {
    this.#check(value, 0xffff);
    this.#room(2);
    this.#bytes[this.#at++] = value;
    this.#bytes[this.#at++] = value >>> 8;
  }

  le32(value: number): void {
    this.#check(value, 0xffff_ffff);
    this.#room(4);
    putLe32(this.#bytes, this.#at, value);
    this.#at += 4;
  }

  le64(value: bigint): void {
    if (typeof value !== 'bigint') this.fail('missing', 'needs a bigint');
    if (BigInt.asUintN(64, value) !== value) this.fail('range', `${value} is not in 0..2^64-1`);
    this.le32(Number(value & 0xffff_ffffn));
    this.le32(Number(value >> 32n));
  }

  /** A byte string, of `length` octets where one is given. */
  put(value: Uint8Array, length?: number): void {
    if (!(value instanceof Uint8Array)) this.fail('missing', 'needs bytes');
    if (length !== undefined && value.length !== length) {
      this.fail('length', `needs ${length} octets, not ${value.length}`);
    }
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  fill(count: number, value: number): void {
    this.#room(count);
    this.#bytes.fill(value, this.#at, this.#at + count);
    this.#at += count;
  }

  /** The six octets of `00:b0:52:00:00:01`. */
  mac(value: string): void {
    if (typeof value !== 'string') this.fail('missing', 'needs a MAC address');
    this.put(parseMac(value) ?? this.fail('format', `"${value}" is no MAC address`));
  }

  #check(value: number, most: number): void {
    if (typeof value !== 'number') this.fail('missing', 'needs a number');
    if (!(value >= 0 && value <= most && Number.isInteger(value))) this.fail('range', `${value} is not in 0..${most}`);
  }

  #room(count: number): void {
    const needed = this.#at + count;
    if (needed > this.limit) this.fail('limit', `more than ${this.limit} octets`);
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Little-endian 32 bits; the caller has checked the bounds. */
export function putLe32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
