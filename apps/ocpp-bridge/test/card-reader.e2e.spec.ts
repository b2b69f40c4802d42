import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectBus, startBroker } from '@pilotwire/bus';
import { stationCommands } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { expect, onTestFinished, test } from 'vitest';

const can = spawnSync('python3', ['-c', 'import pty']).status === 0 && spawnSync('stty', ['--version']).status === 0;
if (!can) console.warn('skipped: needs python3 with pty, and stty');

const clock = systemClock({ background: true });
const until = (done: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): unknown => (done() ? resolve() : clock.wake(after(clock.now(), ms(5)), look));
    look();
  });
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test.skipIf(!can)('the example presents each card once while it is held, whatever ends its number, and writes none of them down', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const bus = await connectBus({
    url: broker.url, service: 'ocpp-bridge', instance: 'main', version: '0.1.0', stations: ['demo'], mode: 'evse', simulated: false, clock, report: () => undefined,
  });
  onTestFinished(() => bus.close());
  const presented: unknown[] = [];
  await bus.serve(stationCommands['present-token'], { station: 'demo' }, (args) => {
    presented.push(args);
    return 'accepted';
  });

  const pty = spawn('python3', ['-u', here('../../../libs/drivers/test/serial_line.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void pty.kill());
  const path = await new Promise<string>((resolve) => createInterface(pty.stdout).once('line', resolve));
  const reader = spawn(process.execPath, [here('../../../examples/serial-card-reader.mjs'), path, broker.url, 'demo', '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => reader.once('exit', resolve));
  onTestFinished(async () => {
    reader.kill();
    await ended;
  });
  const said: string[] = [];
  for (const stream of [reader.stdout, reader.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const results = (): number => said.join('').split('card: accepted').length - 1;

  await until(() => said.join('').includes('broker: connected'));
  pty.stdin.write('04a2b3c4d5e6f7\r\n04a2b3c4d5e6f7\r\n');
  await until(() => results() === 1);
  // As the RDM6300 frames it, and after noise of the line.
  pty.stdin.write('\u0000x\u00020A003F1B2C14\u0003');
  await until(() => results() === 2);
  expect(presented).toEqual([{ token: '04A2B3C4D5E6F7', evse: 1 }, { token: '0A003F1B2C14', evse: 1 }]);
  expect(said.join('')).not.toMatch(/04A2B3|0A003F/i);
}, 30_000);
