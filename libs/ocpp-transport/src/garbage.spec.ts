import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Random } from '@pilotwire/machine';
import { virtualClock } from '@pilotwire/runtime';
import type { Json } from '@pilotwire/station';
import { describe, expect, test } from 'vitest';
import { bench } from '../test/bench.js';
import { scriptedCsms } from '../test/csms.js';
import type { Peer } from '../test/csms.js';
import { lineDefaults, openLine } from './index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A bad frame, each time another. */
function garbage(random: Random, index: number): string {
  const id = `bad-${index}`;
  return random.pick([
    `[2,"${id}","Reset",{"type":"Sof`,
    `{"id":"${id}"}`,
    `[2,"${id}"]`,
    `[3,"${id}"`,
    `[7,"${id}","What",{}]`,
    `[2,"${id}","DataTransfer",${'['.repeat(200)}${']'.repeat(200)}]`,
    `[2,17,"Reset",{}]`,
    `${id}${'\u0000'.repeat(random.int(1, 300))}`,
    `[4,"${id}"]`,
    JSON.stringify([3, id, { list: Array.from({ length: 200 }, () => random.next()) }]),
    JSON.stringify([2, id, `Action-${index}`, { value: 'x'.repeat(random.int(1, 2_000)) }]),
  ]);
}

/** What is sent after them is answered after them. */
async function flood(peer: Peer, random: Random, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) peer.socket.send(garbage(random, i));
  const last = `last-${to}`;
  peer.socket.send(`[2,"${last}"]`);
  for (let frame: Json = []; (frame as Json[])[1] !== last; ) frame = await peer.next();
}

describe('a CSMS that sends garbage', () => {
  test('has an answer to each, and is told of together', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    await flood(peer, new Random('told'), 0, 500);
    expect(station.events).toHaveLength(1);
    station.clock.advance(600_000);
    peer.socket.send('[2,"one-more"]');
    await peer.next();
    expect(station.events.map(({ type }) => type)).toEqual(['InvalidMessages', 'InvalidMessages']);
    expect(station.events[1]?.info).toMatch(/^the action is not a text; \d+ more since the last time$/);
    expect(station.statuses.at(-1)?.at).toBe('open');
    expect(station.frames.some(({ text }) => /^\(\d+ characters that cannot be read\)$/.test(text))).toBe(true);
  });

  test('takes no memory: after ten thousand frames the heap is what it was after one thousand', async () => {
    await using csms = await scriptedCsms();
    const seen = { facts: 0, frames: 0, events: 0 };
    const line = openLine(
      { ...lineDefaults, url: csms.url, identity: 'CP-1', securityProfile: 1, password: 'a-password-for-a-test' },
      { clock: virtualClock(), random: () => 0 },
      { fact: () => void seen.facts++, frame: () => void seen.frames++, security: () => void seen.events++, status: () => undefined },
    );
    const peer = await csms.next();
    const heap = (): number => {
      collect();
      collect();
      return process.memoryUsage().heapUsed;
    };
    const random = new Random('heap');
    await flood(peer, random, 0, 1_000);
    const before = heap();
    await flood(peer, random, 1_000, 10_000);
    expect(heap()).toBeLessThan(before * 1.1);
    expect(seen.frames).toBeGreaterThan(10_000);
    await line.close();
  });

  test('that sends more at once than can be read loses the connection, and has it back', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    peer.socket.send(Buffer.alloc(5_000_000, 0x20));
    const { until } = await station.until('waiting');
    station.clock.advance(until);
    await csms.next();
    await station.until('open');
    expect(station.facts.map(({ kind }) => kind)).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('one that is too long, and can be read, is answered', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    peer.socket.send(`[2,"long","DataTransfer",{"data":"${'x'.repeat(1_100_000)}"}]`);
    expect(await peer.next()).toEqual([4, 'long', 'FormatViolation', 'longer than 1048576 characters', {}]);
  });
});
