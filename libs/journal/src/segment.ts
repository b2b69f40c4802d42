import { crc32 } from 'node:zlib';
import { JournalError } from './error.js';
import type { Folder, StoredFile } from './folder.js';
import { parseRecords } from './record.js';
import type { Parsed } from './record.js';

/** One file of a journal: a header, then records. */
export interface Segment {
  readonly name: string;
  /** Of the first record it holds or will hold. */
  readonly firstSeq: number;
  readonly file: StoredFile;
  /** The octets that are sure. */
  size: number;
  lastSeq: number;
  /** When it was made; undefined where its header does not tell. */
  createdAt: number | undefined;
  /** Where the records are, while this is the segment that grows: seq, position, seq, position… */
  readonly index: number[];
}

/** Beyond this no file is a segment of ours. */
const largestSegment = 134_217_728;

/** What begins a segment. */
export interface SegmentHeader {
  /** Which journal it belongs to: a UUID. */
  readonly life: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

// The header: magic (8), life (16), createdAt (6, little-endian), CRC-32 of these (4, little-endian).
const magic = Buffer.from('PWJRNL01', 'latin1');
const crcAt = 30;
export const segmentHeader = 34;

export function encodeHeader({ life, createdAt }: SegmentHeader): Uint8Array {
  const header = Buffer.alloc(segmentHeader);
  magic.copy(header);
  header.write(life.replaceAll('-', ''), 8, 'hex');
  header.writeUIntLE(createdAt, 24, 6);
  header.writeUInt32LE(crc32(header.subarray(0, crcAt)), crcAt);
  return header;
}

export function decodeHeader(bytes: Uint8Array): SegmentHeader | undefined {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (header.length < segmentHeader || header.compare(magic, 0, 8, 0, 8) !== 0) return undefined;
  if (crc32(header.subarray(0, crcAt)) !== header.readUInt32LE(crcAt)) return undefined;
  const life = header.toString('hex', 8, 24).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { life, createdAt: header.readUIntLE(24, 6) };
}

const extension = '.journal';
export const segmentName = (firstSeq: number): string => `${String(firstSeq).padStart(16, '0')}${extension}`;

/** The first seq in a segment's name; undefined for files that are none of ours. */
export function seqOfName(name: string): number | undefined {
  const digits = name.slice(0, -extension.length);
  return name.endsWith(extension) && /^\d{16}$/.test(digits) ? Number(digits) : undefined;
}

export async function openSegment(folder: Folder, firstSeq: number): Promise<Segment> {
  const name = segmentName(firstSeq);
  const file = await folder.open(name);
  const size = await file.size();
  if (size > largestSegment) {
    await file.close();
    throw new JournalError('io', `${name} has ${size} octets: no journal writes that much`);
  }
  return { name, firstSeq, file, size, lastSeq: firstSeq - 1, createdAt: undefined, index: [] };
}

/** Notes a record that is sure. */
export function noteRecord(segment: Segment, seq: number, position: number, end: number): void {
  segment.lastSeq = seq;
  segment.size = end;
  segment.index.push(seq, position);
}

/** Where to begin for the records from `seq` on, and the seq before it. */
function startFor({ index, firstSeq }: Segment, seq: number): { readonly position: number; readonly after: number } {
  let [low, high] = [0, index.length / 2];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((index[2 * middle] as number) < seq) low = middle + 1;
    else high = middle;
  }
  const [position, before] = [index[2 * low + 1], index[2 * low - 2]];
  if (position !== undefined && before !== undefined) return { position, after: before };
  return { position: segmentHeader, after: firstSeq - 1 };
}

/** What is in a segment from `seq` on; it may begin earlier. Positions are those of the file. */
export async function* readSegment(segment: Segment, seq: number): AsyncGenerator<Parsed> {
  const { position, after } = startFor(segment, seq);
  const bytes = await segment.file.read(position, Math.max(segment.size - position, 0));
  for (const one of parseRecords(bytes, after)) yield { ...one, position: one.position + position, end: one.end + position };
}
