import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { DatabaseError } from './error.js';

export interface EmbeddedOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** Why it is away, though nobody asked it to end; undefined: it is there again. */
  readonly away: (why: string | undefined) => void;
}

type Word = { readonly kind: 'ready' } | { readonly kind: 'locked'; readonly pid: number };

interface Running {
  readonly child: ChildProcess;
  readonly since: Instant;
  /** Resolves to how it ended: the signal, or the exit code. */
  readonly ended: Promise<string>;
}

/** A process that was killed leaves its database a moment to close. */
const [tries, patience] = [16, ms(250)];
/** From its end to its next start: doubled each time, unless it has lived for a while. */
const [firstWait, longestWait, aWhile] = [500, 30_000, 60_000];
/** One that is asked to end has so long; it may hang where memory is short. */
const lastPatience = ms(10_000);

/** Where the program of the database lies: beside the sources as beside what was built from them. */
export const embeddedProgram = (): string => createRequire(import.meta.url).resolve('@pilotwire/history/embedded');

/** The embedded database. It is started again where it ends by itself: a system that is short of memory looks for such as it. */
export class Embedded {
  /** Folder of its Unix socket. */
  readonly socket = mkdtempSync(join(tmpdir(), 'pilotwire-db-'));
  readonly #options: EmbeddedOptions;
  #child: ChildProcess | undefined;
  #running: Running | undefined;
  #closing = false;
  #wait = firstWait;
  #cancel: (() => void) | undefined;
  #starting: Promise<void> | undefined;

  private constructor(options: EmbeddedOptions) {
    this.#options = options;
  }

  /** Throws `DatabaseError` `locked` where another process has its folder, `not-started`. */
  static async start(options: EmbeddedOptions): Promise<Embedded> {
    const embedded = new Embedded(options);
    try {
      await embedded.#begin();
      return embedded;
    } catch (error) {
      await embedded.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#cancel?.();
    const { clock } = this.#options;
    const giveUp = clock.wake(after(clock.now(), lastPatience), () => this.#child?.kill('SIGKILL'));
    await this.#starting;
    if (this.#running !== undefined) {
      const { child, ended } = this.#running;
      child.ref();
      // It may die in this moment, and then nobody hears it.
      if (child.connected) child.send('end', () => undefined);
      await ended;
    }
    giveUp();
    rmSync(this.socket, { recursive: true, force: true });
  }

  async #begin(): Promise<void> {
    const running = await this.#launch();
    this.#running = running;
    void running.ended.then((how) => {
      this.#running = undefined;
      if (this.#options.clock.now() > after(running.since, ms(aWhile))) this.#wait = firstWait;
      this.#gone(`the embedded database ended with ${how}; it is started again`);
    });
  }

  #gone(why: string): void {
    if (this.#closing) return;
    const { clock, away } = this.#options;
    away(why);
    this.#cancel = clock.wake(after(clock.now(), ms(this.#wait)), () => {
      this.#starting = this.#begin().then(() => this.#closing || away(undefined), (error: Error) => this.#gone(error.message)).then(() => undefined);
    });
    this.#wait = Math.min(2 * this.#wait, longestWait);
  }

  async #launch(): Promise<Running> {
    const { folder, clock } = this.#options;
    for (let left = tries; ; left--) {
      const child = fork(embeddedProgram(), [folder, this.socket], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--max-semi-space-size=1', '--optimize-for-size'] });
      this.#child = child;
      const ended = new Promise<string>((resolve) => {
        child.once('exit', (code, signal) => resolve(signal ?? `${code}`));
        // One that could not be started has no exit: there are too many processes, or too many open files.
        child.on('error', ({ message }) => child.pid === undefined && resolve(message));
      });
      const word = await Promise.race([new Promise<Word>((resolve) => child.once('message', (one) => resolve(one as Word))), ended]);
      if (typeof word === 'string') throw new DatabaseError('not-started', `the embedded database in ${folder} ended with ${word}`);
      if (word.kind === 'ready') {
        // It lives as long as we do, and does not keep us.
        child.unref();
        child.channel?.unref();
        return { child, since: clock.now(), ended };
      }
      if (left === 0 || this.#closing) throw new DatabaseError('locked', `process ${word.pid} has the database in ${folder}`);
      await new Promise<void>((resolve) => void clock.wake(after(clock.now(), patience), resolve));
    }
  }
}
