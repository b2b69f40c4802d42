import { serviceStatus, state, telemetry, topicFor } from '@pilotwire/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { testSite } from '../../test/site.js';
import type { TestSite } from '../../test/site.js';
import { UsageError } from '../errors.js';
import { read, sub } from './sub.js';

const place = { station: 'demo', evse: 1 };
const topic = topicFor(state.topic, place);
const raw = { ...state, write: (text: unknown) => text as string };

let site: TestSite;
beforeEach(async () => {
  site = await testSite();
});
afterEach(() => site.close());

test('prints topic and payload, what is retained first, until it has enough', async () => {
  await site.gateway.publish(state, place, state.example);
  expect(await site.run(sub, '--count', '1', 'pilotwire/v1/demo/#')).toEqual({ code: 0, printed: [`${topic} (retained) ${JSON.stringify(state.example)}`], errors: [] });
  const json = await site.run(sub, '--json', '--count', '1', topic);
  expect(json.printed.map((line) => JSON.parse(line) as unknown)).toEqual([{ topic, retained: true, payload: state.example }]);
});

test('goes on with what is said, shows what is not as its contract says, and ends with Ctrl-C', async () => {
  const { io, lines, interrupt } = fakeIo();
  const done = sub.run(['--mqtt.url', site.broker.url], io);
  await lines.until((all) => all.some((line) => line.startsWith(`${topicFor(serviceStatus.topic, { service: 'slac-agent', instance: 'main' })} (retained) {"state":"online"`)));
  await site.gateway.publish(telemetry, place, telemetry.example);
  await site.gateway.publish(raw, place, '{"phase":"\u001b[31mred"}' as never);
  await lines.until((all) => all.some((line) => line.includes('NOT AS ITS CONTRACT')));
  expect(lines.items).toContain(`${topicFor(telemetry.topic, place)} ${JSON.stringify(telemetry.example)}`);
  expect(lines.items.join('')).not.toContain('\u001b');
  interrupt();
  expect(await done).toBe(0);
});

test('reads leniently: later fields and later events are no problem, other trees are left alone', () => {
  const at = (one: string, payload: unknown) => read({ topic: one, payload: typeof payload === 'string' ? payload : JSON.stringify(payload), retained: false, repeated: false });
  expect(at(topic, { ...state.example, later: 1 })).toEqual({ topic, retained: false, payload: { ...state.example, later: 1 } });
  expect(at(topic, { ...state.example, seq: 'x' }).problem).toMatch(/^seq: /);
  expect(at(topic, '{').problem).toMatch(/^no JSON: /);
  expect(at('pilotwire/v1/demo/evse/1/nonsense', '1').problem).toBe('no contract has this topic');
  expect(at('pilotwire/v1/demo/evse/1/event/battery.swapped', '1').problem).toMatch(/^payload: /);
  expect(at('homeassistant/status', 'online')).toEqual({ topic: 'homeassistant/status', retained: false, payload: 'online' });
  expect(at('pilotwire/v1/demo/evse/1/session', '').problem).toBeUndefined();
});

test('says that there is no broker, and waits for one', async () => {
  const { broker } = site;
  await site.close();
  const { io, errors, interrupt } = fakeIo();
  io.err.write = (text) => {
    errors.push(text);
    interrupt();
  };
  expect(await sub.run(['--mqtt.url', broker.url], io)).toBe(0);
  expect(errors.join()).toMatch(/^pilotwire: sub: no broker at mqtt:\/\/127\.0\.0\.1:\d+: .*; trying on\n$/);
  site = await testSite();
});

test.each([
  [['a/#/b'], 'no topic filter: a/#/b; + stands for a whole level, # for all that follow and comes last'],
  [['a', 'b'], 'sub takes one FILTER, in quotes: a b'],
  [['--count', '0'], '--count is a number from 1: 0'],
])('%j is refused', async (args, message) => {
  await expect(site.run(sub, ...args)).rejects.toThrow(new UsageError(message));
});

test('a broker at no URL of one is a wrong setting', async () => {
  const { io } = fakeIo();
  await expect(sub.run(['--mqtt.url', 'http://broker.example'], io)).rejects.toThrow('--mqtt.url: mqtt.url is `embedded`, or begins with mqtt://');
});
