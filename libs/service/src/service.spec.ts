import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { serviceHealth, serviceInfo, serviceStatus } from '@pilotwire/contracts';
import { afterAll, expect, test } from 'vitest';
import { lineLog, startService } from './index.js';
import type { ServiceOptions } from './index.js';

const data = mkdtempSync(join(tmpdir(), 'pilotwire-service-'));
afterAll(() => rmSync(data, { recursive: true }));

const settingsOf = (more: Readonly<Record<string, unknown>>): Settings =>
  resolve(keys, [Object.entries({ data, ...more }).map(([key, value]) => ({ key, value, where: 'test' }))]).settings;

async function start(settings: Settings, more: Partial<ServiceOptions> = {}) {
  const lines: string[] = [];
  const service = await startService({
    name: 'v2g-gateway', version: '0.1.0', settings, stations: ['demo'], mode: 'evse', simulated: true, write: (line) => lines.push(line), ...more,
  });
  return { service, lines };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

test('a service says who it is, with what it is configured and how it fares; and no secret', async () => {
  const broker = await startBroker({ users: { gateway: 'hunter2', watcher: 'hunter3' } });
  const { service, lines } = await start(settingsOf({ 'mqtt.url': broker.url, 'mqtt.username': 'gateway', 'mqtt.password': 'hunter2', 'ocpp.stations': Array.from({ length: 500 }, (_, i) => `s${i}`).join() }));
  const { service: watcher } = await start(settingsOf({ 'mqtt.url': broker.url, 'mqtt.username': 'watcher', 'mqtt.password': 'hunter3', instance: 'w' }), { name: 'history', stations: [] });
  try {
    const instance = { service: 'v2g-gateway', instance: 'main' } as const;
    const heard: unknown[] = [];
    await new Promise<void>((done) => {
      const hear = (payload: unknown): void => {
        heard.push(payload);
        if (heard.length === 3) done();
      };
      for (const contract of [serviceStatus, serviceInfo, serviceHealth]) void watcher.bus.subscribe(contract, instance, hear);
    });
    expect(heard).toContainEqual(expect.objectContaining({ state: 'online', stations: ['demo'] }));
    expect(heard).toContainEqual(expect.objectContaining({ mode: 'evse', config: expect.objectContaining({ 'mqtt.password': '(hidden)', 'log.level': 'info', 'ocpp.stations': expect.stringMatching(/^s0,s1,.*… \(2389 characters\)$/) as unknown }) as unknown }));
    expect(heard).toContainEqual(expect.objectContaining({ queued: 0, rssMb: expect.any(Number) as unknown }));
    expect(JSON.stringify([heard, lines])).not.toMatch(/hunter/);
    expect(lines.join('')).toMatch(/ info {2}v2g-gateway\/main: connected to mqtt:\/\/127\.0\.0\.1:\d+\n/);
  } finally {
    await service.close();
    await watcher.close();
    await broker.close();
  }
});

test('without a broker it starts all the same, says so once, and tells over HTTP whether it can do its task', async () => {
  const [brokerPort, healthPort] = [await freePort(), await freePort()];
  const { service, lines } = await start(settingsOf({ 'mqtt.url': `mqtt://127.0.0.1:${brokerPort}`, 'health.port': healthPort, instance: 'alone' }));
  try {
    const ask = async (path = '/health'): Promise<[number, unknown]> => {
      const response = await fetch(`http://127.0.0.1:${healthPort}${path}`);
      return [response.status, await response.json().catch(() => undefined)];
    };
    expect(await ask()).toEqual([200, expect.objectContaining({ status: 'ok', mqtt: false, problems: [] })]);
    service.problems = () => ['no modem'];
    service.counters = () => ({ matches: 3 });
    expect(await ask()).toEqual([503, expect.objectContaining({ status: 'not ready', problems: ['no modem'], counters: expect.objectContaining({ matches: 3 }) as unknown })]);
    expect((await ask('/secrets'))[0]).toBe(404);
    expect(lines.filter((line) => line.includes('no broker at'))).toHaveLength(1);
    await expect(start(settingsOf({ instance: 'alone' }))).rejects.toMatchObject({ code: 'locked' });
    for (const url of ['broker.local', 'broker.local:1883', 'http://h']) {
      await expect(start(settingsOf({ instance: 'b', 'mqtt.url': url }))).rejects.toMatchObject({ name: 'ConfigurationError', message: expect.stringMatching(/^mqtt\.url: mqtt\.url is `embedded`, or begins with mqtt:/) as unknown });
    }
    await expect(start(settingsOf({ instance: 'b', 'mqtt.ca': '/nowhere.pem' }))).rejects.toThrow('mqtt.ca: /nowhere.pem cannot be read: ENOENT');
  } finally {
    await service.close();
  }
});

test('a line is one event, of the levels that are wanted', () => {
  const lines: string[] = [];
  const log = lineLog({ name: 'x/1', level: 'warn', wallClock: () => 0, write: (line) => lines.push(line) });
  log.info('nobody wants this');
  log.warn('two\nlines\u001b[2J');
  log.error('e'.repeat(5_000));
  expect(lines[0]).toBe('1970-01-01T00:00:00.000Z warn  x/1: two lines [2J\n');
  expect(lines[1]).toHaveLength(1_037);
  expect(lines).toHaveLength(2);
});
