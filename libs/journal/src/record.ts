import { crc32 } from 'node:zlib';

/** What was appended. */
export interface Entry {
  /** From 1, without a gap, for as long as the journal lives. */
  readonly seq: number;
  /** When: milliseconds since 1970, by the clock of the process. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Octets that are no records. */
export interface Damage {
  readonly damaged: number;
  /** The last record before. */
  readonly after: number;
}

export type Parsed = (Entry | Damage) & { readonly position: number; readonly end: number };

// A record, little-endian: mark (4), CRC-32 of all that follows (4), length of the payload (4), seq (6), at (6), payload.
const mark = Buffer.from([0xf5, 0x50, 0x57, 0x4a]); // no text in UTF-8 holds F5
const crcEnd = 8;
export const headerLength = 24;

/** The largest payload. */
export const maxPayload = 1_048_576;

export function encodeRecord({ seq, at, bytes }: Entry): Uint8Array {
  const record = Buffer.alloc(headerLength + bytes.length);
  mark.copy(record);
  record.writeUInt32LE(bytes.length, 8);
  record.writeUIntLE(seq, 12, 6);
  record.writeUIntLE(at, 18, 6);
  record.set(bytes, headerLength);
  record.writeUInt32LE(crc32(record.subarray(crcEnd)), 4);
  return record;
}

/**
 * The records in a part of a segment, in order, and what lies between them. After damage it goes on at the next record
 * that is whole; a record that goes back in `seq` is damage too. Positions count from the beginning of `bytes`.
 */
export function* parseRecords(bytes: Uint8Array, after: number): Generator<Parsed> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let last = after;
  let position = 0;
  let good = 0;
  while (position < buffer.length) {
    const entry = recordAt(buffer, position, last);
    if (entry === undefined) {
      const next = buffer.indexOf(mark, position + 1);
      position = next === -1 ? buffer.length : next;
      continue;
    }
    if (position > good) yield { damaged: position - good, after: last, position: good, end: position };
    good = position + headerLength + entry.bytes.length;
    yield { ...entry, position, end: good };
    last = entry.seq;
    position = good;
  }
  if (good < buffer.length) yield { damaged: buffer.length - good, after: last, position: good, end: buffer.length };
}

function recordAt(buffer: Buffer, position: number, after: number): Entry | undefined {
  const payload = position + headerLength;
  if (payload > buffer.length || buffer.compare(mark, 0, mark.length, position, position + mark.length) !== 0) return undefined;
  const end = payload + buffer.readUInt32LE(position + 8);
  if (end > buffer.length || end - payload > maxPayload) return undefined;
  if (crc32(buffer.subarray(position + crcEnd, end)) !== buffer.readUInt32LE(position + 4)) return undefined;
  const seq = buffer.readUIntLE(position + 12, 6);
  if (seq <= after) return undefined;
  return { seq, at: buffer.readUIntLE(position + 18, 6), bytes: buffer.subarray(payload, end) };
}
