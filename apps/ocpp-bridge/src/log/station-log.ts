import { Journal } from '@pilotwire/journal';
import type { Folder, JournalReport } from '@pilotwire/journal';
import { Keeper } from './kept.js';
import type { Kept, Op } from './kept.js';
import { Joiner, piecesOf } from './pieces.js';

export interface StationLogOptions {
  readonly folder: Folder;
  /** What was found torn or damaged. */
  readonly report: (report: JournalReport) => void;
  /** Octets after which the log says everything again. Default 2 MiB. */
  readonly compactBytes?: number;
}

/** What one turn has brought about: there as a whole, or not at all. `anew`: all before it is void. */
interface Batch {
  readonly anew?: true;
  readonly ops: readonly Op[];
}

/**
 * The log of a station: append-only, each batch synced; what is there after a crash is a beginning of what was written.
 * Once it has grown by `compactBytes` it says everything again, and what lies before that is dropped.
 */
export class StationLog {
  readonly #journal: Journal;
  readonly #keeper: Keeper;
  readonly #compactBytes: number;
  /** Octets since everything was said. */
  #grown: number;
  /** A write has failed: only what says everything again makes up for it. */
  #lacking = false;
  #pending: Op[] = [];
  #next: Promise<void> | undefined;
  #turn: Promise<void> = Promise.resolve();

  private constructor(journal: Journal, keeper: Keeper, grown: number, compactBytes: number) {
    this.#journal = journal;
    this.#keeper = keeper;
    this.#grown = grown;
    this.#compactBytes = compactBytes;
  }

  /** Reads what is there. Throws `JournalError`. */
  static async open({ folder, report, compactBytes = 2_097_152 }: StationLogOptions): Promise<StationLog> {
    // Neither age nor size is a reason to drop anything.
    const endless = { keepBytes: Infinity, keepMs: Infinity };
    const journal = await Journal.open({ folder, report, segmentBytes: Math.ceil(compactBytes / 2), ...endless });
    const joiner = new Joiner();
    let keeper = new Keeper();
    let grown = 0;
    for await (const { bytes } of journal.read(journal.firstSeq)) {
      const text = joiner.take(bytes);
      grown += bytes.length;
      if (text === undefined) continue;
      const { anew, ops } = JSON.parse(text) as Batch;
      if (anew === true) {
        keeper = new Keeper();
        grown = text.length;
      }
      for (const op of ops) keeper.apply(op);
    }
    return new StationLog(journal, keeper, grown, compactBytes);
  }

  /** All that was written, whether it is sure yet or not. */
  get kept(): Kept {
    return this.#keeper.kept;
  }

  /** A write has failed, and nothing has made up for it. */
  get lacking(): boolean {
    return this.#lacking;
  }

  /**
   * Writes behind all before it. Resolves once it is sure; rejects with `JournalError`: it is in memory alone then, and
   * goes to the disk with the next write that succeeds. What is written while the disk is busy shares one sync.
   */
  write(ops: readonly Op[]): Promise<void> {
    for (const op of ops) this.#keeper.apply(op);
    this.#pending.push(...ops);
    this.#next ??= this.#turn.then(() => {
      this.#next = undefined;
      return this.#append(this.#pending.splice(0));
    });
    this.#turn = this.#next.catch(() => undefined);
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#journal.close();
  }

  async #append(ops: readonly Op[]): Promise<void> {
    const anew = this.#lacking || this.#grown > this.#compactBytes;
    const batch: Batch = anew ? { anew, ops: this.#keeper.ops } : { ops };
    const pieces = piecesOf(JSON.stringify(batch));
    const octets = pieces.reduce((sum, { length }) => sum + length, 0);
    try {
      const [begun] = await Promise.all(pieces.map((piece) => this.#journal.append(piece)));
      if (anew && begun !== undefined) await this.#journal.dropBefore(begun.seq);
    } catch (error) {
      this.#lacking = true;
      throw error;
    }
    this.#lacking = false;
    this.#grown = anew ? octets : this.#grown + octets;
  }
}
