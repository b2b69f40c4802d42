import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBroker } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import { joinOutlet } from '@pilotwire/link';
import { patientClock, systemClock } from '@pilotwire/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { freeUdpPort } from '../src/up/ports.js';
import { endOfCable, startServices } from '../src/up/services.js';

const program = fileURLToPath(new URL('../bin/pilotwire.js', import.meta.url));

// Two processes watch each other here, and one that gets no processor for 100 ms is as good as dead to the other.
test('a car in a process of its own charges at services that join its outlet, and goes', { retry: 2 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-car-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const given = {
    'mqtt.url': broker.url, 'outlet.url': `unix:${join(folder, 'outlet.sock')}`, 'v2g.sdpPort': String(await freeUdpPort(0, '127.0.0.1')), data: join(folder, 'data'),
  };
  const car = spawn(process.execPath, [
    program, 'car', '--once', '--car.soc', '79', '--outlet.speed', '200', ...Object.entries(given).flatMap(([key, value]) => [`--${key}`, value]),
  ], { cwd: folder });
  const closed = once(car, 'close');
  onTestFinished(async () => {
    car.kill('SIGKILL');
    await closed;
  });
  const [out, err]: [string[], string[]] = [[], []];
  car.stdout.on('data', (text: Buffer) => out.push(text.toString()));
  car.stderr.on('data', (text: Buffer) => err.push(text.toString()));
  const { settings } = resolve(keys, [Object.entries({ ...given, station: 'wallbox', 'log.level': 'error' }).map(([key, value]) => ({ key, value, where: 'test' }))]);
  const clock = patientClock(systemClock());
  const services = await startServices(endOfCable({ settings, outlet: joinOutlet(join(folder, 'outlet.sock'), clock), clock, write: () => undefined }));
  onTestFinished(() => services.close());
  const [code] = (await closed) as [number];
  expect(out.join('')).toMatch(/a simulated car, station car, at the outlet .*outlet\.sock; Ctrl-C ends it/);
  expect(out.join('')).toMatch(/SLAC: matched[^]*current demand[^]*session ended: completed, by ev/);
  expect([code, err.join('')]).toEqual([0, '']);
});
