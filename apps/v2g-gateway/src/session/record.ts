import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PhaseWord } from './phases.js';
import type { Visit } from './visit.js';

/** What is kept of a session while it runs, so that the next life of this process can say how it ended. */
export interface SessionRecord {
  readonly id: string;
  /** Milliseconds since 1970: when it began, and when this was written. */
  readonly startedAt: number;
  readonly at: number;
  readonly phase: PhaseWord;
  readonly energyWh: number;
  readonly soc: number | undefined;
}

export interface RecordStoreOptions {
  readonly path: string;
  /** Called once for a disk that does not take it, and not again before it has. */
  readonly failed: (error: unknown) => void;
}

const longest = 4_096;

export const recordOf = ({ id, startedAt, phase, energy, soc }: Readonly<Visit>, at: number): SessionRecord =>
  ({ id, startedAt, at, phase, energyWh: Math.round(energy * 10) / 10, soc });

/** One small file: there while a session runs. Whoever writes it waits for nothing. */
export class RecordStore {
  readonly #options: RecordStoreOptions;
  #writing: Promise<void> | undefined;
  /** What is to be there next: a record, or nothing. */
  #wanted: { readonly record: SessionRecord | undefined } | undefined;
  #failing = false;

  constructor(options: RecordStoreOptions) {
    this.#options = options;
  }

  /** What a former life has left. Undefined where there is nothing, or nothing that can be read. */
  async read(): Promise<SessionRecord | undefined> {
    try {
      const text = await readFile(this.#options.path, 'utf8');
      return text.length > longest ? undefined : recordIn(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** Of a session that runs; undefined: none does. */
  keep(record: SessionRecord | undefined): void {
    this.#wanted = { record };
    this.#writing ??= this.#work().finally(() => (this.#writing = undefined));
  }

  /** Resolves once what was last to be there is, or could not be. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #work(): Promise<void> {
    for (let next = this.#wanted; next !== undefined; next = this.#wanted) {
      this.#wanted = undefined;
      try {
        if (next.record === undefined) await rm(this.#options.path, { force: true });
        else await write(this.#options.path, JSON.stringify(next.record));
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#options.failed(error);
        this.#failing = true;
      }
    }
  }
}

/** Whole or not at all, whenever the machine dies. */
async function write(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function recordIn(json: unknown): SessionRecord | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { id, startedAt, at, phase, energyWh, soc } = json as Readonly<Record<string, unknown>>;
  const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (typeof id !== 'string' || !isTime(startedAt) || !isTime(at) || typeof phase !== 'string' || !isTime(energyWh)) return undefined;
  return { id, startedAt, at, phase: phase as PhaseWord, energyWh, soc: isTime(soc) ? soc : undefined };
}
