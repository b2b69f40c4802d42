import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from './compose.js';

export const freeTcp = (): Promise<number> => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
});

export interface Broker {
  readonly port: number;
  /** kill -9. */
  kill(): Promise<void>;
}

/** The broker as its container starts it: deploy/mosquitto/start.sh, in `folder`, on loopback, with this environment. */
export async function startBroker(folder: string, env: Readonly<Record<string, string>>): Promise<Broker> {
  for (const name of ['run', 'data']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['start.sh', 'bridge.conf']) copyFileSync(join(root, 'deploy/mosquitto', name), join(folder, name));
  copyFileSync(join(root, 'docs/reference/mosquitto.acl'), join(folder, 'mosquitto.acl'));
  const port = await freeTcp();
  const child = spawn('/bin/sh', [join(folder, 'start.sh')], {
    stdio: 'ignore', env: { PATH: process.env['PATH'], ...env, FILES: folder, RUN: join(folder, 'run'), DATA: join(folder, 'data'), MQTT_LISTENER: `${port} 127.0.0.1` },
  });
  const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  while (!(await listens(port))) if (child.exitCode !== null) throw new Error(`the broker ended with ${child.exitCode}`);
  return {
    port,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
