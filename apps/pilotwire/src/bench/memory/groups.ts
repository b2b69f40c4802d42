import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { CliError } from '../../errors.js';
import { pause } from '../../site/visitor.js';
import { processes } from './proc.js';

export interface Start {
  /** For people. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Started {
  readonly pid: number;
  /** The first line that it says. */
  firstLine(): Promise<string>;
}

/** A service that ends in order takes 18.5 s at most. */
const patience = ms(25_000);
const lookEvery = ms(100);

/**
 * Processes, each with a process group of its own: whatever comes from it can be ended by that number, and a Ctrl-C in the terminal reaches
 * them through us alone, so that each is ended once.
 */
export class Groups {
  readonly #clock: Clock;
  #groups: number[] = [];
  #ending = false;
  #fail: (why: CliError) => void = () => undefined;
  /** Rejects with a `CliError` when one ends that nobody has asked to. */
  readonly broken: Promise<never>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.broken = new Promise((_, reject) => (this.#fail = reject));
    this.broken.catch(() => undefined);
  }

  /** Throws `CliError` where there is no such program. */
  async start({ name, command, args, cwd, env }: Start): Promise<Started> {
    // Whoever was still starting when all was ended starts nothing more.
    if (this.#ending) throw new CliError(`${name} is not started any more`);
    const child: ChildProcess = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const first = once(lines, 'line').then(([line]) => line as string);
    // The rest is read, so that nobody waits for a reader, and not kept.
    lines.on('line', () => undefined);
    const { pid } = child;
    if (pid === undefined) throw new CliError(`${name}: ${((await once(child, 'error')) as [Error])[0].message}`);
    this.#groups.push(pid);
    child.once('exit', (code, signal) => this.#fail(new CliError(`${name} ended with ${code ?? signal} before it was measured`)));
    return { pid, firstLine: () => Promise.race([first, this.broken]) };
  }

  /** Asks all to end, as Ctrl-C does; whoever has not after half a minute is killed. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#signal('SIGINT');
    for (const until = after(this.#clock.now(), patience); this.#living().length > 0; await pause(this.#clock, lookEvery)) {
      if (this.#clock.now() > until) this.kill();
    }
  }

  /** Ends all at once. */
  kill(): void {
    this.#ending = true;
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    for (const group of this.#living()) {
      try {
        process.kill(-group, signal);
      } catch (error) {
        // It has gone meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** A group bears its number until the last of it has gone; what has gone is forgotten, for others may get its number then. */
  #living(): readonly number[] {
    const there = new Set(processes().flatMap(({ group, zombie }) => (zombie ? [] : [group])));
    this.#groups = this.#groups.filter((group) => there.has(group));
    return this.#groups;
  }
}
