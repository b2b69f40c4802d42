import { role, serviceInfo } from '@pilotwire/contracts';
import type { Mode } from '@pilotwire/contracts';
import type { Bus } from '@pilotwire/bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testSite } from '../../test/site.js';
import type { TestSite } from '../../test/site.js';
import { roleCommandWith } from './role.js';

let site: TestSite;
const written: (readonly string[])[] = [];
const roleCommand = roleCommandWith({ summary: '', help: () => '', run: async (args) => (written.push(args), 0) });
const asked: string[] = [];
let verdict: 'accepted' | 'done' | { code: 'not-now'; message: string } = 'accepted';

/** A service that plays what it is asked to, and says so later. */
async function serve(bus: Bus): Promise<void> {
  const process = { service: bus.service, instance: bus.instance };
  const say = (mode: Mode): Promise<void> =>
    bus.publish(serviceInfo, process, { ts: '2026-01-01T12:00:00.000Z', version: '0.1.0', contracts: 1, node: 'v24', platform: 'linux', mode, config: {} }).then(() => undefined);
  await say('evse');
  await bus.serve(role, process, ({ role: mode }) => {
    asked.push(`${bus.service} ${mode}`);
    if (verdict === 'accepted') void Promise.resolve().then(() => say(mode));
    return verdict;
  });
}

beforeAll(async () => {
  site = await testSite();
  await serve(site.gateway);
  await serve(site.agent);
});
afterAll(() => site.close());

test('the gateway changes first, and the agent once it has', async () => {
  expect(await site.run(roleCommand, 'listen')).toMatchObject({ code: 0, printed: ['v2g-gateway/main: listen', 'slac-agent/main: listen'] });
  expect(asked).toEqual(['v2g-gateway listen', 'slac-agent listen']);
});

test('who refuses is the last that is asked', async () => {
  asked.length = 0;
  verdict = { code: 'not-now', message: 'pilot.url: sysfs is the pilot of a charger' };
  expect(await site.run(roleCommand, 'ev')).toMatchObject({ code: 1, printed: ['v2g-gateway/main: not-now: pilot.url: sysfs is the pilot of a charger'] });
  expect(asked).toEqual(['v2g-gateway ev']);
  verdict = 'done';
  expect(await site.run(roleCommand, 'ev')).toMatchObject({ code: 0, printed: ['v2g-gateway/main: ev, as before', 'slac-agent/main: ev, as before'] });
});

test('the modem follows when it is told to, once the services have changed', async () => {
  verdict = { code: 'not-now', message: 'the gateway has a session' };
  expect(await site.run(roleCommand, 'ev', '--with-modem', '--modem.url', 'eth:eth1')).toMatchObject({ code: 1 });
  expect(written).toEqual([]);
  verdict = 'accepted';
  expect(await site.run(roleCommand, 'ev', '--with-modem', '--yes', '--backup', '/b', '--modem.url', 'eth:eth1')).toMatchObject({ code: 0 });
  expect(written).toEqual([['role', 'ev', '--interface', 'eth1', '--backup', '/b', '--yes']]);
  await expect(site.run(roleCommand, 'ev', '--with-modem')).rejects.toThrow('--with-modem needs modem.url: eth:IF');
  await expect(site.run(roleCommand, 'listen', '--with-modem', '--modem.url', 'eth:eth1')).rejects.toThrow('a modem has no role for a listener');
});

test('what is no role, and who is not there, is told', async () => {
  await expect(site.run(roleCommand, 'evs')).rejects.toThrow(/there is no role evs.*; there are evse, ev, listen/);
  await expect(site.run(roleCommand)).rejects.toThrow('role takes one of evse, ev, listen');
  await expect(site.run(roleCommand, 'ev', '--instance', 'nobody')).rejects.toThrow(/nobody answers as v2g-gateway\/slac-agent\/nobody/);
});
