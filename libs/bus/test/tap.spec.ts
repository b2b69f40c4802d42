import { serviceStatus, state, topicFor } from '@pilotwire/contracts';
import { systemClock } from '@pilotwire/runtime';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectBus, isFilter, startBroker, tapTopics } from '../src/index.js';
import type { Broker, Bus, Delivery } from '../src/index.js';
import { Inbox } from '../../../tools/inbox.js';
import { usual } from './harness.js';
import { startRelay } from './relay.js';

const clock = systemClock({ background: true });
const place = { station: 'demo', evse: 1 };

let broker: Broker;
let bus: Bus;
beforeEach(async () => {
  broker = await startBroker();
  bus = await connectBus({ ...usual, clock, report: () => undefined, url: broker.url });
  await bus.whenConnected();
});
afterEach(async () => {
  await bus.close();
  await broker.close();
});

function tap(filter: string, url = broker.url) {
  const heard = new Inbox<Delivery>();
  const states = new Inbox<string>();
  const one = tapTopics({ url, clientId: 'ear', clock, filter, onMessage: heard.put, onUp: () => states.put('up'), onDown: (why) => states.put(`down: ${why}`) });
  return { heard, states, close: () => one.close(), where: one.where };
}

test('hears everything under its filter, what is retained first, and reads nothing into it', async () => {
  const status = topicFor(serviceStatus.topic, usual);
  const one = tap('pilotwire/v1/svc/#');
  expect((await one.heard.until((items) => items.some(({ topic }) => topic === status))).find(({ topic }) => topic === status)?.retained).toBe(true);
  const raw = { ...state, write: (text: unknown) => text as string };
  const all = tap('#');
  await all.states.atLeast(1);
  await bus.publish(raw, place, 'no JSON {' as never);
  await all.heard.until((items) => items.some(({ payload }) => payload === 'no JSON {'));
  expect(one.heard.items.every(({ topic }) => topic.startsWith('pilotwire/v1/svc/'))).toBe(true);
  await Promise.all([one.close(), all.close()]);
});

test('says when the broker is away and when it is back, and hears on', async () => {
  const relay = await startRelay(broker.port);
  const one = tap('pilotwire/v1/+/evse/+/state', relay.url);
  await one.states.atLeast(1);
  relay.cut();
  await one.states.until((items) => items.some((item) => item.startsWith('down: ')));
  await bus.publish(state, place, state.example);
  relay.mend();
  expect((await one.heard.atLeast(1))[0]).toEqual({ topic: 'pilotwire/v1/demo/evse/1/state', payload: JSON.stringify(state.example), retained: true, repeated: false });
  await one.states.until((items) => items.at(-1) === 'up');
  await one.close();
  await relay.close();
});

test('a filter that is none is refused before any broker is asked', () => {
  for (const filter of ['', 'a/#/b', 'a+', 'a/b#', '#/a', 'a\0']) {
    expect(isFilter(filter), filter).toBe(false);
    expect(() => tap(filter)).toThrow(TypeError);
  }
  for (const filter of ['#', '+', 'a/+/b', 'a/#', '/', 'pilotwire/v1/#']) expect(isFilter(filter), filter).toBe(true);
  const level = fc.string().filter((text) => !/[+#/\0]/.test(text));
  fc.assert(fc.property(fc.array(level, { minLength: 2 }), (levels) => isFilter(levels.join('/'))));
});

test('a visitor leaves nothing behind at the broker, and nobody is told that it went', async () => {
  const visitor = await connectBus({ ...usual, service: 'pilotwire', instance: 'watch-1', stations: [], visitor: true, clock, report: () => undefined, url: broker.url });
  await visitor.whenConnected();
  const got = new Inbox<unknown>();
  await visitor.subscribe(state, place, got.put);
  await bus.publish(state, place, state.example);
  await got.atLeast(1);
  const all = tap('#');
  await all.heard.until((items) => items.some(({ topic }) => topic.endsWith('/state')));
  await visitor.close();
  await bus.publish(state, place, { ...state.example, seq: 99 });
  const topics = (await all.heard.until((items) => items.some(({ payload }) => payload.includes('99')))).map(({ topic }) => topic);
  expect(topics.filter((topic) => topic.includes('/svc/pilotwire/'))).toEqual([]);
  await all.close();
});
