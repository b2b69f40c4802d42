import { VirtualTime } from '@pilotwire/machine';
import { setting } from '@pilotwire/station';
import { expect, test } from 'vitest';
import { settingsOf } from '../../test/site.js';
import { StationLog } from '../log/station-log.js';
import { crashFolder } from '../../../../libs/journal/test/crash-folder.js';
import { configurationOf } from './configuration.js';
import { StationDriver } from './driver.js';
import type { LineListener, StationLine } from './line.js';

const turns = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await new Promise((done) => setImmediate(done));
};

test('a life begins when what the former one brought about is on disk, and hears what happened in between', async () => {
  const log = await StationLog.open({ folder: crashFolder(), report: () => undefined });
  const waiting: (() => void)[] = [];
  let slow = false;
  const sent: string[] = [];
  const line: StationLine = {
    send: (id, action) => void sent.push(`${action} ${id}`), reply: () => undefined, reconnect: () => undefined, inUse: () => ({ slot: undefined, url: 'ws://csms.example', securityProfile: 0 }), objectionTo: () => undefined,
    pingEvery: () => undefined, close: () => Promise.resolve(),
  };
  const time = new VirtualTime();
  let lives = 0;
  const driver = new StationDriver({
    station: 'demo', configuration: configurationOf(settingsOf({ authorization: 'free' }), '0'), time, wallClock: () => 1_767_268_800_000 + time.now,
    log: {
      get kept() {
        return log.kept;
      },
      get lacking() {
        return log.lacking;
      },
      write: (ops) => (slow ? new Promise((resolve) => waiting.push(() => resolve(log.write(ops)))) : log.write(ops)),
      close: () => log.close(),
    },
    life: () => `00000000-0000-4000-8000-00000000000${++lives}`,
    openLine: () => line,
    carryOut: () => undefined, tell: () => undefined, frame: () => undefined, changed: () => undefined, disk: () => undefined,
  });
  driver.connect();
  await turns();
  slow = true;
  driver.feed({ kind: 'security-event', type: 'TamperDetectionActivated', info: '' });
  await turns();
  const former = waiting.splice(0);
  expect(former.length).toBeGreaterThan(0);
  const entries = (): unknown => driver.state.entries.map((one) => [one.record.kind === 'security' && one.record.type, one.stored]);
  const restarted = driver.restart();
  // While nobody is there to hear of it.
  driver.feed({ kind: 'security-event', type: 'SettingSystemTime', info: '' });
  let settled = false;
  void driver.settled().then(() => (settled = true));
  await turns();
  expect([lives, settled]).toEqual([1, false]);
  for (const go of former) go();
  await restarted;
  await turns();
  expect([lives, settled, entries()]).toEqual([2, false, [['TamperDetectionActivated', true], ['SettingSystemTime', false]]]);
  for (const go of waiting.splice(0)) go();
  slow = false;
  await turns();
  expect([settled, entries()]).toEqual([true, [['TamperDetectionActivated', true], ['SettingSystemTime', true]]]);
  await driver.close();
});

test('the slots of a log that is older than what the engine keeps of them are known: the one that works stays in the order', async () => {
  const log = await StationLog.open({ folder: crashFolder(), report: () => undefined });
  await log.write([
    { op: 'line', line: { profiles: { 1: { url: 'wss://csms.example', securityProfile: 2, messageTimeout: 30 } } } },
    { op: 'persist', part: 'variables', value: { 'OCPPCommCtrlr.NetworkConfigurationPriority': '1,0' } },
  ]);
  const time = new VirtualTime();
  let heard: LineListener | undefined;
  const driver = new StationDriver({
    station: 'demo', configuration: configurationOf(settingsOf({ 'ocpp.securityProfile': 1 }), '0'), time, wallClock: () => 1_767_268_800_000 + time.now, log,
    life: () => '00000000-0000-4000-8000-000000000001',
    openLine: (_, __, listener) => {
      heard = listener;
      return {
        send: () => undefined, reply: () => undefined, reconnect: () => undefined, inUse: () => ({ slot: 1, url: 'wss://csms.example', securityProfile: 2 }), objectionTo: () => undefined,
        pingEvery: () => undefined, close: () => Promise.resolve(),
      };
    },
    carryOut: () => undefined, tell: () => undefined, frame: () => undefined, changed: () => undefined, disk: () => undefined,
  });
  driver.connect();
  heard?.fact({ kind: 'connected', protocol: 'ocpp2.0.1', network: { slot: 1, messageTimeout: 30 } });
  heard?.safer(2);
  await turns();
  const now = (): unknown => [setting(driver.state, 'OCPPCommCtrlr.NetworkConfigurationPriority'), driver.state.durable.networks];
  expect(now()).toEqual(['1', { 1: 2 }]);
  await driver.restart();
  expect(now()).toEqual(['1', { 1: 2 }]);
  await driver.close();
});
