import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the server's programs are; Debian keeps them out of the path. */
const folders = (): string[] => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [...(process.env['PATH'] ?? '').split(':'), ...versions.map((version) => join(debian, version, 'bin'))];
};
const programs = (): string | undefined => folders().find((folder) => ['initdb', 'postgres', 'pg_isready'].every((program) => existsSync(join(folder, program))));

/** Whether there is one on this machine; in CI there must be. */
export function hasPostgres(): boolean {
  if (programs() !== undefined) return true;
  if (process.env['CI']) throw new Error('postgresql is not installed');
  console.warn('skipped: needs postgresql, which is not installed');
  return false;
}

export interface Postgres {
  readonly url: string;
  start(): Promise<void>;
  /** kill -9 of the whole server. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** A Postgres of our own behind a Unix socket, whose folder only its user and we may enter; as root under another user, for it refuses root. */
export async function postgres(): Promise<Postgres> {
  const bin = programs() as string;
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-postgres-'));
  const root = process.getuid?.() === 0;
  const number = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = root ? { uid: number('-u'), gid: number('-g') } : {};
  if ('uid' in user) chownSync(folder, user.uid as number, user.gid as number);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'pilotwire', '-A', 'trust', '-E', 'UTF8', '--no-locale'], { cwd: folder, stdio: 'ignore', ...user });
  const url = `postgres://pilotwire@localhost/postgres?host=${encodeURIComponent(folder)}`;
  let child: ChildProcess | undefined;
  const answers = (): boolean => {
    try {
      execFileSync(join(bin, 'pg_isready'), ['-h', folder, '-q'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => void running.once('exit', resolve));
    // Those it has for its connections end when they see that it is gone; the next start waits for them.
    running.kill(signal);
    await gone;
  };
  return {
    url,
    async start() {
      for (;;) {
        const starting = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'log_min_messages=fatal'], { cwd: folder, stdio: 'ignore', ...user });
        while (starting.exitCode === null && !answers()) await new Promise((resolve) => setImmediate(resolve));
        if (starting.exitCode !== null) continue;
        child = starting;
        return;
      }
    },
    kill: () => end('SIGKILL'),
    async remove() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
