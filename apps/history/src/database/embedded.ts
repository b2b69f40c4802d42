import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { DatabaseError } from './error.js';

export interface Embedded {
  /** Folder of its Unix socket. */
  readonly socket: string;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** It ended though nobody asked it to. */
  readonly gone: (code: number | null) => void;
}

type Word = { readonly kind: 'ready' } | { readonly kind: 'locked'; readonly pid: number };

/** A process that was killed leaves its database a moment to close. */
const [tries, patience] = [16, ms(250)];

/** Where the program of the database lies: beside the sources as beside what was built from them. */
export const embeddedProgram = (): string => createRequire(import.meta.url).resolve('@pilotwire/history/embedded');

/** Starts the embedded database. Throws `DatabaseError` `locked` where another process has its folder, `not-started`. */
export async function startEmbedded({ folder, clock, gone }: EmbeddedOptions): Promise<Embedded> {
  for (let left = tries; ; left--) {
    const socket = mkdtempSync(join(tmpdir(), 'pilotwire-db-'));
    const clean = (): void => rmSync(socket, { recursive: true, force: true });
    const child = fork(embeddedProgram(), [folder, socket], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--max-semi-space-size=1', '--optimize-for-size'] });
    const ended = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => {
        clean();
        resolve(code);
      });
    });
    const word = await Promise.race([new Promise<Word>((resolve) => child.once('message', (one) => resolve(one as Word))), ended]);
    if (word === null || typeof word === 'number') throw new DatabaseError('not-started', `the embedded database in ${folder} ended with ${word}`);
    if (word.kind === 'ready') {
      let closing = false;
      void ended.then((code) => closing || gone(code));
      // It lives as long as we do, and does not keep us.
      child.unref();
      child.channel?.unref();
      return {
        socket,
        pid: child.pid,
        async close() {
          closing = true;
          child.ref();
          if (child.connected) child.send('end');
          await ended;
        },
      };
    }
    if (left === 0) throw new DatabaseError('locked', `process ${word.pid} has the database in ${folder}`);
    await new Promise<void>((resolve) => void clock.wake(after(clock.now(), patience), resolve));
  }
}
