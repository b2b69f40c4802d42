import { events, replay, state } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import { memoryFolder } from '@pilotwire/journal';
import { systemClock, virtualClock } from '@pilotwire/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectBus, followEvents, startBroker } from '../src/index.js';
import type { Broker, Bus, BusReport, ConnectOptions, Position } from '../src/index.js';
import { usual } from './harness.js';
import { startRelay } from './relay.js';
import { Inbox } from '../../../tools/inbox.js';

const place = { station: 'demo', evse: 1 };
const clock = systemClock({ background: true });
const exampleBoot = '5c1f7f0e-5e0a-4d8e-9d67-0d3b0c3f9a11';

/** A promise whose end the test brings about. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe('acknowledging when it is done', () => {
  let broker: Broker;
  const closes: (() => unknown)[] = [];
  beforeEach(async () => {
    broker = await startBroker();
    closes.push(() => broker.close());
  });
  afterEach(async () => {
    for (const close of closes.splice(0).toReversed()) await close();
  });

  async function open(options: Partial<ConnectOptions> = {}) {
    const reports = new Inbox<BusReport>();
    const bus = await connectBus({ ...usual, clock, report: reports.put, url: broker.url, ...options });
    closes.push(() => bus.close());
    return { bus, reports };
  }
  const consumer = (options: Partial<ConnectOptions>) => open({ service: 'history', instance: 'events', stations: [], visitor: true, session: 'persistent', ...options });
  const say = (bus: Bus, n: number): Promise<AnyEvent> => bus.event(events['v2g.warning'], place, { what: 'garbage', detail: `${n}` });
  const seqs = (inbox: Inbox<{ readonly seq: number }>): readonly number[] => inbox.items.map(({ seq }) => seq);

  test('what a handler was not done with comes again to the next life of the session, in order, and the rest after it', async () => {
    const { bus } = await open();
    const relay = await startRelay(broker.port);
    closes.push(() => relay.close());
    const [first, second] = [new Inbox<{ readonly seq: number }>(), new Inbox<{ readonly seq: number }>()];
    const follow = (into: typeof first, held: (seq: number) => Promise<void> | undefined) => ({
      setup: (self: Bus) => void self.subscribe(events['v2g.warning'], {}, async (event) => {
        into.put(event);
        await held(event.seq);
      }, { acknowledge: 'when-done' }),
    });
    const never = gate();
    const { bus: one } = await consumer({ url: relay.url, ...follow(first, (seq) => (seq === 3 ? never.passed : undefined)) });
    await one.whenConnected();
    for (let n = 1; n <= 6; n++) await say(bus, n);
    await first.atLeast(3);
    // Without a goodbye, as after kill -9.
    relay.cut();
    await consumer(follow(second, () => undefined));
    await second.until((items) => items.at(-1)?.seq === 6);
    expect(seqs(first)).toEqual([1, 2, 3]);
    // What was acknowledged last may have been lost with the connection.
    const from = seqs(second)[0] as number;
    expect(from).toBeLessThanOrEqual(3);
    expect(seqs(second)).toEqual([1, 2, 3, 4, 5, 6].slice(from - 1));
    never.open();
  });

  test('one that is held too long costs the connection, which comes back once it is done, and the late word is dropped', async () => {
    const time = virtualClock();
    const { bus } = await open();
    const got = new Inbox<{ readonly seq: number }>();
    const held = gate();
    const { bus: slow, reports } = await consumer({
      clock: time,
      setup: (self) => void self.subscribe(events['v2g.warning'], {}, async (event) => {
        got.put(event);
        if (got.items.length === 1) await held.passed;
      }, { acknowledge: 'when-done' }),
    });
    await slow.whenConnected();
    await say(bus, 1);
    await say(bus, 2);
    await got.atLeast(1);
    time.advance(7_499);
    expect(slow.connected).toBe(true);
    time.advance(1);
    await reports.until((items) => items.some(({ kind }) => kind === 'down'));
    expect(reports.items.at(-1)).toEqual({ kind: 'down', why: 'a message was held longer than 7500 ms' });
    // As long as it is not done nobody tries to connect.
    expect(time.pending).toBe(0);
    held.open();
    while (time.pending === 0) await Promise.resolve();
    time.advance(250);
    await got.atLeast(3);
    expect(seqs(got)).toEqual([1, 1, 2]);
  });

  test('with a window so many are held, one more waits, and they are acknowledged in the order in which they came', async () => {
    const { bus } = await open();
    const relay = await startRelay(broker.port);
    closes.push(() => relay.close());
    const [first, second] = [new Inbox<{ readonly seq: number }>(), new Inbox<{ readonly seq: number }>()];
    const gates = Array.from({ length: 9 }, gate);
    const { bus: one } = await consumer({
      url: relay.url, window: 4,
      setup: (self) => void self.subscribe(events['v2g.warning'], {}, async (event) => {
        first.put(event);
        await gates[event.seq]?.passed;
      }, { acknowledge: 'when-done' }),
    });
    await one.whenConnected();
    for (let n = 1; n <= 8; n++) await say(bus, n);
    await first.atLeast(4);
    // The second is done before the first: it frees nothing, for it may not be acknowledged yet.
    gates[2]?.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seqs(first)).toEqual([1, 2, 3, 4]);
    gates[1]?.open();
    expect((await first.atLeast(6)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    gates[4]?.open();
    // What the broker was told has reached it once it answers.
    await one.request(replay, { service: bus.service, instance: bus.instance }, { station: 'demo', boot: exampleBoot, fromSeq: 1, toSeq: 1 }, { timeout: 100 }).catch(() => undefined);
    relay.cut();
    await consumer({ setup: (self) => void self.subscribe(events['v2g.warning'], {}, (event) => second.put(event)) });
    await second.until((items) => items.at(-1)?.seq === 8);
    expect(seqs(second)).toEqual([3, 4, 5, 6, 7, 8]);
    for (const { open: pass } of gates) pass();
  });

  test('a message of another kind is not kept waiting by a handler that only promises', async () => {
    const { bus } = await open();
    // Before it is, the later value takes the place of the earlier.
    await bus.whenConnected();
    const got = new Inbox<number>();
    const { bus: reader } = await consumer({ session: 'clean' });
    await reader.whenConnected();
    await reader.subscribe(state, {}, async ({ seq }) => {
      got.put(seq);
      await gate().passed;
    });
    await bus.publish(state, place, { ...state.example, seq: 1 });
    await bus.publish(state, place, { ...state.example, seq: 2 });
    expect(await got.atLeast(2)).toEqual([1, 2]);
  });

  test('a handler that throws is reported, and its message does not come again', async () => {
    const { bus } = await open();
    const got = new Inbox<{ readonly seq: number }>();
    const { bus: reader, reports } = await consumer({
      setup: (self) => void self.subscribe(events['v2g.warning'], {}, (event) => {
        got.put(event);
        return Promise.reject(new Error('no'));
      }, { acknowledge: 'when-done' }),
    });
    await reader.whenConnected();
    await say(bus, 1);
    await say(bus, 2);
    await reports.until((items) => items.filter(({ kind }) => kind === 'handler').length === 2);
    expect(seqs(got)).toEqual([1, 2]);
  });

  test('who follows events and commits each has all of them in order, one at a time, whatever breaks', async () => {
    const folder = memoryFolder();
    const { bus } = await open({ journal: () => Promise.resolve(folder) });
    const relay = await startRelay(broker.port);
    closes.push(() => relay.close());
    const committed: number[] = [];
    const done = new Inbox<number>();
    let position: Position | undefined;
    let [running, most] = [0, 0];
    const life = (): Promise<{ readonly bus: Bus }> => consumer({
      url: relay.url,
      setup: (self) => void followEvents(self, {
        clock, from: 'oldest', positions: position === undefined ? [] : [position], onLost: () => undefined,
        async onEvent(event, at) {
          most = Math.max(most, ++running);
          // A commit takes turns of the event loop.
          for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
          running--;
          position = at;
          committed.push(event.seq);
          done.put(event.seq);
        },
      }),
    });
    await (await life()).bus.whenConnected();
    const talking = (async () => {
      for (let n = 1; n <= 200; n++) await say(bus, n);
    })();
    for (const milestone of [40, 90, 140]) {
      await done.atLeast(milestone);
      relay.cut();
      relay.mend();
    }
    await talking;
    await done.atLeast(200);
    expect(committed).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(most).toBe(1);
  });
});
