import { sendAgain, telemetry, telemetryBatch } from '@pilotwire/contracts';
import { virtualClock } from '@pilotwire/runtime';
import type { VirtualClock } from '@pilotwire/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bus } from '../src/index.js';
import { Inbox } from '../../../tools/inbox.js';
import { memorySite, mqttSite, usual } from './harness.js';
import type { Site } from './harness.js';

const place = { station: 'demo', evse: 1 };
const person = { service: 'pilotwire', instance: 'cli', stations: [] } as const;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe.each([['in memory', memorySite], ['over the embedded broker', mqttSite]] as const)('what a broker may have lost, %s', (_, open) => {
  let site: Site;
  beforeEach(async () => {
    site = await open();
  });
  afterEach(() => site.close());

  const goAndComeBack = async (bus: Bus, time: VirtualClock): Promise<void> => {
    site.cut(bus);
    while (bus.connected) await turn();
    site.mend(bus);
    for (; !bus.connected; await turn()) time.advance(250);
  };

  test('telemetry that it acknowledged of late is sent again once everybody is back, and nothing else is', async () => {
    const time = virtualClock();
    const { bus } = await site.bus({ clock: time });
    const { bus: other } = await site.bus(person);
    const got = new Inbox<string>();
    await other.subscribe(telemetryBatch, {}, ({ id }) => got.put(id));
    await other.subscribe(telemetry, {}, () => got.put('telemetry'));
    const [first, second] = [telemetryBatch.example.id, '019b7967-6d00-7000-8000-0000000000bb'];
    await bus.publish(telemetryBatch, place, telemetryBatch.example);
    await bus.publish(telemetry, place, telemetry.example);
    await got.atLeast(2);
    await goAndComeBack(bus, time);
    await bus.publish(telemetryBatch, place, { ...telemetryBatch.example, id: second });
    await got.atLeast(3);
    time.advance(20_000);
    await got.atLeast(5);
    expect(got.items).toEqual([first, 'telemetry', second, first, second]);
    // Who was not there asks for it.
    const { bus: late } = await site.bus({ ...usual, service: 'history', stations: [] });
    expect([late.known, await late.request(sendAgain, { service: bus.service, instance: bus.instance }, {})]).toMatchObject([false, { code: 'accepted' }]);
    await got.atLeast(7);
    expect(got.items.slice(5)).toEqual([first, second]);
  });

  test('does not overrun its queue of a subscriber: a few are sent again every 100 ms, and from the first if it dies meanwhile', async () => {
    const time = virtualClock();
    const { bus } = await site.bus({ clock: time });
    const { bus: other } = await site.bus(person);
    const got = new Inbox<number>();
    await other.subscribe(telemetryBatch, {}, ({ samples: [first] }) => got.put(first?.n ?? -1));
    const many = Array.from({ length: 120 }, (_, n) => n);
    const { example } = telemetryBatch;
    await Promise.all(many.map((n) => bus.publish(telemetryBatch, place, { ...example, samples: example.samples.slice(0, 1).map((one) => ({ ...one, n })) })));
    let all = await got.atLeast(many.length);
    const next = async (by: number, expected: readonly number[]): Promise<void> => {
      time.advance(by);
      all = [...all, ...expected];
      await got.atLeast(all.length);
      // Long enough for more of them, if they had been sent.
      for (let n = 0; n < 20; n++) await turn();
      expect(got.items).toEqual(all);
    };
    await goAndComeBack(bus, time);
    await next(20_000, many.slice(0, 50));
    await next(100, many.slice(50, 100));
    await goAndComeBack(bus, time);
    const order = [...many.slice(100), ...many.slice(0, 100)];
    await next(20_000, order.slice(0, 50));
    await next(100, order.slice(50, 100));
    await next(100, order.slice(100));
    await next(60_000, []);
  });
});
