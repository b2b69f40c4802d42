import { limit, pilot, session, slac, state } from '@pilotwire/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { testSite } from '../../test/site.js';
import type { TestSite } from '../../test/site.js';
import { statusLines } from '../site/status-text.js';
import { clockTime } from '../site/units.js';
import { status } from './status.js';
import type { ServiceRow } from './status.js';

const place = { station: 'demo', evse: 1 };
let site: TestSite;
beforeEach(async () => {
  site = await testSite();
});
afterEach(() => site.close());

test('who is there, and how each outlet stands', async () => {
  const bridge = await site.service({ service: 'ocpp-bridge' });
  await site.gateway.publish(state, place, { ...state.example, available: false, faults: ['isolation-fault'] });
  await site.gateway.publish(session, place, session.example);
  await site.agent.publish(pilot, place, pilot.example);
  await site.agent.publish(slac, place, slac.example);
  await bridge.publish(limit, place, limit.example);
  await bridge.close();
  const { code, printed } = await site.run(status);
  expect(code).toBe(0);
  expect(printed[0]).toBe(`at ${site.broker.url}`);
  expect(printed.slice(1, 4)).toEqual([
    expect.stringMatching(/^ {2}ocpp-bridge\/main +offline$/),
    expect.stringMatching(/^ {2}slac-agent\/main +0\.1\.0 {2}since \d\d:\d\d:\d\d {2}demo$/),
    expect.stringMatching(/^ {2}v2g-gateway\/main +0\.1\.0 {2}since \d\d:\d\d:\d\d {2}demo$/),
  ]);
  expect(printed.slice(4)).toEqual([
    '',
    'demo, EVSE 1',
    '  state    charging, contactors closed, supply on, simulated',
    '           NOT AVAILABLE: no session begins',
    '           FAULT: isolation-fault',
    '  pilot    B2, 5 % duty cycle',
    '  slac     matched, link up, 02:00:00:00:00:02',
    `  session  since ${clockTime(session.example?.startedAt ?? '')}, 1.24 kWh, SoC 41 %`,
    '  car      up to 420 V, 300 A',
    '  charger  up to 1000 V, 400 A, 150 kW',
    `  limit    50 kW until ${clockTime(limit.example.validUntil)}`,
  ]);
  expect(Math.max(...printed.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('--json, and --station chooses', async () => {
  await site.service({ service: 'v2g-gateway', instance: 'car', stations: ['car'] });
  await site.gateway.publish(state, place, state.example);
  await site.gateway.publish(state, { ...place, evse: 2 }, { ...state.example, phase: 'idle' });
  const found = async (...args: string[]) => JSON.parse((await site.run(status, '--json', ...args)).printed.join()) as { services: { instance: string }[]; outlets: object[] };
  expect(await found()).toMatchObject({ services: [{ service: 'slac-agent' }, { instance: 'car' }, { instance: 'main' }], outlets: [{ evse: 1, state: state.example }, { evse: 2 }] });
  expect(await found('--station', 'car')).toMatchObject({ services: [{ instance: 'car', stations: ['car'] }], outlets: [] });
  expect((await found('--evse', '2')).outlets).toEqual([expect.objectContaining({ evse: 2 })]);
});

test('exit code 1 where nobody is there, or no broker', async () => {
  await site.agent.close();
  await site.gateway.close();
  const alone = await site.run(status);
  expect([alone.code, alone.printed.at(-1)]).toEqual([1, expect.stringMatching(/^ {2}v2g-gateway\/main +offline$/)]);
  const { broker } = site;
  await site.close();
  const { io } = fakeIo();
  await expect(status.run(['--mqtt.url', broker.url], io)).rejects.toMatchObject({ exitCode: 1, message: expect.stringMatching(/^no broker at mqtt:/) as string });
  await expect(status.run(['--mqtt.port', String(broker.port)], io)).rejects.toThrow(/`pilotwire up` runs one/);
  site = await testSite();
});

test('what has come from outside moves no cursor, and nobody at all is said so', () => {
  const service = { service: 'v2g-gateway', instance: 'main', state: 'online', version: '\u001b[2J', startedAt: '2026-01-01T12:00:00.000Z', stations: ['demo'], mode: 'ev' } satisfies ServiceRow;
  const lines = statusLines({ services: [service], outlets: [] }, { where: 'mqtt://x', now: Date.parse('2026-01-03T12:00:00.000Z') });
  expect(lines.join('\n')).not.toContain('\u001b');
  expect(lines[1]).toMatch(/since 2026-01-01 \d\d:\d\d:\d\d {2}demo, plays the car$/);
  expect(statusLines({ services: [], outlets: [] }, { where: 'mqtt://x', now: 0 })).toEqual(['nobody is there at mqtt://x']);
});
