import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, startBroker, tapTopics } from '@pilotwire/bus';
import { commands, paramsOf, state } from '@pilotwire/contracts';
import type { CommandResult, PayloadOf } from '@pilotwire/contracts';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { patientClock, systemClock } from '@pilotwire/runtime';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Inbox } from '../../../tools/inbox.js';
import { liveOutlet } from '../src/up/outlet.js';
import { freeUdpPort } from '../src/up/ports.js';
import { endOfCable, startServices } from '../src/up/services.js';

const closes: (() => unknown)[] = [];
const results = new Inbox<CommandResult & { readonly name: string }>();
const states = new Inbox<PayloadOf<typeof state>>();
let asker: mqtt.MqttClient;

/** A site at a real broker with a car plugged in, and somebody who publishes whatever comes to mind. */
beforeAll(async () => {
  const data = mkdtempSync(join(tmpdir(), 'pilotwire-commands-'));
  closes.push(() => rmSync(data, { recursive: true, force: true }));
  const clock = patientClock(systemClock());
  const broker = await startBroker();
  closes.push(() => broker.close());
  const charger: Settings = {
    ...resolve(keys, []).settings, station: 'site', data, 'mqtt.url': broker.url, 'log.level': 'error', 'v2g.sdpPort': await freeUdpPort(0, '127.0.0.1'), authorization: 'require',
  };
  const car: Settings = { ...charger, mode: 'ev', station: 'car', instance: 'car' };
  const { outlet, stop } = liveOutlet(charger, clock, (line) => process.stderr.write(line));
  closes.push(stop);
  const services = await startServices([charger, car].flatMap((settings) => endOfCable({ settings, outlet, clock, write: (line) => void process.stderr.write(line) })));
  closes.push(() => services.close());
  const tap = tapTopics({
    url: broker.url, clientId: 'ear', clock, filter: 'pilotwire/v1/+/evse/1/cmd-result/+', onUp: () => undefined, onDown: () => undefined,
    onMessage: ({ topic, payload }) => {
      const { name = '' } = paramsOf('pilotwire/v1/{station}/evse/{evse}/cmd-result/{name}', topic) ?? {};
      results.put({ ...(JSON.parse(payload) as CommandResult), name });
    },
  });
  closes.push(() => tap.close());
  const bus = await connectBus({
    url: broker.url, service: 'pilotwire', instance: 'eye', version: '0', stations: [], mode: 'evse', simulated: true, visitor: true, clock, report: () => undefined,
  });
  closes.push(() => bus.close());
  await bus.whenConnected();
  await bus.subscribe(state, { station: 'site', evse: 1 }, states.put);
  asker = await mqtt.connectAsync(broker.url, { clientId: 'asker', protocolVersion: 4 });
  closes.push(() => asker.endAsync(true));
  await bus.request(commands.plug, { station: 'site', evse: 1 }, {}, { timeout: 10_000, source: 'test' });
  // It waits for an authorization, and nothing else happens by itself.
  await states.until((all) => all.at(-1)?.phase === 'authorization');
}, 60_000);
afterAll(async () => {
  for (const close of closes.toReversed()) await close();
});

let ids = 0;
const request = (args: unknown, more: Record<string, unknown> = {}): { readonly requestId: string } => ({
  requestId: `r${++ids}`, issuedAt: new Date(Date.now()).toISOString(), expiresAt: new Date(Date.now() + 60_000).toISOString(), source: 'test', args, ...more,
}) as { readonly requestId: string };
const ask = (station: string, name: string, payload: unknown): unknown =>
  asker.publish(`pilotwire/v1/${station}/evse/1/cmd/${name}`, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 });
/** What can be done to an outlet, without when it was told. */
const standing = (): unknown => ({ ...states.items.at(-1), ts: undefined, seq: undefined });

// Real sockets, on a machine that others use.
describe('over a real broker', { timeout: 60_000 }, () => {
  test.each([
    ['wrong in its arguments', 'site', 'limit', request({ maxW: 'much' }), 'bad-shape'],
    ['with a field that nobody knows', 'site', 'stop', request({ at: 'once' }), 'bad-shape'],
    ['without a date', 'site', 'stop', request({}, { expiresAt: undefined }), 'bad-shape'],
    ['expired', 'site', 'stop', request({}, { expiresAt: '2020-01-01T00:00:00.000Z' }), 'expired'],
    ['that lives for a day', 'site', 'stop', request({}, { expiresAt: new Date(Date.now() + 86_400_000).toISOString() }), 'lives-too-long'],
    ['for the other side of the cable', 'car', 'authorize', request({ accept: true }), 'wrong-mode'],
  ])('a command %s is refused with the reason, once, and changes nothing', async (_, station, name, payload, code) => {
    const before = standing();
    ask(station, name, payload);
    // One more, which is refused too, comes after all that the first one could cause.
    const last = request({}, { expiresAt: '2020-01-01T00:00:00.000Z' });
    ask(station, 'start', last);
    await results.until((all) => all.some(({ requestId }) => requestId === last.requestId) && all.some(({ requestId }) => requestId === payload.requestId));
    expect(results.items.filter(({ requestId }) => requestId === payload.requestId)).toEqual([expect.objectContaining({ name, code, status: 'rejected' })]);
    expect(standing()).toEqual(before);
  });

  test('what is no JSON, or has no id, is answered without one', async () => {
    const count = results.items.length;
    ask('site', 'stop', 'stop!');
    ask('site', 'stop', { args: {} });
    await results.atLeast(count + 2);
    expect(results.items.slice(count)).toEqual([0, 1].map(() => expect.objectContaining({ requestId: null, name: 'stop', code: 'bad-shape' })));
  });

  test('of a flood of ten thousand each has one result, all are refused, and the site does its work', async () => {
    const before = standing();
    const [count, flood] = [results.items.length, Array.from({ length: 10_000 }, () => request({}))];
    // In shape, in time and of this mode; a car that charges has begun already.
    for (const one of flood) ask('car', 'start', one);
    await results.atLeast(count + flood.length);
    const answers = results.items.slice(count);
    expect(new Set(answers.map(({ requestId }) => requestId))).toEqual(new Set(flood.map(({ requestId }) => requestId)));
    expect(answers).toHaveLength(flood.length);
    expect(answers.filter(({ status }) => status !== 'rejected')).toEqual([]);
    expect(answers.filter(({ code }) => code === 'rate-limited').length).toBeGreaterThan(9_000);
    expect(standing()).toEqual(before);
    const meant = request({ accept: false });
    ask('site', 'authorize', meant);
    await results.until((all) => all.some(({ requestId }) => requestId === meant.requestId));
    expect(results.items.at(-1)).toMatchObject({ requestId: meant.requestId, status: 'done' });
  });
});
