import { execFileSync } from 'node:child_process';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listInterfaces, makeVeth, measureInterface } from '../src/index.js';
import type { FarEnd, Veth } from '../src/index.js';
import { broadcast, canMakeVeth, frameOf, homeplug, open } from './harness.js';
import type { Opened } from './harness.js';

const stranger = '02:00:00:00:00:99';
const text = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(14)).toString().replaceAll('\0', '');
const clock = systemClock({ background: true });

describe.runIf(canMakeVeth())('frames over a wire between two processes', () => {
  let wire: Veth;
  let far: FarEnd;
  let mine: string;
  beforeAll(async () => {
    wire = await makeVeth();
    far = await wire.join();
    mine = listInterfaces().find(({ name }) => name === wire.near)?.address ?? '';
  });
  afterAll(() => wire.remove());
  const opened: Opened[] = [];
  const take = (...given: Parameters<typeof open>): Opened => (opened.push(open(...given)), opened.at(-1) as Opened);
  afterEach(() => opened.splice(0).forEach((one) => one.close()));

  test('go both ways, and short ones arrive as long as Ethernet wants them, filled with zeros', async () => {
    const near = take(wire.near, { etherType: 0x88e1 });
    const short = frameOf(far.address, mine, homeplug, 'to there');
    expect(near.send(short)).toBe(true);
    const arrived = await far.hears();
    expect(arrived).toEqual(Uint8Array.from({ length: 60 }, (_, i) => short[i] ?? 0));

    const long = frameOf(far.address, mine, homeplug, 'x'.repeat(1_500));
    expect(near.send(long)).toBe(true);
    expect(await far.hears()).toEqual(long);

    const back = frameOf(mine, far.address, homeplug, 'y'.repeat(1_500));
    far.send(back);
    const { bytes, originalLength } = await near.frames.next();
    expect([bytes, originalLength]).toEqual([back, 1_514]);
  });

  test('of another EtherType, of another network on the same wire, or for others are not heard', async () => {
    const near = take(wire.near, { etherType: 0x88e1 });
    far.send(frameOf(broadcast, far.address, '0800', 'IPv4'));
    far.send(frameOf(broadcast, far.address, '8100' + '0005' + homeplug, 'VLAN 5'));
    far.send(frameOf(stranger, far.address, homeplug, 'for a stranger'));
    far.send(frameOf(broadcast, far.address, '8100' + 'e000' + homeplug, 'with a priority'));
    far.send(frameOf(mine, far.address, homeplug, 'for me'));
    expect(text((await near.frames.next()).bytes)).toBe('with a priority');
    expect(text((await near.frames.next()).bytes)).toBe('for me');
    expect(near.counters()).toEqual({ heard: 2, dropped: 0, sent: 0, unsent: 0 });
  });

  test('are all heard, as they were on the wire, by who listens to everything', async () => {
    const near = take(wire.near, { promiscuous: true });
    const sent = [
      frameOf(broadcast, far.address, '0800', 'x'.repeat(50)),
      frameOf(broadcast, far.address, '8100' + '2005' + homeplug, 'in VLAN 5'.padEnd(60)),
      frameOf(stranger, far.address, homeplug, 'for a stranger'.padEnd(60)),
    ];
    sent.forEach((frame) => far.send(frame));
    for (const frame of sent) expect((await near.frames.next()).bytes).toEqual(frame);
  });

  test('for others are asked of the card only while somebody wants them', async () => {
    const promiscuous = (): unknown => JSON.parse(execFileSync('ip', ['-d', '-j', 'link', 'show', wire.near]).toString())[0].promiscuity;
    const quiet = take(wire.near);
    expect(promiscuous()).toBe(0);
    const curious = take(wire.near, { promiscuous: true });
    expect(promiscuous()).toBe(1);
    far.send(frameOf(stranger, far.address, homeplug, 'for a stranger'));
    far.send(frameOf(mine, far.address, homeplug, 'for me'));
    expect(text((await curious.frames.next()).bytes)).toBe('for a stranger');
    expect(text((await quiet.frames.next()).bytes)).toBe('for me');
    curious.close();
    expect(promiscuous()).toBe(0);
  });

  test('that this machine sends are not heard back, by no socket of it', async () => {
    const [one, other] = [take(wire.near), take(wire.near, { promiscuous: true })];
    one.send(frameOf(broadcast, mine, homeplug, 'mine'));
    await far.hears((frame) => text(frame) === 'mine');
    far.send(frameOf(broadcast, far.address, homeplug, 'theirs'));
    expect(text((await one.frames.next()).bytes)).toBe('theirs');
    expect(text((await other.frames.next()).bytes)).toBe('theirs');
  });

  test('come with the time at which the kernel had them, however late we are', async () => {
    const near = take(wire.near);
    const before = Date.now();
    far.send(frameOf(mine, far.address, homeplug, 'early'));
    const busyUntil = after(clock.now(), ms(60));
    while (clock.now() < busyUntil);
    const late = Date.now();
    const { time } = await near.frames.next();
    const at = time.seconds * 1_000 + time.nanos / 1e6;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThan(late - 40);
    expect(Number.isInteger(time.nanos) && time.nanos >= 0 && time.nanos < 1e9).toBe(true);
  });

  test('have memory of their own, and what was sent may be written over', async () => {
    const near = take(wire.near);
    const frame = frameOf(broadcast, mine, homeplug, 'once');
    near.send(frame);
    frame.fill(0);
    expect(text(await far.hears((one) => text(one) !== ''))).toBe('once');
    far.send(frameOf(mine, far.address, homeplug, 'first'));
    const first = await near.frames.next();
    far.send(frameOf(mine, far.address, homeplug, 'second'));
    const second = await near.frames.next();
    first.bytes.fill(0);
    expect([text(first.bytes), text(second.bytes)]).toEqual(['', 'second']);
  });

  test('that came while we were busy come in batches', async () => {
    const near = take(wire.near, { etherType: 0x88b5 });
    const flood = await wire.join({ etherType: 0x88b5 });
    flood.mode('echo');
    const frame = frameOf(broadcast, mine, '88b5', 'again');
    for (let i = 0; i < 500; i++) near.send(frame);
    for (let i = 0; i < 500; i++) await near.frames.next();
    expect(near.batches.length).toBeLessThan(500);
    expect(near.counters()).toEqual({ heard: 500, dropped: 0, sent: 500, unsent: 0 });
  });

  test('that are too many for one who does not look are dropped, and counted', async () => {
    const near = take(wire.near, { etherType: 0x88b5 });
    const flood = await wire.join({ etherType: 0x88b5 });
    flood.mode('count');
    const count = 60_000;
    flood.send(frameOf(mine, flood.address, '88b5', 'many'), count);
    // Without a turn of the event loop: nothing is taken off the socket.
    await new Promise(setImmediate);
    const given = after(clock.now(), ms(5_000));
    while (near.counters().dropped === 0 && clock.now() < given);
    while (near.counters().heard + near.counters().dropped < count) await near.frames.next();
    expect(near.counters().heard).toBeGreaterThan(1_000);
    expect(near.counters().dropped).toBeGreaterThan(0);
    expect(near.counters().heard + near.counters().dropped).toBe(count);
    expect(near.frames.all).toHaveLength(near.counters().heard);
  });

  test('without a header or longer than the interface takes are refused', () => {
    const near = take(wire.near);
    expect(() => near.send(new Uint8Array(13))).toThrow(expect.objectContaining({ name: 'PnetError', code: 'bad-frame' }));
    expect(() => near.send(frameOf(broadcast, mine, homeplug, 'x'.repeat(1_501)))).toThrow(/1515 octets is longer/);
    expect(near.send(frameOf(broadcast, mine, homeplug, 'x'.repeat(1_500)))).toBe(true);
  });

  test('are measured', async () => {
    const there = await wire.join({ etherType: 0x88b5 });
    const measured = await measureInterface({ clock: systemClock(), near: wire.near, far: there, frames: 500, hold: 50 });
    expect(measured.roundTrip).toMatchObject({ frames: 500, lost: 0 });
    expect(measured.roundTrip.p50).toBeGreaterThan(1);
    expect(measured.roundTrip.p99).toBeGreaterThanOrEqual(measured.roundTrip.p50);
    expect(measured.oneWay.rate).toBeGreaterThan(10_000);
  });
});
