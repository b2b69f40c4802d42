import { UsageError } from '../errors.js';
import type { Io } from '../io.js';
import type { Line } from '../lines.js';
import { lines } from '../lines.js';

/** Whether a person sits there, and can be asked. */
function isPerson({ err, stdin }: Io): boolean {
  return err.terminal && (stdin() as { readonly isTTY?: boolean }).isTTY === true;
}

/** Asks a person, line by line. `close` lets the input go. */
export class Prompt {
  readonly #io: Io;
  #lines: AsyncGenerator<Line> | undefined;

  constructor(io: Io) {
    this.#io = io;
  }

  get person(): boolean {
    return isPerson(this.#io);
  }

  /** What is answered; undefined where the input has ended. */
  async ask(question: string): Promise<string | undefined> {
    await this.#io.out.flush();
    this.#io.err.write(question);
    this.#lines ??= lines(this.#io.stdin());
    const { value } = (await this.#lines.next()) as { value: Line | undefined };
    return value !== undefined && 'text' in value ? value.text.trim() : undefined;
  }

  /** Whether the person says yes, or has said so beforehand. Throws a `UsageError` where there is nobody to ask. */
  async agreed(question: string, yes: boolean): Promise<boolean> {
    if (yes) return true;
    if (!this.person) throw new UsageError('nothing was written: nobody is there to be asked, and --yes is not given');
    return /^y(?:es)?$/i.test((await this.ask(`${question} (y/N) `)) ?? '');
  }

  async close(): Promise<void> {
    await this.#lines?.return(undefined);
  }
}
