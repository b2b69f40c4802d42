import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@pilotwire/runtime';
import { describe, expect, test } from 'vitest';
import { systemdSupervision } from './index.js';

/** Whether the programs are here that this needs. */
function canListen(): boolean {
  try {
    execFileSync('systemd-notify', ['--version'], { stdio: 'ignore' });
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    console.warn(`skipped: ${(error as Error).message}`);
    return false;
  }
}

/** The socket of systemd, as far as it listens: each datagram is a line; the barrier of systemd-notify is let go. */
const listener = `
import array, socket, os, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    data, control, *_ = s.recvmsg(4096, socket.CMSG_SPACE(64))
    for level, kind, bytes in control:
        if kind == socket.SCM_RIGHTS:
            fds = array.array('i'); fds.frombytes(bytes)
            for fd in fds: os.close(fd)
    print(data.decode().strip(), flush=True)
`;

describe.runIf(canListen())('systemd-notify', () => {
  test('carries the words to the socket that systemd named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-systemd-'));
    const before = process.env['NOTIFY_SOCKET'];
    const path = join(folder, 'notify');
    const python = spawn('python3', ['-c', listener, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let heard = '';
      let look = (): void => undefined;
      python.stdout.setEncoding('utf8').on('data', (text: string) => {
        heard += text;
        look();
      });
      const until = (what: string): Promise<void> =>
        new Promise((resolve) => {
          look = () => heard.includes(what) && resolve();
          look();
        });
      await until('listening');
      process.env['NOTIFY_SOCKET'] = path;
      const failures: string[] = [];
      const systemd = systemdSupervision({ env: { ...process.env, WATCHDOG_USEC: '60000000' }, clock: systemClock({ background: true }), failed: (why) => failures.push(why) });
      systemd.ready();
      await until('READY=1');
      await until('WATCHDOG=1');
      systemd.stopping();
      await until('STOPPING=1');
      expect(failures).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['NOTIFY_SOCKET'];
      else process.env['NOTIFY_SOCKET'] = before;
      python.kill();
      rmSync(folder, { recursive: true });
    }
  });
});
