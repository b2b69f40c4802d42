import type { Anomaly, AnomalyCode, WireErrorCode } from './error.js';
import { WireError } from './error.js';
import { formatMac } from './mac.js';
import { FieldPath } from './path.js';

/**
 * Reads bytes from front to back and never past `end`. Every reading method throws `WireError` `truncated` where too
 * few octets are left; byte strings are copies, so that a buffer may be used again while its values live on.
 */
export class Reader {
  readonly bytes: Uint8Array;
  /** Offset of the next octet. */
  at: number;
  /** Offset after the last octet that may be read; narrowed while a length-prefixed part is read. */
  end: number;
  readonly path = new FieldPath();
  #anomalies: Anomaly[] | undefined;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
  }

  get remaining(): number {
    return this.end - this.at;
  }

  get anomalies(): readonly Anomaly[] {
    return this.#anomalies ?? none;
  }

  /** Notes a deviation of the octets at `byte`, and goes on. */
  report(code: AnomalyCode, byte: number, message: string): void {
    this.#anomalies ??= [];
    this.#anomalies.push({ code, byte, path: this.path.toString(), message });
  }

  fail(code: WireErrorCode, what: string): never {
    throw new WireError(code, this.at, this.path.toString(), what);
  }

  /** Checks that `count` more octets are there, before anything of that size is allocated. */
  need(count: number): void {
    if (count > this.end - this.at) {
      this.fail('truncated', `needs ${count} octet${count === 1 ? '' : 's'}, ${this.remaining} left`);
    }
  }

  u8(): number {
    this.need(1);
    return this.bytes[this.at++] as number;
  }

  be16(): number {
    this.need(2);
    const value = ((this.bytes[this.at] as number) << 8) | (this.bytes[this.at + 1] as number);
    this.at += 2;
    return value;
  }

  le16(): number {
    this.need(2);
    const value = (this.bytes[this.at] as number) | ((this.bytes[this.at + 1] as number) << 8);
    this.at += 2;
    return value;
  }

  le32(): number {
    this.need(4);
    const value = le32At(this.bytes, this.at);
    this.at += 4;
    return value;
  }

  le64(): bigint {
    this.need(8);
    const value = (BigInt(le32At(this.bytes, this.at + 4)) << 32n) | BigInt(le32At(this.bytes, this.at));
    this.at += 8;
    return value;
  }

  take(count: number): Uint8Array {
    this.need(count);
    const bytes = this.bytes.slice(this.at, this.at + count);
    this.at += count;
    return bytes;
  }

  /** Six octets as `00:b0:52:00:00:01`. */
  mac(): string {
    this.need(6);
    const text = formatMac(this.bytes, this.at);
    this.at += 6;
    return text;
  }
}

const none: readonly Anomaly[] = Object.freeze([]);

/** Little-endian unsigned 32 bits; the caller has checked the bounds. */
export function le32At(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}

/** Whether the octets from `from` up to `to` all equal `value`. */
export function isFilled(bytes: Uint8Array, from: number, to: number, value: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== value) return false;
  return true;
}
