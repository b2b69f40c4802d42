import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface KeptOptions<Value> {
  readonly path: string;
  /** Undefined for what is no such value. */
  readonly parse: (json: unknown) => Value | undefined;
  /** Called once for a disk that does not take it, and not again before it has. */
  readonly failed: (error: unknown) => void;
}

const longest = 4_096;

/** One small file, for the next life of this process: there while there is something to know. Whoever writes it waits for nothing. */
export class Kept<Value extends object> {
  readonly #options: KeptOptions<Value>;
  #writing: Promise<void> | undefined;
  /** What is to be there next: a value, or nothing. */
  #wanted: { readonly value: Value | undefined } | undefined;
  #failing = false;

  constructor(options: KeptOptions<Value>) {
    this.#options = options;
  }

  /** What a former life has left. Undefined where there is nothing, or nothing that can be read. */
  async read(): Promise<Value | undefined> {
    try {
      const text = await readFile(this.#options.path, 'utf8');
      return text.length > longest ? undefined : this.#options.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** Undefined: there is nothing to know. */
  keep(value: Value | undefined): void {
    this.#wanted = { value };
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
        if (next.value === undefined) await rm(this.#options.path, { force: true });
        else await write(this.#options.path, JSON.stringify(next.value));
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
