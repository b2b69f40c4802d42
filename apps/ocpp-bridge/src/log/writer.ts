import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Op } from './kept.js';
import type { StationLog } from './station-log.js';

export interface WriterOptions<Word> {
  readonly log: Pick<StationLog, 'lacking' | 'write'>;
  readonly time: Timeline;
  /** What was to be said once its ops were written; `ok`: they are on disk. `mended`: the disk had failed, and takes everything again. */
  readonly wrote: (words: readonly Word[], ok: boolean, mended: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** A disk that failed once is tried again after this. */
const secondTry = ms(1_000);

/** Writes what one turn brings about to the log of a station, together, and says when it is on disk. */
export class Writer<Word> {
  readonly #options: WriterOptions<Word>;
  #ops: Op[] = [];
  #words: Word[] = [];
  #due = false;
  #closed = false;
  #written: Promise<void> = Promise.resolve();
  /** After a write that failed: until the next one is through, whether it fails or not. */
  #again: Promise<void> | undefined;
  /** Even that one has failed. */
  #failing = false;

  constructor(options: WriterOptions<Word>) {
    this.#options = options;
  }

  /** `word`: what is to be said once it is written. */
  add(op: Op, ...word: readonly Word[]): void {
    this.#ops.push(op);
    this.#words.push(...word);
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => this.#writeDue());
  }

  /** Tries a disk again that took nothing. */
  mend(): void {
    if (this.#options.log.lacking) this.#write([], []);
  }

  /** Resolves once all so far was written, or could not be. */
  through(): Promise<void> {
    this.#writeDue();
    return this.#written;
  }

  /**
   * Resolves once all so far is on disk. Where the disk does not take it, it is tried once more; a disk that takes nothing for
   * longer keeps nobody waiting: what it lacks is asked for again, from the journal of whoever said it.
   */
  async settled(): Promise<void> {
    await this.through();
    await this.#again;
  }

  /** The last write; nothing is tried again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.through();
  }

  #writeDue(): void {
    if (!this.#due) return;
    this.#due = false;
    this.#write(this.#ops.splice(0), this.#words.splice(0));
  }

  #write(ops: readonly Op[], words: readonly Word[]): void {
    const { log, wrote, failed } = this.#options;
    const failedBefore = log.lacking;
    this.#written = log.write(ops).then(
      () => {
        this.#failing = false;
        wrote(words, true, failedBefore);
      },
      (error: unknown) => {
        failed(error);
        this.#tryAgain();
        wrote(words, false, false);
      },
    );
  }

  #tryAgain(): void {
    if (this.#failing || this.#closed) return;
    this.#failing = true;
    this.#again = new Promise((resolve) => {
      this.#options.time.schedule(() => {
        if (!this.#closed) this.mend();
        void this.#written.then(() => {
          this.#again = undefined;
          resolve();
        });
      }, secondTry);
    });
  }
}
