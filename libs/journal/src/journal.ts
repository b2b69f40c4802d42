import { randomUUID } from 'node:crypto';
import { JournalError, journalError } from './error.js';
import type { Folder } from './folder.js';
import { encodeRecord, headerLength, maxPayload } from './record.js';
import type { Damage, Entry } from './record.js';
import { recover } from './recover.js';
import type { JournalReport } from './recover.js';
import { encodeHeader, noteRecord, openSegment, readSegment, segmentHeader } from './segment.js';
import type { Segment } from './segment.js';

export interface JournalOptions {
  readonly folder: Folder;
  /** What was found torn, damaged or too old. */
  readonly report: (report: JournalReport) => void;
  /** Octets; a file that has reached it grows no more. Default 4 MiB. */
  readonly segmentBytes?: number;
  /** Octets; the oldest segment is dropped once the others hold so much. Default 64 MiB. */
  readonly keepBytes?: number;
  /** Milliseconds; what is older is dropped, segment by segment. Default 7 days. */
  readonly keepMs?: number;
  /** Milliseconds since 1970. */
  readonly time?: () => number;
}

/** Of what waits for the disk. */
const maxPendingBytes = 16_777_216;
const maxBatchBytes = 1_048_576 + headerLength;

interface Pending {
  readonly bytes: Uint8Array;
  readonly resolve: (entry: Entry) => void;
  readonly reject: (error: JournalError) => void;
}

/** An append-only log on disk. */
export class Journal {
  /** A UUID that lives as long as the count: another one means that the count began anew. */
  readonly life: string;
  readonly #options: Required<JournalOptions>;
  readonly #segments: Segment[];
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  /** After a failed write nobody knows what the file holds behind its sure part. */
  #unsure = false;
  #closed = false;

  private constructor(options: Required<JournalOptions>, segments: Segment[], life: string) {
    this.#options = options;
    this.#segments = segments;
    this.life = life;
  }

  /** Opens a journal, or begins one. Throws `JournalError`: `io`, `disk-full`. */
  static async open(options: JournalOptions): Promise<Journal> {
    const given = { segmentBytes: 4_194_304, keepBytes: 67_108_864, keepMs: 7 * 86_400_000, time: Date.now, ...options };
    try {
      const { segments, life } = await recover(options.folder, options.report);
      const journal = new Journal(given, segments, life ?? randomUUID());
      // Without a header that tells its life, the next opening would have to invent another.
      if (segments.length === 0 || life === undefined) await journal.#begin((segments.at(-1)?.lastSeq ?? 0) + 1);
      await journal.#drop();
      return journal;
    } catch (error) {
      throw journalError(error);
    }
  }

  /** The last record that is sure; 0 where there is none. */
  get lastSeq(): number {
    return this.#active.lastSeq;
  }

  /** The oldest record that is kept; `lastSeq + 1` where there is none. */
  get firstSeq(): number {
    return (this.#segments[0] as Segment).firstSeq;
  }

  get #active(): Segment {
    return this.#segments.at(-1) as Segment;
  }

  /**
   * Appends a record and resolves when it is sure: records that are appended while the disk is busy share one sync.
   * Rejects with `JournalError`; the record is then not kept, and its seq goes to the next.
   */
  append(bytes: Uint8Array): Promise<Entry> {
    if (this.#closed) return Promise.reject(new JournalError('closed', 'the journal is closed'));
    if (bytes.length > maxPayload) return Promise.reject(new JournalError('too-large', `a record of ${bytes.length} octets; ${maxPayload} at most`));
    if (this.#pendingBytes + bytes.length > maxPendingBytes) {
      return Promise.reject(new JournalError('overloaded', `${this.#pending.length} records wait for the disk`));
    }
    return new Promise((resolve, reject) => {
      this.#pending.push({ bytes, resolve, reject });
      this.#pendingBytes += bytes.length;
      this.#writing ??= this.#write();
    });
  }

  /**
   * The records from `from` to `to`, which are those that were sure when asked. Some may be missing where the journal was
   * damaged (reported) or has dropped them. Throws `JournalError` `io`.
   */
  async *read(from: number, to = this.lastSeq): AsyncGenerator<Entry> {
    // A list of its own: segments may be dropped and begun meanwhile.
    const segments = this.#segments.filter(({ firstSeq, lastSeq }) => lastSeq >= from && firstSeq <= to);
    for (const segment of segments) yield* this.#readOne(segment, from, to);
  }

  async *#readOne(segment: Segment, from: number, to: number): AsyncGenerator<Entry> {
    let damage: (Damage & { readonly position: number }) | undefined;
    const tell = (before: number): void => {
      if (damage === undefined) return;
      const { position, damaged, after } = damage;
      this.#options.report({ kind: 'damaged', segment: segment.name, position, bytes: damaged, after, before });
      damage = undefined;
    };
    try {
      for await (const one of readSegment(segment, from)) {
        if ('damaged' in one) {
          damage = one;
          continue;
        }
        tell(one.seq);
        if (one.seq > to) return;
        if (one.seq >= from) yield { seq: one.seq, at: one.at, bytes: one.bytes };
      }
      tell(segment.lastSeq + 1);
    } catch (error) {
      // Dropped while it was read: as if it had been before.
      if (this.#segments.includes(segment)) throw journalError(error);
    }
  }

  /** Drops the segments that hold nothing from `seq` on: whoever has said everything again behind them needs them no more. */
  async dropBefore(seq: number): Promise<void> {
    while (this.#segments.length > 1 && (this.#segments[0] as Segment).lastSeq < seq) if (!(await this.#dropOldest('asked'))) return;
  }

  /** Waits for what was appended, and gives the files and the folder back. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    await Promise.all(this.#segments.map(({ file }) => file.close()));
    await this.#options.folder.close();
  }

  async #write(): Promise<void> {
    // Whoever appends in this turn of the event loop shares the first sync.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#takeBatch();
      try {
        const entries = await this.#writeBatch(batch);
        for (const [i, entry] of entries.entries()) (batch[i] as Pending).resolve(entry);
        await this.#drop();
      } catch (error) {
        this.#unsure = true;
        for (const { reject } of batch) reject(journalError(error));
      }
    }
    this.#writing = undefined;
  }

  #takeBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const pending of this.#pending) {
      bytes += headerLength + pending.bytes.length;
      if (count > 0 && bytes > maxBatchBytes) break;
      this.#pendingBytes -= pending.bytes.length;
      count++;
    }
    return this.#pending.splice(0, count);
  }

  async #writeBatch(batch: readonly Pending[]): Promise<Entry[]> {
    if (this.#unsure) {
      await this.#active.file.truncate(this.#active.size);
      await this.#active.file.sync();
      this.#unsure = false;
    }
    const at = this.#options.time();
    // A segment that is open too long would keep what is too old.
    const { size, createdAt = at, lastSeq } = this.#active;
    const old = createdAt < at - this.#options.keepMs / 4 && size > segmentHeader;
    if (old || size >= this.#options.segmentBytes) await this.#begin(lastSeq + 1);
    const active = this.#active;
    const entries = batch.map(({ bytes }, i) => ({ seq: active.lastSeq + 1 + i, at, bytes }));
    const records = entries.map(encodeRecord);
    await active.file.write(active.size, Buffer.concat(records));
    await active.file.sync();
    for (const [i, { seq }] of entries.entries()) noteRecord(active, seq, active.size, active.size + (records[i] as Uint8Array).length);
    return entries;
  }

  /** Begins a segment; where that fails, the one before stays the active one. */
  async #begin(firstSeq: number): Promise<void> {
    const { folder, time } = this.#options;
    const segment = await openSegment(folder, firstSeq);
    try {
      const createdAt = time();
      await segment.file.truncate(0);
      // The header becomes sure with the first records.
      await segment.file.write(0, encodeHeader({ life: this.life, createdAt }));
      await folder.sync();
      segment.size = segmentHeader;
      segment.createdAt = createdAt;
    } catch (error) {
      await segment.file.close();
      throw error;
    }
    const before = this.#segments.at(-1);
    if (before !== undefined) before.index.length = 0;
    this.#segments.push(segment);
  }

  /** Drops the oldest segments, as far as they are too old or too much. */
  async #drop(): Promise<void> {
    const { keepBytes, keepMs, time } = this.#options;
    while (this.#segments.length > 1) {
      const next = this.#segments[1] as Segment;
      // Its newest record is older than the segment after it.
      const tooOld = next.createdAt !== undefined && next.createdAt < time() - keepMs;
      const tooMuch = this.#segments.slice(1).reduce((sum, { size }) => sum + size, 0) >= keepBytes;
      if (!tooOld && !tooMuch) return;
      if (!(await this.#dropOldest(tooOld ? 'age' : 'size'))) return;
    }
  }

  /** Whether that could be done. */
  async #dropOldest(why: 'age' | 'size' | 'asked'): Promise<boolean> {
    const { folder, report } = this.#options;
    const { name: segment, firstSeq, lastSeq, file } = this.#segments[0] as Segment;
    try {
      await folder.remove(segment);
    } catch (error) {
      report({ kind: 'not-dropped', segment, error: journalError(error) });
      return false;
    }
    this.#segments.shift();
    report({ kind: 'dropped', segment, firstSeq, lastSeq, why });
    await file.close();
    return true;
  }
}
