import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether there is one on this machine; in CI there must be. */
export function hasMosquitto(): boolean {
  try {
    execFileSync('mosquitto', ['-h'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // It ends with 3 after its help.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return true;
  }
  if (process.env['CI']) throw new Error('mosquitto is not installed');
  console.warn('skipped: needs mosquitto, which is not installed');
  return false;
}

export interface Mosquitto {
  readonly port: number;
  readonly folder: string;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** A Mosquitto of our own on a free port of loopback; `config` is added to what the reference recommends. */
export async function mosquitto(config: (folder: string) => string = () => 'allow_anonymous true'): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-mosquitto-'));
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`, 'persistence true', `persistence_location ${folder}/`, 'autosave_interval 30', 'max_queued_messages 20000',
    'max_inflight_messages 400', 'persistent_client_expiration 7d', 'log_type error',
    // Otherwise root becomes another user, who may not look in here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    config(folder),
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => void running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  };
  return {
    port,
    folder,
    async start() {
      child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: ['ignore', 'inherit', 'inherit'] });
      while (!(await listens(port))) if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
    },
    kill,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
