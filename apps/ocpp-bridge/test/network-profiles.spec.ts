import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadSettings } from '@pilotwire/configuration';
import { startCsms } from '@pilotwire/csms';
import { systemClock } from '@pilotwire/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { LineMemory } from '../src/log/kept.js';
import type { Way } from '../src/station/line.js';
import { profilesOf, Rotation } from '../src/station/network-profiles.js';
import { realLines } from '../src/station/real-line.js';

/** Nobody listens there. */
const nowhere = 'ws://127.0.0.1:1';
const at = (url: string): NonNullable<LineMemory['profiles']>[number] => ({ url, securityProfile: 1, messageTimeout: 30 });
const wayOf = (profiles: NonNullable<LineMemory['profiles']>, priority: string): Way => ({
  memory: { profiles },
  setting: (variable) => (variable === 'OCPPCommCtrlr.NetworkConfigurationPriority' ? priority : variable.includes('RetryBackOff') ? '0' : '2'),
});

test('the ways are those that are filled, in the order of the CSMS, and the settings last of all', () => {
  const [one, two] = [at('ws://one'), at('ws://two')];
  expect(profilesOf(wayOf({}, '0'))).toEqual([undefined]);
  expect(profilesOf(wayOf({ 1: one }, '0'))).toEqual([undefined]);
  expect(profilesOf(wayOf({ 1: one, 2: two }, '2, 1,0'))).toEqual([two, one, undefined]);
  expect(profilesOf(wayOf({ 1: one }, '3,1'))).toEqual([one, undefined]);
  expect(profilesOf(wayOf({ 0: two }, '0'))).toEqual([two, undefined]);
  expect(profilesOf(wayOf({}, 'nonsense'))).toEqual([undefined]);
});

test('the next way is taken after so many failures in a row, and after the last the first', () => {
  const one = at('ws://one');
  const rotation = new Rotation([one, undefined], 2);
  expect([rotation.failed(), rotation.profile]).toEqual([false, one]);
  rotation.worked();
  expect([rotation.failed(), rotation.failed(), rotation.profile]).toEqual([false, true, undefined]);
  expect([rotation.failed(), rotation.failed(), rotation.profile]).toEqual([false, true, one]);
  expect([rotation.failed(true), rotation.profile]).toEqual([true, undefined]);
  const alone = new Rotation([undefined], 1);
  expect([alone.failed(), alone.failed()]).toEqual([false, false]);
});

test.each([
  ['a profile of the CSMS leads to it', (csms: string) => ({ own: nowhere, given: csms }), 0],
  ['one that does not is given up, and the settings hold', (csms: string) => ({ own: csms, given: nowhere }), 2],
])('%s', async (_, of, failures) => {
  const csms = await startCsms({ utc: Date.now, passwordOf: () => 'of-this-test-alone-0123' });
  onTestFinished(() => csms.close());
  const { own, given } = of(csms.url);
  const settings = { ...loadSettings({ env: {} }).settings, 'ocpp.url': own, 'ocpp.securityProfile': 1, 'ocpp.password': 'of-this-test-alone-0123' } as const;
  const away: string[] = [];
  await new Promise<void>((resolve) => {
    const line = realLines(settings, { clock: systemClock(), random: () => 0 }, () => ({}))('demo', wayOf({ 1: at(given) }, '1'), {
      fact: ({ kind }) => kind === 'connected' && resolve(),
      away: (why) => void away.push(why),
      security: () => undefined,
    });
    onTestFinished(() => line.close());
  });
  expect(away).toHaveLength(failures);
  if (failures > 0) expect(away.at(-1)).toContain('; the next network profile is tried');
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
  const csms = await startCsms({ utc: Date.now, passwordOf: () => 'of-this-test-alone-0123' });
  onTestFinished(() => csms.close());
  const settings = { ...loadSettings({ env: {} }).settings, 'ocpp.url': csms.url, 'ocpp.securityProfile': 1, 'ocpp.password': 'of-this-test-alone-0123' } as const;
  const given = at(`ws://127.0.0.1:${(rude.address() as AddressInfo).port}`);
  const changes: string[] = [];
  await new Promise<void>((resolve) => {
    const line = realLines(settings, { clock: systemClock(), random: () => 0 }, () => ({}))('demo', wayOf({ 1: given }, '1'), {
      fact: ({ kind }) => kind === 'connected' && changes.length > 0 && resolve(),
      away: (why) => void (why.includes('the next network profile') && changes.push(why)),
      security: () => undefined,
    });
    onTestFinished(() => line.close());
  });
  expect([came, changes.length]).toEqual([2, 1]);
});

test('what would make one of the ways useless is objected to, whichever is taken', () => {
  const settings = { ...loadSettings({ env: {} }).settings, 'ocpp.url': nowhere, 'ocpp.securityProfile': 1, 'ocpp.password': 'of-this-test-alone-0123' } as const;
  const way = wayOf({ 1: at('wss://127.0.0.1:1') }, '1');
  const line = realLines(settings, { clock: systemClock(), random: () => 0 }, () => ({}))('demo', way, { fact: () => undefined, away: () => undefined, security: () => undefined });
  onTestFinished(() => line.close());
  expect(line.objectionTo(way)).toBeUndefined();
  expect(line.objectionTo({ ...way, memory: { ...way.memory, securityProfile: 2 } })).toContain('TLS');
});
