import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { connectBus, startBroker } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { ConfigurationError } from '@pilotwire/configuration';
import { stationCommands } from '@pilotwire/contracts';
import { startCsms } from '@pilotwire/csms';
import type { Csms } from '@pilotwire/csms';
import { memoryFolder } from '@pilotwire/journal';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OCPP_BRIDGE, ocppBridgeModule, openLogs, startOcppBridge } from '../src/index.js';
import type { RunningBridge } from '../src/index.js';
import { ScriptedGateway } from './gateway.js';
import { settingsOf } from './site.js';

const clock = systemClock();
const folder = mkdtempSync(join(tmpdir(), 'pilotwire-bridge-'));
const closes: (() => Promise<unknown>)[] = [];
const lines: string[] = [];
let broker: Broker;
let csms: Csms;
let gateway: ScriptedGateway;
let person: Bus;

beforeEach(async () => {
  broker = await startBroker();
  csms = await startCsms({ utc: Date.now });
  const common = { url: broker.url, version: '0', mode: 'evse', simulated: true, clock, report: () => undefined } as const;
  gateway = await ScriptedGateway.open({ bus: (given) => connectBus({ ...common, ...given }), wallClock: Date.now, station: 'demo', evse: 1, folder: memoryFolder() });
  person = await connectBus({ ...common, service: 'pilotwire', instance: 'person', stations: [], visitor: true });
  await person.whenConnected();
});
afterEach(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
  await gateway.close();
  await person.close();
  await csms.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (more: Readonly<Record<string, string>> = {}) =>
  settingsOf({ data: folder, 'mqtt.url': broker.url, 'ocpp.url': csms.url, 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-', authorization: 'require', ...more });

async function started(more: Readonly<Record<string, string>> = {}): Promise<RunningBridge> {
  const bridge = await startOcppBridge({ settings: settings(more), version: '0', write: (line) => lines.push(line) });
  closes.push(() => bridge.close());
  return bridge;
}

async function until(done: () => boolean): Promise<void> {
  for (let n = 0; n < 400 && !done(); n++) await new Promise<void>((resolve) => void clock.wake(after(clock.now(), ms(25)), resolve));
  expect(done(), lines.join('')).toBe(true);
}

test('a transaction opens and closes in a CSMS, over real sockets, and again after a restart', async () => {
  let bridge = await started();
  await until(() => bridge.bridge.units.get('demo')?.driver.state.registration.at === 'accepted');
  expect(bridge.bridge.problems()).toEqual([]);
  for (const n of [1, 2]) {
    const before = gateway.heard.length;
    await gateway.plug();
    await gateway.ask();
    await until(() => bridge.bridge.units.get('demo')?.driver.state.evses[0]?.waiting === true);
    expect(await person.request(stationCommands['present-token'], { station: 'demo' }, { token: 'CARD-1' })).toMatchObject({ code: 'accepted' });
    // What a restart missed it may learn twice, by what is retained and by the events: the gateway takes one answer.
    await until(() => gateway.heard.slice(before).some(({ command }) => command === 'authorize'));
    await gateway.charge();
    await gateway.batch();
    await gateway.stop('ev', 'completed');
    await gateway.unplug();
    await until(() => csms.transactions.filter(({ ended }) => ended !== undefined).length === n);
    if (n === 1) {
      await bridge.close();
      bridge = await started();
      await until(() => bridge.bridge.units.get('demo')?.driver.state.registration.at === 'accepted');
    }
  }
  expect(csms.transactions).toMatchObject([{ evse: 1, token: 'CARD-1', reason: 'StoppedByEV', missing: [] }, { evse: 1, reason: 'StoppedByEV', missing: [] }]);
  // What is kept holds tokens and a password.
  expect(statSync(join(folder, 'ocpp-main/log/demo')).mode & 0o077).toBe(0);
  expect(lines.join('')).not.toMatch(/CARD-1|sixteen/);
}, 30_000);

test('as a module it ends with its application', async () => {
  const app = await NestFactory.createApplicationContext(ocppBridgeModule({ settings: settings(), version: '0', write: () => undefined }), { logger: false, abortOnError: false });
  const bridge = app.get<RunningBridge>(OCPP_BRIDGE);
  await until(() => bridge.bridge.units.get('demo')?.driver.state.link !== undefined);
  await app.close();
  expect(csms.stations).toEqual([]);
});

test('several stations live in one process, each under its own identity', async () => {
  const bridge = await started({ 'ocpp.stations': 'demo, yard-2', 'ocpp.identity': 'OP-{station}' });
  await until(() => bridge.bridge.counters()['ocpp.connected'] === 2);
  expect(csms.stations.map(({ identity }) => identity).toSorted()).toEqual(['OP-demo', 'OP-yard-2']);
});

test('each of several stations has a password of its own, and none of them is told', async () => {
  await csms.close();
  csms = await startCsms({ utc: Date.now, passwordOf: (station) => `secret-of-${station}-0` });
  const file = join(folder, 'passwords');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, 'demo secret-of-demo-0\nyard-2 secret-of-yard-2-0\n');
  const from = lines.length;
  const bridge = await started({ 'ocpp.stations': 'demo, yard-2', 'ocpp.passwords': file });
  await until(() => bridge.bridge.counters()['ocpp.connected'] === 2);
  expect(csms.stations.map(({ identity }) => identity).toSorted()).toEqual(['demo', 'yard-2']);
  expect(lines.slice(from).join('')).not.toContain('secret-of');
});

test('the logs of many stations are opened side by side; where one fails, none stays open', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `s${i}`);
  const wanted = settings({ 'ocpp.stations': names.join() });
  let all: () => void = () => undefined;
  const together = new Promise<void>((resolve) => (all = resolve));
  let asked = 0;
  const logs = await openLogs(wanted, async () => {
    if (++asked === 20) all();
    await together;
    return memoryFolder();
  }, () => undefined);
  expect([...logs.keys()]).toEqual(names);
  for (const log of logs.values()) await log.close();
  const folders: ReturnType<typeof memoryFolder>[] = [];
  const broken = async (station: string) => {
    if (station === 's30') throw new Error('no such disk');
    folders.push(memoryFolder());
    return folders.at(-1) as ReturnType<typeof memoryFolder>;
  };
  await expect(openLogs(wanted, broken, () => undefined)).rejects.toThrow('no such disk');
  // Each can be opened by somebody else.
  for (const one of folders) await (await openLogs(settings(), () => Promise.resolve(one), () => undefined)).get('demo')?.close();
});

test('wrong settings are told before anything begins', async () => {
  await expect(started({ 'ocpp.variables': 'TxCtrlr.Nonsense=1' })).rejects.toThrow(ConfigurationError);
  await expect(started({ 'ocpp.stations': 'a, b, a' })).rejects.toThrow('ocpp.stations names a twice');
  await expect(started({ 'ocpp.ca': '/nowhere.pem' })).rejects.toThrow('ocpp.ca');
});
