import { JournalError } from './error.js';
import type { Folder } from './folder.js';
import { decodeHeader, noteRecord, openSegment, readSegment, segmentHeader, seqOfName } from './segment.js';
import type { Segment } from './segment.js';

/** What a journal has to tell. */
export type JournalReport =
  /** Octets after the last whole record, which nobody was told were kept: gone. */
  | { readonly kind: 'torn'; readonly segment: string; readonly position: number; readonly bytes: number }
  /** Octets between whole records that are none: the records after `after` and before `before` cannot be read. */
  | { readonly kind: 'damaged'; readonly segment: string; readonly position: number; readonly bytes: number; readonly after: number; readonly before: number }
  /** A segment without its header, or of another journal; its records are read all the same. */
  | { readonly kind: 'strange-header'; readonly segment: string }
  /** A whole segment has been dropped, being too old or beyond the size that is kept. */
  | { readonly kind: 'dropped'; readonly segment: string; readonly firstSeq: number; readonly lastSeq: number; readonly why: 'age' | 'size' | 'asked' }
  /** What is too old could not be dropped; it will be tried again. */
  | { readonly kind: 'not-dropped'; readonly segment: string; readonly error: JournalError };

export interface Recovered {
  readonly segments: Segment[];
  /** Undefined where nothing tells. */
  readonly life: string | undefined;
}

/** Opens what a folder holds. The last segment is checked record by record, and its torn tail cut off. */
export async function recover(folder: Folder, report: (report: JournalReport) => void): Promise<Recovered> {
  const firsts = (await folder.list()).map(seqOfName).filter((seq) => seq !== undefined).toSorted((a, b) => a - b);
  const segments: Segment[] = [];
  let life: string | undefined;
  const strange: string[] = [];
  for (const [i, first] of firsts.entries()) {
    const segment = await openSegment(folder, first);
    const header = decodeHeader(await segment.file.read(0, segmentHeader));
    segment.createdAt = header?.createdAt;
    const isLast = i === firsts.length - 1;
    // It was being made when the power went: no record is in it.
    if (isLast && header === undefined && !(await hasRecords(segment))) {
      report({ kind: 'torn', segment: segment.name, position: 0, bytes: segment.size });
      await segment.file.close();
      await folder.remove(segment.name);
      // Its name said how far the journal had come.
      const before = segments.at(-1);
      if (before === undefined) return { segments: [], life };
      await cutTail(before, report);
      if (before.lastSeq < first - 1) before.lastSeq = first - 1;
      return { segments, life };
    }
    if (header === undefined || (life !== undefined && header.life !== life)) strange.push(segment.name);
    life = header?.life ?? life;
    segments.push(segment);
    if (isLast) await cutTail(segment, report);
    else segment.lastSeq = (firsts[i + 1] as number) - 1;
  }
  for (const segment of strange) report({ kind: 'strange-header', segment });
  return { segments, life };
}

async function hasRecords(segment: Segment): Promise<boolean> {
  for await (const one of readSegment(segment, segment.firstSeq)) if (!('damaged' in one)) return true;
  return false;
}

async function cutTail(segment: Segment, report: (report: JournalReport) => void): Promise<void> {
  const size = segment.size;
  segment.lastSeq = segment.firstSeq - 1;
  segment.size = Math.min(size, segmentHeader);
  const whole = { ...segment, index: [], size };
  for await (const one of readSegment(whole, segment.firstSeq)) {
    if (!('damaged' in one)) noteRecord(segment, one.seq, one.position, one.end);
  }
  if (segment.size === size) return;
  report({ kind: 'torn', segment: segment.name, position: segment.size, bytes: size - segment.size });
  await segment.file.truncate(segment.size);
  await segment.file.sync();
}
