import { ms, VirtualTime } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { Publisher } from '../src/publish/publisher.js';
import { Chronicle } from '../src/session/chronicle.js';

type Bus = ConstructorParameters<typeof Publisher>[0]['bus'];

function publisherOn(publish: () => Promise<void>) {
  const time = new VirtualTime();
  const told: { topic: string; payload: unknown }[] = [];
  const wallClock = (): number => time.now;
  const chronicle = new Chronicle({ mode: 'evse', simulated: true, time, wallClock, event: () => undefined, changed: () => undefined });
  const bus = {
    publish: (contract: { topic: unknown }, _: unknown, payload: unknown) => {
      told.push({ topic: JSON.stringify(contract.topic), payload });
      return publish();
    },
    event: () => publish(),
  } as unknown as Bus;
  const publisher = new Publisher({
    bus, outlet: { station: 'demo', evse: 1 }, time, wallClock, chronicle, telemetryRate: 2, failed: () => undefined, batched: () => undefined,
  });
  return { time, told, publisher };
}

test('the first look tells that there is no session: a former life may have left one at the broker', () => {
  const { time, told } = publisherOn(() => Promise.resolve());
  time.advance(200);
  expect(told.filter(({ topic }) => topic.includes('session')).map(({ payload }) => payload)).toEqual([null]);
  time.advance(10_000);
  expect(told).toHaveLength(2);
});

test('last words that nobody takes are waited for two seconds', async () => {
  const { time, publisher } = publisherOn(() => new Promise(() => undefined));
  time.advance(200);
  let closed = false;
  void publisher.close().then(() => (closed = true));
  const passes = async (by: number): Promise<boolean> => {
    time.advance(ms(by));
    await new Promise(setImmediate);
    return closed;
  };
  expect([await passes(1_990), await passes(20)]).toEqual([false, true]);
});

test('and no longer than they take', async () => {
  const { time, publisher } = publisherOn(() => Promise.resolve());
  let closed = false;
  void publisher.close().then(() => (closed = true));
  await new Promise(setImmediate);
  time.advance(10);
  await new Promise(setImmediate);
  expect(closed).toBe(true);
});
