import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadSettings } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { startCsms } from '@pilotwire/csms';
import { systemClock } from '@pilotwire/runtime';
import type { LinkFact } from '@pilotwire/station';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { LineMemory } from '../src/log/kept.js';
import type { LineListener, StationLine, Way } from '../src/station/line.js';
import { raisedTo, Rotation, slotsOf, withPassword, withProfile } from '../src/station/network-profiles.js';
import { lineSettings, realLines } from '../src/station/real-line.js';
import type { LineSecrets } from '../src/station/real-line.js';

/** Nobody listens there. */
const nowhere = 'ws://127.0.0.1:1';
const password = 'of-this-test-alone-0123';
const at = (url: string, securityProfile = 1): NonNullable<LineMemory['profiles']>[number] => ({ url, securityProfile, messageTimeout: 30 });
const wayOf = (profiles: NonNullable<LineMemory['profiles']>, priority: string): Way => ({
  memory: { profiles },
  setting: (variable) => (variable === 'OCPPCommCtrlr.NetworkConfigurationPriority' ? priority : variable.includes('RetryBackOff') ? '0' : '2'),
});
const settingsAt = (url: string, more: Partial<Settings> = {}): Settings => ({ ...loadSettings({ env: {} }).settings, 'ocpp.url': url, 'ocpp.securityProfile': 1, 'ocpp.password': password, ...more });

const deaf: LineListener = { fact: () => undefined, away: () => undefined, security: () => undefined, safer: () => undefined };
/** Opens the line of a station; it is closed with the test. */
function open(settings: Settings, way: Way, listener: Partial<LineListener>, secrets: () => LineSecrets = () => ({})): StationLine {
  const line = realLines(settings, { clock: systemClock(), random: () => 0 }, secrets)('demo', way, { ...deaf, ...listener });
  onTestFinished(() => line.close());
  return line;
}

test('the ways are those that are filled, in the order of the CSMS, and the settings last of all', () => {
  const [one, two] = [at('ws://one'), at('ws://two')];
  expect(slotsOf(wayOf({}, '0'))).toEqual([undefined]);
  expect(slotsOf(wayOf({ 1: one }, '0'))).toEqual([undefined]);
  expect(slotsOf(wayOf({ 1: one, 2: two }, '2, 1,0'))).toEqual([2, 1, undefined]);
  expect(slotsOf(wayOf({ 1: one }, '3,1'))).toEqual([1, undefined]);
  expect(slotsOf(wayOf({ 0: two }, '0'))).toEqual([0, undefined]);
  expect(slotsOf(wayOf({}, 'nonsense'))).toEqual([undefined]);
  // As the engine reads it, where somebody here has written it.
  expect(slotsOf(wayOf({ 0: two, 1: one, 2: two }, '1,,2'))).toEqual([1, 2, undefined]);
});

test('the next way is taken after so many failures in a row, and after the last the first', () => {
  const rotation = new Rotation([1, undefined], 2);
  expect([rotation.failed(), rotation.slot]).toEqual([false, 1]);
  rotation.worked();
  expect([rotation.failed(), rotation.failed(), rotation.slot]).toEqual([false, true, undefined]);
  expect([rotation.failed(), rotation.failed(), rotation.slot]).toEqual([false, true, 1]);
  expect([rotation.failed(true), rotation.slot]).toEqual([true, undefined]);
  const alone = new Rotation([undefined], 1);
  expect([alone.failed(), alone.failed()]).toEqual([false, false]);
});

test('ways that go leave the one that is taken, unless it is among them', () => {
  const rotation = new Rotation([1, 2, undefined], 1);
  rotation.failed();
  rotation.keep([2, 3]);
  expect([rotation.slot, rotation.failed()]).toEqual([2, false]);
  rotation.keep([undefined]);
  expect(rotation.slot).toBeUndefined();
});

describe('a password', () => {
  const settings = settingsAt('ws://own');
  const passwordsOf = (memory: LineMemory): (string | undefined)[] => [undefined, 1, 2].map((slot) => lineSettings(settings, 'demo', { ...wayOf({}, '1'), memory }, {}, slot).password);

  test('is for the slot by which its CSMS was reached, or for all that have none of their own', () => {
    const filled: LineMemory = { profiles: { 1: at('ws://one'), 2: at('ws://two') } };
    expect(passwordsOf(filled)).toEqual([password, password, password]);
    const ofOne = withPassword(filled, 1, 'of-slot-one');
    expect(passwordsOf(ofOne)).toEqual([password, 'of-slot-one', password]);
    // That of the settings is that of the station: slots without one of their own have no other.
    expect(passwordsOf(withPassword(ofOne, undefined, 'of-the-station'))).toEqual(['of-the-station', 'of-slot-one', 'of-the-station']);
  });

  test('comes with the slot, or is that of the CSMS which fills it', () => {
    const ofOne = withPassword({ profiles: { 1: at('ws://one') } }, 1, 'of-slot-one');
    expect(passwordsOf(withProfile(ofOne, 2, at('ws://two'), 1))).toEqual([password, 'of-slot-one', 'of-slot-one']);
    expect(passwordsOf(withProfile(ofOne, 2, at('ws://two'), undefined))).toEqual([password, 'of-slot-one', password]);
    expect(passwordsOf(withProfile(ofOne, 2, { ...at('ws://two'), password: 'of-slot-two' }, 1))).toEqual([password, 'of-slot-one', 'of-slot-two']);
  });
});

test('what is less safe than a connection has been is given up', () => {
  const memory: LineMemory = { password, profiles: { 1: at('ws://one'), 2: at('wss://two', 2), 3: at('wss://three', 3) } };
  expect(raisedTo(memory, 2)).toEqual({ password, securityProfile: 2, profiles: { 2: at('wss://two', 2), 3: at('wss://three', 3) } });
  expect(raisedTo({}, 2)).toEqual({ securityProfile: 2 });
});

test.each([
  ['a profile of the CSMS leads to it', (csms: string) => ({ own: nowhere, given: csms }), 0, 1],
  ['one that does not is given up, and the settings hold', (csms: string) => ({ own: csms, given: nowhere }), 2, undefined],
])('%s', async (_, of, failures, slot) => {
  const csms = await startCsms({ utc: Date.now, passwordOf: () => password });
  onTestFinished(() => csms.close());
  const { own, given } = of(csms.url);
  const away: string[] = [];
  const way = wayOf({ 1: { ...at(given), messageTimeout: 7 } }, '1');
  const [line, fact] = await new Promise<[StationLine, LinkFact]>((resolve) => {
    const opened = open(settingsAt(own), way, { fact: (one) => one.kind === 'connected' && resolve([opened, one]), away: (why) => void away.push(why) });
  });
  expect(away).toHaveLength(failures);
  if (failures > 0) expect(away.at(-1)).toContain('; the next network profile is tried');
  // What the CSMS may take for an answer comes with the profile.
  expect(fact).toEqual({ kind: 'connected', protocol: 'ocpp2.1', ...(slot !== undefined && { network: { slot, messageTimeout: 7 } }) });
  expect(line.inUse()).toEqual({ slot, url: csms.url, securityProfile: 1 });
});

test('a profile that is safer is no way back once its CSMS has answered, and not before', async () => {
  const csms = await startCsms({ utc: Date.now, passwordOf: () => password });
  onTestFinished(() => csms.close());
  const safer: number[] = [];
  // Profile 1 where there was none: over TLS it is no other.
  let memory: LineMemory = { profiles: { 1: at(csms.url), 2: at('ws://127.0.0.1:1', 1) } };
  const way: Way = { ...wayOf({}, '1,0'), get memory() { return memory; } };
  const settings = settingsAt(nowhere, { 'ocpp.securityProfile': 0, 'ocpp.protocols': 'ocpp2.0.1' });
  let [answers, read] = [0, 0];
  const line = await new Promise<StationLine>((resolve) => {
    const opened = open(settings, way, {
      fact(fact) {
        if (fact.kind === 'connected') resolve(opened);
        if (fact.kind === 'answered') answers++;
      },
      safer: (securityProfile) => {
        safer.push(securityProfile);
        memory = raisedTo(memory, securityProfile);
      },
    }, () => {
      read++;
      return {};
    });
  });
  expect(safer).toEqual([]);
  line.send('1', 'BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'a', model: 'b' } });
  await expect.poll(() => safer).toEqual([1]);
  // Files and certificates are read for a connection, not for an answer, nor to tell by which way it is.
  const before = read;
  line.send('2', 'Heartbeat', {});
  await expect.poll(() => answers).toBe(2);
  expect([safer, line.inUse(), read]).toEqual([[1], { slot: 1, url: csms.url, securityProfile: 1 }, before]);
});

test('one whose CSMS hangs up on whoever has come is given up as well', async () => {
  const rude = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: (offered) => [...offered][0] ?? false });
  onTestFinished(() => rude.close());
  let came = 0;
  rude.on('connection', (socket) => {
    came++;
    socket.close();
  });
  await once(rude, 'listening');
  const csms = await startCsms({ utc: Date.now, passwordOf: () => password });
  onTestFinished(() => csms.close());
  const given = at(`ws://127.0.0.1:${(rude.address() as AddressInfo).port}`);
  const changes: string[] = [];
  await new Promise<void>((resolve) => void open(settingsAt(csms.url), wayOf({ 1: given }, '1'), {
    fact: ({ kind }) => kind === 'connected' && changes.length > 0 && resolve(),
    away: (why) => void (why.includes('the next network profile') && changes.push(why)),
  }));
  expect([came, changes.length]).toEqual([2, 1]);
});

test('what would make one of the ways useless is objected to, whichever is taken', () => {
  const way = wayOf({ 1: at('wss://127.0.0.1:1') }, '1');
  const line = open(settingsAt(nowhere), way, {});
  expect(line.objectionTo(way)).toBeUndefined();
  expect(line.objectionTo({ ...way, memory: raisedTo(way.memory, 2) })).toContain('TLS');
});

test('settings that cannot be as safe as a connection has been are no way any more', async () => {
  const away: string[] = [];
  const way = { ...wayOf({ 1: at('wss://127.0.0.1:1', 2) }, '1'), memory: { securityProfile: 2, profiles: { 1: at('wss://127.0.0.1:1', 2) } } };
  const line = open(settingsAt(nowhere), way, { away: (why) => void away.push(why) });
  // As such they keep nobody from what the other ways can do.
  expect(line.objectionTo({ ...way, memory: { ...way.memory, password: 'another-of-this-test' } })).toBeUndefined();
  expect(line.objectionTo({ ...way, memory: raisedTo(way.memory, 3) })).toContain('TLS');
  await expect.poll(() => away.length).toBeGreaterThan(2);
  expect([line.inUse().slot, away.filter((why) => why.includes('next network profile'))]).toEqual([1, []]);
});
