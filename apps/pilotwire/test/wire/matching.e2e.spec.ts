import { MIN_FRAME } from '@pilotwire/homeplug';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Inbox } from '../../../../tools/inbox.js';
import { hostAddress } from '../../src/bench/real/network.js';
import { openStall } from '../../src/bench/real/stall.js';
import { openWire } from '../../src/bench/real/wire.js';
import type { WireOptions } from '../../src/bench/real/wire.js';
import { atPort, canMakeWire, clock, happeningsOf, pause, Peer } from './harness.js';
import type { Happening } from './harness.js';

const minutes = 60_000;
const matches = (told: Inbox<Happening>): Extract<Happening, { kind: 'slac.matched' }>[] =>
  told.items.filter((one) => one.kind === 'slac.matched');

/** Stalls with a charger and a car each: hosts 2n and 2n + 1. */
async function openSite(stalls: number, options: Omit<WireOptions, 'hosts'>) {
  const wire = await openWire({ hosts: Array.from({ length: 2 * stalls }, (_, i) => ({ role: i % 2 === 0 ? 'evse' : 'ev' })), ...options });
  const outlets = await Promise.all(Array.from({ length: stalls }, (_, i) => openStall(clock, i)));
  onTestFinished(async () => {
    await wire.remove();
    for (const outlet of outlets) await outlet.close();
  });
  const told: Inbox<Happening>[] = [];
  for (const [i, { socket }] of outlets.entries()) {
    for (const [end, host] of [['evse', 2 * i], ['ev', 2 * i + 1]] as const) told.push(happeningsOf(await wire.agent(host, end, socket)));
  }
  for (const one of told) await one.until((all) => all.some(({ kind }) => kind === 'pilot'));
  return { wire, outlets, told };
}

describe.runIf(canMakeWire())('our charger and our car, each in a network of its own', () => {
  test('match, in frames of 60 octets or more, with one RunID; nothing else passes before, and all does after; a listener says nothing', async () => {
    const site = await openSite(1, { seed: 'pair', restart: 200, join: 300 });
    const { wire, outlets: [stall], told } = site;
    const ours = [0, 1].map(hostAddress);
    const stranger = new Peer(await wire.peer(1), hostAddress(1));
    // An empty IPv6 packet to all nodes, and whether the modem at the other end has handed one over.
    const packet = new Uint8Array(60);
    packet.set([0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60]);
    const passes = async (): Promise<boolean> => {
      await stranger.raw(packet);
      await pause(50);
      const since = await wire.line.ask('frames', undefined);
      seen.push(...since);
      return since.some(({ port, from, frame }) => port === 0 && from === 'modem' && frame[12] === 0x86 && frame.length === 60 && frame[14] === 0x60 && frame[18] === 0 && frame[19] === 0);
    };
    const seen = [...(await wire.line.ask('frames', undefined))];
    await wire.line.ask('connect', { ports: [0, 1], attenuation: 9 });
    expect(await passes()).toBe(false);
    // A charger's modem that has just been given its key hears nobody until it has started anew.
    await pause(500);
    stall?.plug();
    await Promise.all(told.map((one) => one.until((all) => all.some(({ kind }) => kind === 'slac.matched'))));
    expect(await passes()).toBe(true);

    const slac = [0, 1].map((port) => atPort(seen, port));
    for (const { frame } of slac.flat()) expect(frame.length).toBeGreaterThanOrEqual(MIN_FRAME);
    const names = slac[1]?.filter(({ from, mme }) => from === 'host' && !/SET_KEY|LINK_STATUS/.test(mme.mme)).map(({ mme }) => mme.mme);
    expect(names).toEqual([
      'CM_SLAC_PARM.REQ', ...new Array<string>(3).fill('CM_START_ATTEN_CHAR.IND'), ...new Array<string>(10).fill('CM_MNBC_SOUND.IND'), 'CM_ATTEN_CHAR.RSP', 'CM_SLAC_MATCH.REQ',
    ]);
    expect(new Set(slac.flat().flatMap(({ mme }) => ('runId' in mme ? [Buffer.from(mme.runId).toString('hex')] : []))).size).toBe(1);
    // A key is confirmed with Result 1, in less than a millisecond where the machine has nothing else to do.
    const waits = slac.flatMap((side) => {
      const asked = side.filter(({ mme }) => mme.mme === 'CM_SET_KEY.REQ');
      const answers = side.flatMap((one) => (one.mme.mme === 'CM_SET_KEY.CNF' ? [{ at: one.at, result: one.mme.result }] : []));
      expect(answers.map(({ result }) => result)).toEqual(asked.map(() => 1));
      return answers.map(({ at }, i) => at - (asked[i]?.at ?? 0));
    });
    expect(waits.length).toBeGreaterThanOrEqual(2);
    expect(Math.min(...waits)).toBeLessThan(1);
    expect(matches(told[0] as Inbox<Happening>)[0]?.data.ev).toBe(ours[1]);

    const counters = await wire.line.ask('counters', undefined);
    expect(counters.at(-1)?.heard).toBe(0);
    const own = seen.filter(({ from, frame }) => from === 'host' || frame[6] === 0);
    expect(counters.at(-1)?.sent).toBeGreaterThanOrEqual(own.length);
  }, 2 * minutes);

  test('match ten times in a row where 5 % of all frames are lost', async () => {
    const site = await openSite(1, { seed: 'loss', loss: 5, delay: [1, 3] });
    const { wire, outlets: [stall], told } = site;
    for (let n = 1; n <= 10; n++) {
      await wire.line.ask('connect', { ports: [0, 1], attenuation: 9 });
      stall?.plug();
      await Promise.all(told.map((one) => one.until(() => matches(one).length >= n)));
      stall?.unplug();
      await wire.line.ask('disconnect', { ports: [0, 1] });
      await pause(500);
    }
    expect(told.map((one) => matches(one).length)).toEqual([10, 10]);
  }, 3 * minutes);

  test('find each other where two chargers and two cars hear each other, three times', async () => {
    const site = await openSite(2, { seed: 'crosstalk', delay: [0, 2] });
    const { wire, outlets, told } = site;
    for (const [a, b, attenuation] of [[0, 1, 14], [2, 3, 14], [0, 3, 38], [2, 1, 38], [0, 2, 60], [1, 3, 60]] as const) {
      await wire.line.ask('connect', { ports: [a, b], attenuation });
    }
    for (let n = 1; n <= 3; n++) {
      for (const stall of outlets) stall.plug();
      await Promise.all(told.map((one) => one.until(() => matches(one).length >= n)));
      for (const stall of outlets) stall.unplug();
      await pause(1_000);
    }
    const pairs = told.map((one) => matches(one).map(({ data }) => [data.ev, data.nid]));
    expect(pairs[0]).toEqual(pairs[1]);
    expect(pairs[2]).toEqual(pairs[3]);
    expect(pairs[0]?.map(([ev]) => ev)).toEqual(new Array(3).fill(hostAddress(1)));
    expect(pairs[2]?.map(([ev]) => ev)).toEqual(new Array(3).fill(hostAddress(3)));
  }, 3 * minutes);
});
