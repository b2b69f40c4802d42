import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Inbox } from '../../../../tools/inbox.js';

/** A process of ours: what it writes, line by line, and how it is ended. */
export class Child {
  readonly lines = new Inbox<string>();
  readonly #command: readonly [string, ...string[]];
  #process: ChildProcess | undefined;

  /** `args` are Node's. `within`: a network namespace. */
  constructor(args: readonly string[], within?: string) {
    const node = [process.execPath, ...args] as const;
    // `ip` becomes the program, under the same id.
    this.#command = within === undefined ? node : ['ip', 'netns', 'exec', within, ...node];
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  start(): void {
    const [program, ...args] = this.#command;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', this.lines.put);
    this.#process = child;
  }

  /** kill -9. Returns the instant of it on the monotonic clock of the machine, in ms. */
  async kill(): Promise<number> {
    const gone = this.#gone();
    const at = monotonic();
    this.#process?.kill('SIGKILL');
    await gone;
    return at;
  }

  /** Asks it to end; resolves with its exit code. */
  async end(signal: 'SIGINT' | 'SIGTERM' = 'SIGTERM'): Promise<number | null> {
    const gone = this.#gone();
    this.#process?.kill(signal);
    return gone;
  }

  #gone(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child?.exitCode ?? null);
    return new Promise((resolve) => child.once('exit', resolve));
  }
}

/** Milliseconds on the clock that all processes of this machine share. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;
