import { anyEvent, commands, events, journalHead, replay, serviceStatus, session, slac, state, telemetry, telemetryBatch, topicFor } from '@pilotwire/contracts';
import type { AnyEvent, PayloadOf } from '@pilotwire/contracts';
import { memoryFolder } from '@pilotwire/journal';
import { systemClock } from '@pilotwire/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectBus, followEvents } from '../src/index.js';
import type { Position } from '../src/index.js';
import { memorySite, mqttSite, usual } from './harness.js';
import { Inbox } from '../../../tools/inbox.js';
import type { Site } from './harness.js';

const place = { station: 'demo', evse: 1 };
const clock = systemClock({ background: true });
const agent = { service: 'slac-agent', instance: 'main' } as const;
const person = { service: 'pilotwire', instance: 'cli', stations: [] } as const;

describe.each([['in memory', memorySite], ['over the embedded broker', mqttSite]] as const)('a bus %s', (_, open) => {
  let site: Site;
  beforeEach(async () => {
    site = await open();
  });
  afterEach(() => site.close());

  test('carries what a contract says from its writer to whoever subscribes, with the parameters of the topic', async () => {
    const { bus } = await site.bus();
    const { bus: other } = await site.bus(person);
    const got = new Inbox<unknown>();
    await other.subscribe(state, { station: 'demo' }, (payload, { params, retained, topic }) => got.put([payload, params, retained, topic]));
    expect(await bus.publish(state, place, state.example)).toBe('published');
    expect(await got.atLeast(1)).toEqual([[state.example, place, false, 'pilotwire/v1/demo/evse/1/state']]);
  });

  test('refuses what its contract does not say, another writer, and names that are none; nothing is sent', async () => {
    const { bus } = await site.bus();
    const got = new Inbox<unknown>();
    await bus.subscribe(state, {}, got.put);
    await expect(bus.publish(state, place, { ...state.example, colour: 'red' } as never)).rejects.toMatchObject({ name: 'ContractError', path: 'colour' });
    await expect(bus.publish(state, { station: 'a/b', evse: 1 }, state.example)).rejects.toMatchObject({ name: 'TopicError' });
    await expect(bus.publish(slac, place, slac.example)).rejects.toMatchObject({ code: 'not-the-writer' });
    await expect(bus.event(events['slac.failed'], place, { why: 'no-sounds', attempt: 1 })).rejects.toMatchObject({ code: 'not-the-writer' });
    await expect(bus.event(events['session.started'], { station: 'elsewhere', evse: 1 }, { simulated: true })).rejects.toMatchObject({ code: 'not-the-writer' });
    await bus.publish(state, place, state.example);
    expect(await got.atLeast(1)).toEqual([state.example]);
    expect(bus.counters).toMatchObject({ events: 0, unreadable: 0 });
  });

  test('what cannot be read is counted and reported, and a handler that throws harms nobody', async () => {
    const { bus } = await site.bus();
    const { bus: other, reports } = await site.bus(person);
    const got = new Inbox<unknown>();
    const raw = { ...state, write: (text: unknown) => text as string };
    await other.subscribe(state, {}, (payload) => {
      got.put(payload);
      if (payload.seq === 77) throw new Error('clumsy');
      return Promise.reject(new Error('later'));
    });
    for (const text of ['{', '[]', '"x"', '', JSON.stringify({ ...state.example, phase: 7 })]) await bus.publish(raw, place, text as never);
    await bus.publish(raw, place, JSON.stringify({ ...state.example, seq: 77, phase: 'flying', later: 1 }) as never);
    await bus.publish(state, place, state.example);
    expect(await got.atLeast(2)).toEqual([{ ...state.example, seq: 77, phase: 'other' }, state.example]);
    await reports.until((items) => items.filter(({ kind }) => kind === 'handler').length === 2);
    expect(other.counters).toMatchObject({ unreadable: 5, handler: 2 });
    expect(reports.items.filter(({ kind }) => kind === 'unreadable')).toHaveLength(5);
  });

  test('says that it is online, and offline when it closes; a lost connection leaves the broker to say so', async () => {
    const { bus: watch } = await site.bus(person);
    const got = new Inbox<string>();
    await watch.subscribe(serviceStatus, agent, (status) => got.put(`${status.state} ${status.stations.join()}`));
    const { bus } = await site.bus(agent);
    await got.atLeast(1);
    site.cut(bus);
    await got.until((items) => items.at(-1) === 'offline demo');
    site.mend(bus);
    await got.until((items) => items.at(-1) === 'online demo');
    await bus.close();
    await got.until((items) => items.at(-1) === 'offline demo');
    const late = new Inbox<unknown>();
    await (await site.bus({ ...person, instance: 'late' })).bus.subscribe(serviceStatus, agent, (status, { retained }) => late.put([status.state, retained]));
    expect(await late.atLeast(1)).toEqual([['offline', true]]);
  });

  test('publishes everything retained again with each connection, and what was cleared stays cleared', async () => {
    const { bus, reports } = await site.bus();
    await bus.publish(state, place, { ...state.example, seq: 1 });
    await bus.publish(session, place, session.example);
    await bus.publish(session, place, null);
    const { bus: watch } = await site.bus(person);
    const got = new Inbox<string>();
    await watch.subscribe(state, {}, ({ seq }, { retained }) => got.put(`state ${seq} ${retained}`));
    await watch.subscribe(session, {}, (one) => got.put(`session ${one?.id}`));
    expect(await got.atLeast(1)).toEqual(['state 1 true']);
    site.cut(bus);
    await reports.until((items) => items.some(({ kind }) => kind === 'down'));
    expect(await bus.publish(state, place, { ...state.example, seq: 2 })).toBe('kept');
    site.mend(bus);
    await got.until((items) => items.includes('state 2 false'));
    // The value before is not published again behind the one that came later.
    expect((await got.until((items) => items.includes('session undefined'))).filter((one) => one.startsWith('state'))).toEqual(['state 1 true', 'state 2 false']);
  });

  test('while there is no connection QoS 0 is dropped, and QoS 1 is kept in order as far as there is room', async () => {
    const { bus, reports } = await site.bus({ room: 3 });
    const { bus: watch } = await site.bus(person);
    const got = new Inbox<number>();
    await watch.subscribe(telemetryBatch, {}, ({ samples }) => got.put(samples[0]?.n as number));
    site.cut(bus);
    await reports.until((items) => items.some(({ kind }) => kind === 'down'));
    const sample = telemetryBatch.example.samples[0] as PayloadOf<typeof telemetryBatch>['samples'][number];
    const outcomes: string[] = [];
    for (let n = 0; n < 5; n++) outcomes.push(await bus.publish(telemetryBatch, place, { ...telemetryBatch.example, samples: [{ ...sample, n }] }));
    outcomes.push(await bus.publish(telemetry, place, telemetry.example));
    expect(outcomes).toEqual(['kept', 'kept', 'kept', 'kept', 'kept', 'dropped']);
    expect(reports.items.flatMap((one) => (one.kind === 'dropped' ? [one.topic.split('/').at(-1)] : []))).toEqual(['batch', 'batch', 'telemetry']);
    site.mend(bus);
    expect(await got.atLeast(3)).toEqual([2, 3, 4]);
  });

  test('hands a message out once, however many subscriptions want it, and gives latecomers what is retained', async () => {
    const { bus } = await site.bus();
    const { bus: watch } = await site.bus(person);
    const got = new Inbox<string>();
    await bus.publish(state, place, state.example);
    await watch.subscribe(state, place, () => got.put('one'));
    await got.until((items) => items.includes('one'));
    await watch.subscribe(state, {}, () => got.put('all'));
    await got.until((items) => items.includes('all'));
    await watch.subscribe(state, { station: 'demo', evse: 1 }, () => got.put('late'));
    await got.until((items) => items.includes('late'));
    got.items.length = 0;
    await bus.publish(state, place, { ...state.example, seq: 10 });
    await got.atLeast(3);
    await bus.publish(state, { ...place, evse: 2 }, state.example);
    expect((await got.atLeast(4)).toSorted()).toEqual(['all', 'all', 'late', 'one']);
    await expect(watch.subscribe({ ...state, topic: 'pilotwire/v1/{station}/evse/1/{topic}' } as never, {}, () => undefined)).rejects.toMatchObject({ code: 'overlap' });
  });

  test('once unsubscribed nothing comes; the others still get theirs', async () => {
    const { bus } = await site.bus();
    const got = new Inbox<string>();
    const wide = await bus.subscribe(telemetryBatch, {}, () => got.put('wide'));
    await bus.subscribe(telemetryBatch, place, () => got.put('narrow'));
    await wide.unsubscribe();
    await bus.publish(telemetryBatch, place, telemetryBatch.example);
    await bus.publish(telemetryBatch, { ...place, evse: 2 }, telemetryBatch.example);
    await bus.publish(telemetryBatch, place, telemetryBatch.example);
    expect(await got.atLeast(2)).toEqual(['narrow', 'narrow']);
  });

  describe('events', () => {
    test('are numbered without a gap, have an id of their own, and come in order', async () => {
      const { bus } = await site.bus();
      const { bus: watch } = await site.bus(person);
      const got = new Inbox<AnyEvent>();
      await watch.subscribe(anyEvent, {}, got.put);
      const made = await Promise.all(Array.from({ length: 300 }, (_x, i) => bus.event(events['v2g.warning'], place, { what: 'garbage', detail: `${i}` })));
      const came = await got.atLeast(300);
      expect(came).toEqual(made);
      expect(came.map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_x, i) => i + 1));
      expect(new Set(came.map(({ id }) => id)).size).toBe(300);
      expect(new Set(came.map(({ boot, src }) => `${boot} ${src}`)).size).toBe(1);
    });

    test('of another writer or shape are refused before they are on disk', async () => {
      const { bus } = await site.bus();
      await expect(bus.event(events['v2g.warning'], place, { what: 'NOT A REASON' })).rejects.toMatchObject({ name: 'ContractError', path: 'data.what' });
      expect((await bus.event(events['v2g.warning'], place, { what: 'garbage' })).seq).toBe(1);
    });

    test('that happen without a connection are published with the next one', async () => {
      const { bus, reports } = await site.bus();
      const { bus: watch } = await site.bus(person);
      const got = new Inbox<AnyEvent>();
      await watch.subscribe(anyEvent, {}, got.put);
      site.cut(bus);
      await reports.until((items) => items.some(({ kind }) => kind === 'down'));
      for (let i = 0; i < 250; i++) await bus.event(events['v2g.warning'], place, { what: 'garbage', detail: `${i}` });
      site.mend(bus);
      expect(new Set((await got.until((items) => new Set(items.map(({ id }) => id)).size === 250)).map(({ seq }) => seq)).size).toBe(250);
    });

    test('are replayed on request; the head says how far they go', async () => {
      const folders = new Map<string, ReturnType<typeof memoryFolder>>();
      const journal = (station: string) => {
        const folder = folders.get(station) ?? memoryFolder();
        folders.set(station, folder);
        return Promise.resolve(folder);
      };
      const first = await site.bus({ journal });
      for (let i = 0; i < 20; i++) await first.bus.event(events['v2g.warning'], place, { what: 'garbage' });
      await first.bus.close();
      const { bus } = await site.bus({ journal });
      const { bus: watch } = await site.bus(person);
      const heads = new Inbox<PayloadOf<typeof journalHead>>();
      await watch.subscribe(journalHead, { service: 'v2g-gateway', instance: 'main' }, heads.put);
      const [{ streams: [head] }] = (await heads.atLeast(1)) as [PayloadOf<typeof journalHead>];
      expect(head).toMatchObject({ station: 'demo', firstSeq: 1, lastSeq: 20 });
      const got = new Inbox<AnyEvent>();
      await watch.subscribe(anyEvent, {}, got.put);
      const ask = (boot: string, fromSeq: number, toSeq: number) => watch.request(replay, { service: 'v2g-gateway', instance: 'main' }, { station: 'demo', boot, fromSeq, toSeq });
      expect(await ask(head?.boot as string, 5, 9)).toMatchObject({ code: 'done' });
      expect((await got.atLeast(5)).map(({ seq }) => seq)).toEqual([5, 6, 7, 8, 9]);
      expect(await ask('5c1f7f0e-5e0a-4d8e-9d67-0d3b0c3f9a11', 5, 9)).toMatchObject({ status: 'rejected', code: 'unknown-target' });
      expect((await bus.event(events['v2g.warning'], place, { what: 'garbage' })).seq).toBe(21);
    });

    test('followed from a position come once and in order, though some were missed', async () => {
      const { bus } = await site.bus();
      for (let i = 0; i < 30; i++) await bus.event(events['v2g.warning'], place, { what: 'garbage', detail: `${i}` });
      const { bus: watch } = await site.bus(person);
      const got = new Inbox<[number, Position]>();
      const lost: unknown[] = [];
      const { boot, src } = await bus.event(events['v2g.warning'], place, { what: 'garbage', detail: '30' });
      const positions = [{ src, station: 'demo', boot, seq: 12 }];
      const following = await followEvents(watch, { clock, positions, onEvent: ({ seq }, position) => got.put([seq, position]), onLost: (one) => void lost.push(one) });
      await bus.event(events['v2g.warning'], place, { what: 'garbage', detail: '31' });
      const came = await got.atLeast(20);
      expect(came.map(([seq]) => seq)).toEqual(Array.from({ length: 20 }, (_x, i) => i + 13));
      expect(came.at(-1)?.[1]).toEqual({ src, station: 'demo', boot, seq: 32 });
      expect(lost).toEqual([]);
      await following.stop();
    });
  });

  describe('commands', () => {
    test('are carried out by their executor, which answers with a result', async () => {
      const { bus } = await site.bus();
      const { bus: cli } = await site.bus(person);
      const asked: unknown[] = [];
      await bus.serve(commands.limit, { station: 'demo' }, (args, { params, source }) => {
        asked.push([args, params, source]);
        return Promise.resolve('done' as const);
      });
      expect(await cli.request(commands.limit, place, { maxW: 11_000 }, { source: 'a test' })).toMatchObject({ status: 'done', code: 'done' });
      expect(asked).toEqual([[{ maxW: 11_000 }, place, 'a test']]);
      await expect(bus.request(commands.limit, place, {})).rejects.toMatchObject({ code: 'not-the-writer' });
      await expect(bus.serve(commands.plug, {}, () => 'done')).rejects.toMatchObject({ code: 'not-the-writer' });
      await expect(cli.request(commands.stop, place, {}, { timeout: 20 })).rejects.toMatchObject({ code: 'no-answer' });
    });

    test('of another mode, or for a simulation, are refused with the reason', async () => {
      const { bus } = await site.bus({ mode: 'ev' });
      const { bus: agent } = await site.bus({ service: 'slac-agent', mode: 'ev', simulated: false });
      const { bus: cli } = await site.bus(person);
      let carriedOut = 0;
      const execute = (): 'done' => {
        carriedOut++;
        return 'done';
      };
      await bus.serve(commands.authorize, {}, execute);
      await agent.serve(commands.fault, {}, execute);
      expect(await cli.request(commands.authorize, place, { accept: true })).toMatchObject({ status: 'rejected', code: 'wrong-mode' });
      expect(await cli.request(commands.fault, place, { fault: 'isolation' })).toMatchObject({ status: 'rejected', code: 'not-simulated' });
      expect(carriedOut).toBe(0);
    });

    test('in the wrong shape, expired, too long-lived or sent twice change nothing, and get one result each', async () => {
      const now = Date.now();
      const { bus } = await site.bus({ time: () => now });
      const { bus: cli } = await site.bus(person);
      const results = new Inbox<PayloadOf<typeof commands.stop.result>>();
      await cli.subscribe(commands.stop.result, {}, results.put);
      let carriedOut = 0;
      await bus.serve(commands.stop, {}, () => {
        carriedOut++;
        if (carriedOut === 2) throw new Error('clumsy');
        return { code: 'not-now', message: 'no charge' };
      });
      const stamp = (by: number): string => new Date(now + by).toISOString();
      const good = { requestId: 'a', issuedAt: stamp(0), expiresAt: stamp(5_000), source: 'test', args: {} };
      const raw = { ...commands.stop.request, write: (text: unknown) => JSON.stringify(text) };
      const sent = [
        good, good, { ...good, requestId: 'b', args: { hard: true } }, { ...good, requestId: 'c', expiresAt: stamp(-1) }, { ...good, requestId: 'd', expiresAt: stamp(300_001) },
        { ...good, requestId: 'not an id' }, 'nonsense', { ...good, requestId: 'e' }, { ...good, requestId: 'e', args: 1 }, { ...good, requestId: 'f' },
      ];
      for (const one of sent) await cli.publish(raw, place, one as never);
      expect((await results.until((items) => items.some(({ requestId }) => requestId === 'f'))).map(({ requestId, code }) => `${requestId} ${code}`).toSorted()).toEqual([
        'a not-now', 'b bad-shape', 'c expired', 'd lives-too-long', 'e failed', 'f not-now', 'null bad-shape', 'null bad-shape',
      ]);
      expect(results.items.find(({ requestId }) => requestId === 'd')?.message).toBe('a command lives 300 s at most; this one 301 s more, by the clock of this machine');
      expect(carriedOut).toBe(3);
      expect(bus.counters).toMatchObject({ 'repeated-command': 2, handler: 1 });
    });

    test('that are retained are refused', async () => {
      const { bus } = await site.bus();
      const { bus: cli } = await site.bus(person);
      const results = new Inbox<unknown>();
      const late = { ...commands.stop.request, retain: true };
      const stamp = (by: number): string => new Date(Date.now() + by).toISOString();
      await cli.publish(late, place, { requestId: 'r', issuedAt: stamp(0), expiresAt: stamp(9_000), source: 'test', args: {} });
      await cli.subscribe(commands.stop.result, {}, ({ requestId, code }) => results.put([requestId, code]));
      await bus.serve(commands.stop, {}, () => 'done');
      expect(await results.atLeast(1)).toEqual([['r', 'retained']]);
    });

    test('in a flood of 10,000 are refused but for a few, each with one result, and another command still gets through', async () => {
      const { bus } = await site.bus();
      const { bus: cli } = await site.bus(person);
      let carriedOut = 0;
      await bus.serve(commands.start, {}, () => {
        carriedOut++;
        return 'done';
      });
      await bus.serve(commands.stop, {}, () => 'done');
      const codes = new Map<string | null, string[]>();
      const done = new Inbox<string>();
      await cli.subscribe(commands.start.result, {}, ({ requestId, code }) => {
        codes.set(requestId, [...(codes.get(requestId) ?? []), code]);
        if (codes.size === 10_000) done.put('all');
      });
      const stamp = (by: number): string => new Date(Date.now() + by).toISOString();
      const frame = { issuedAt: stamp(0), expiresAt: stamp(60_000), source: 'flood', args: {} };
      for (let i = 0; i < 10_000; i++) void cli.publish(commands.start.request, place, { requestId: `${i}`, ...frame });
      expect(await cli.request(commands.stop, place, {})).toMatchObject({ code: 'done' });
      await done.atLeast(1);
      const all = [...codes.values()].flat();
      expect(all).toHaveLength(10_000);
      expect(all.filter((code) => code === 'done')).toHaveLength(carriedOut);
      expect(new Set(all)).toEqual(new Set(['done', 'rate-limited']));
      expect(carriedOut).toBeGreaterThanOrEqual(20);
      expect(carriedOut).toBeLessThan(200);
    });
  });

  test('closes once, and refuses everything after', async () => {
    const { bus } = await site.bus();
    await bus.close();
    await bus.close();
    await expect(bus.publish(state, place, state.example)).rejects.toMatchObject({ code: 'closed' });
    await expect(bus.event(events['session.started'], place, { simulated: true })).rejects.toMatchObject({ code: 'closed' });
    expect(topicFor(state.topic, place)).toBe('pilotwire/v1/demo/evse/1/state');
  });
});

test.each(['nowhere', 'http://127.0.0.1:1883', 'mqtt//x'])('%s is no broker', async (url) => {
  await expect((async () => connectBus({ ...usual, clock, report: () => undefined, url }))()).rejects.toThrow(TypeError);
});

test('without a broker a bus opens, keeps what is to be kept, and closes', async () => {
  const reports = new Inbox<string>();
  const bus = await connectBus({ ...usual, clock, report: ({ kind }) => reports.put(kind), url: 'mqtt://someone:secret@127.0.0.1:9' });
  expect(bus.where).toBe('mqtt://127.0.0.1:9');
  expect(await bus.publish(state, place, state.example)).toBe('kept');
  expect((await bus.event(events['session.started'], place, { simulated: true })).seq).toBe(1);
  await reports.until((items) => items.filter((kind) => kind === 'down').length === 2);
  await bus.close();
  expect(bus.connected).toBe(false);
});
