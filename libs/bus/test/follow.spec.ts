import { events, journalHead, replay } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import { memoryFolder } from '@pilotwire/journal';
import type { Folder } from '@pilotwire/journal';
import { virtualClock } from '@pilotwire/runtime';
import { describe, expect, test } from 'vitest';
import { followEvents, memoryBroker, memoryBus } from '../src/index.js';
import type { BusOptions, Delivery, FollowOptions, Position, Transport } from '../src/index.js';
import { usual } from './harness.js';

const place = { station: 'demo', evse: 1 };

/** Lets everything happen that needs no time. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 400; turn++) await Promise.resolve();
};

async function site() {
  const clock = virtualClock();
  const broker = memoryBroker();
  const report = (): undefined => undefined;
  const open = (options: Partial<BusOptions> = {}, at = broker) => memoryBus(at, { ...usual, clock, report, time: () => 1_767_268_800_000, ...options });
  const publisher = async (options: Partial<BusOptions> = {}) => {
    const bus = await open(options);
    await bus.whenConnected();
    return { bus, say: async (n: number) => bus.event(events['v2g.warning'], place, { what: 'garbage', detail: `${n}` }) };
  };
  /** A consumer whose connection loses the deliveries that `loses` says. */
  const follow = async (options: Partial<FollowOptions> = {}, loses: (delivery: Delivery) => boolean = () => false) => {
    const got: AnyEvent[] = [];
    const positions: Position[] = [];
    const lost: string[] = [];
    const lossy = { ...broker, transport: (id: string): Transport => {
      const inner = broker.transport(id);
      return { ...inner, start: (to, will) => inner.start({ ...to, message: (one) => (loses(one) ? undefined : to.message(one)) }, will) };
    } };
    const bus = await open({ service: 'history', instance: 'main', stations: [] }, lossy);
    await bus.whenConnected();
    const { stop } = await followEvents(bus, {
      clock, onEvent: (event, position) => void (got.push(event), positions.push(position)), onLost: ({ fromSeq, toSeq }) => void lost.push(`${fromSeq}-${toSeq}`), ...options,
    });
    await settle();
    return { bus, stop, got, lost, positions, seqs: () => got.map(({ seq }) => seq) };
  };
  const pass = async (seconds: number): Promise<void> => {
    for (let s = 0; s < seconds; s++) {
      await settle();
      clock.advance(1_000);
    }
    await settle();
  };
  return { clock, broker, publisher, follow, pass };
}

const seqOf = ({ payload, topic }: Delivery): number => (topic.includes('/event/') ? (JSON.parse(payload) as { seq: number }).seq : 0);
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('following events', () => {
  test('what the connection lost is asked for, and comes once and in order', async () => {
    const { publisher, follow, pass } = await site();
    const { say } = await publisher();
    const lossOnce = new Set([3, 4, 9, 20]);
    const { seqs, lost } = await follow({ from: 'oldest' }, (delivery) => lossOnce.delete(seqOf(delivery)));
    for (let n = 1; n <= 20; n++) await say(n);
    await settle();
    expect(seqs()).toEqual([1, 2]);
    await pass(10);
    expect(seqs()).toEqual(upTo(20));
    expect(lost).toEqual([]);
  });

  test('the next is handed over before the one before is done; what is lost comes after all of them', async () => {
    const { publisher, follow, pass } = await site();
    const { bus, say } = await publisher();
    const done: (() => void)[] = [];
    const { seqs, got, lost } = await (async () => {
      const kept: AnyEvent[] = [];
      const one = await follow({ from: 'oldest', onEvent: (event) => new Promise((resolve) => void (kept.push(event), done.push(resolve))) });
      return { ...one, got: kept, seqs: () => kept.map(({ seq }) => seq) };
    })();
    for (let n = 1; n <= 3; n++) await say(n);
    await settle();
    expect(seqs()).toEqual([1, 2, 3]);
    const { boot } = got[0] as AnyEvent;
    await bus.publish(journalHead, { service: bus.service, instance: bus.instance }, { ts: '2026-01-01T00:00:00.000Z', streams: [{ station: 'demo', boot, firstSeq: 6, lastSeq: 5 }] });
    await pass(2);
    expect(lost).toEqual([]);
    for (const end of done) end();
    await pass(2);
    expect(lost).toEqual(['4-5']);
  });

  test('from now on means from the first that happens; from the oldest everything that is kept', async () => {
    const { publisher, follow, pass } = await site();
    const { say } = await publisher();
    for (let n = 1; n <= 5; n++) await say(n);
    await pass(6);
    const now = await follow({ from: 'now' });
    await now.bus.close();
    const all = await follow({ from: 'oldest' });
    await say(6);
    await pass(3);
    expect([now.seqs(), all.seqs()]).toEqual([[], upTo(6)]);
  });

  test('what no journal holds any more is said to be lost, and what came is not', async () => {
    const { publisher, follow, pass } = await site();
    const { say } = await publisher();
    const gone = new Set([4, 5, 7]);
    // The journal still counts them, and they never arrive.
    const { seqs, lost } = await follow({ from: 'oldest' }, (delivery) => gone.has(seqOf(delivery)));
    for (let n = 1; n <= 9; n++) await say(n);
    await pass(20);
    expect(seqs()).toEqual([1, 2, 3, 6, 8, 9]);
    expect(lost).toEqual(['4-5', '7-7']);
  });

  test('after the count began anew the new one is followed from its first event, and the rest of the old one given up', async () => {
    const { publisher, follow, pass } = await site();
    const first = await publisher();
    const missed = new Set([2]);
    const { seqs, got, lost } = await follow({ from: 'oldest' }, (delivery) => missed.delete(seqOf(delivery)));
    await first.say(1);
    await first.say(2);
    await settle();
    await first.bus.close();
    // Memory journals die with their process.
    const second = await publisher();
    await second.say(1);
    await second.say(2);
    await second.say(3);
    await pass(30);
    expect(seqs()).toEqual([1, 1, 2, 3]);
    expect(new Set(got.map(({ boot }) => boot)).size).toBe(2);
    expect(lost).toEqual(['2-2']);
  });

  test('a consumer that was away goes on where it stopped', async () => {
    const { publisher, follow, pass } = await site();
    const folder: Folder = memoryFolder();
    const { say, bus } = await publisher({ journal: () => Promise.resolve(folder) });
    const before = await follow();
    for (let n = 1; n <= 4; n++) await say(n);
    await settle();
    await before.bus.close();
    for (let n = 5; n <= 150; n++) await say(n);
    await bus.close();
    await publisher({ journal: () => Promise.resolve(folder) });
    const after = await follow({ positions: [before.positions.at(-1) as Position] });
    await pass(6);
    expect([before.seqs(), after.seqs()]).toEqual([upTo(4), upTo(150, 5)]);
  });

  test('a broker that dies and forgets loses nobody an event', async () => {
    const { broker, publisher, follow, pass } = await site();
    const { say, bus } = await publisher();
    const { seqs, lost } = await follow({ from: 'oldest' });
    for (let n = 1; n <= 10; n++) void say(n);
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
    broker.kill();
    for (let n = 11; n <= 20; n++) await say(n);
    broker.revive();
    await pass(8);
    await say(21);
    await pass(8);
    expect(seqs()).toEqual(upTo(21));
    expect(lost).toEqual([]);
    expect(bus.counters.down).toBe(1);
  });

  test('one delivered twice is told once', async () => {
    const { publisher, follow, pass } = await site();
    const { say, bus } = await publisher();
    const { seqs, bus: consumer } = await follow();
    const { boot } = await say(1);
    await settle();
    const before = consumer.counters.received;
    expect(await consumer.request(replay, { service: bus.service, instance: bus.instance }, { station: 'demo', boot, fromSeq: 1, toSeq: 1 })).toMatchObject({ code: 'done' });
    await pass(2);
    // The event and the result of the request.
    expect(consumer.counters.received - before).toBe(2);
    expect(seqs()).toEqual([1]);
  });

  test('an orderly end comes after the last event', async () => {
    const { publisher, follow } = await site();
    const one = await publisher();
    const { seqs } = await follow();
    for (let n = 1; n <= 40; n++) await one.say(n);
    const last = one.say(41);
    await one.bus.close();
    await last;
    await settle();
    expect(seqs()).toEqual(upTo(41));
  });

  test.each(['is closed', 'is closed after nobody follows any more'])('nothing waits any more once the bus %s', async (how) => {
    const { clock, publisher, follow, pass } = await site();
    const one = await publisher();
    // Nothing ever comes of what is asked for.
    const { bus, stop } = await follow({ from: 'oldest' }, ({ topic, payload }) => topic.includes('/event/') || payload.includes('requestId'));
    for (let n = 1; n <= 3; n++) await one.say(n);
    await pass(7);
    if (how !== 'is closed') void stop();
    await bus.close();
    await one.bus.close();
    await pass(2);
    expect(clock.pending).toBe(0);
  });
});
