import { slacFrames } from '@pilotwire/contracts';
import { BROADCAST } from '@pilotwire/homeplug';
import { beforeEach, describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { Inbox } from '../../../../tools/inbox.js';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { hostAddress } from '../../src/bench/real/network.js';
import { openStall } from '../../src/bench/real/stall.js';
import type { Rig } from '../site/rig.js';
import { atPort, canMakeWire, clock, pause, Peer } from './harness.js';
import { WiredRig } from './wired-rig.js';

const fast = ['--car.soc', '20', '--car.until', '21', '--outlet.speed', '200'];
const slow = ['--car.soc', '20', '--car.until', '90', '--outlet.speed', '40'];
const possible = canMakeWire() && hasMosquitto();
const phases = ['plugged', 'matching', 'linked', 'handshake', 'session-setup', 'service-discovery', 'authorization', 'parameters', 'cable-check', 'pre-charge', 'power-delivery', 'charging'];

/** A rig for one try of a test. */
async function wiredRig(...how: Parameters<typeof WiredRig.start>): Promise<WiredRig> {
  const wired = await WiredRig.start(...how);
  onTestFinished(() => wired.rig.stop(), 30_000);
  onTestFailed(() => console.warn(wired.rig.said));
  return wired;
}

describe.runIf(possible)('charger and car, each in a network of its own, over modems and a power line', () => {
  test('three cars in a row: pilot, SLAC, SDP, TCP, a whole charge, and the plug', async () => {
    const wired = await wiredRig(fast);
    const { rig } = wired;
    for (let i = 0; i < 3; i++) {
      const from = rig.events.items.length;
      expect(await wired.charge()).toMatchObject({ reason: 'completed', by: 'ev', soc: expect.toBeOneOf([21, 22]) as number });
      const passed = rig.events.items.slice(from).flatMap(({ type, data }) => (type === 'session.phase' ? [(data as { to: string }).to] : []));
      expect(passed.slice(0, phases.length)).toEqual(phases);
      expect([rig.isOn('supply'), rig.isOn('contactors')]).toEqual([false, false]);
    }
    // Not one packet took another way.
    const seen = await wired.ground.wire.line.ask('frames', undefined);
    expect(seen.filter(({ frame }) => frame[12] === 0x86 && frame[13] === 0xdd && frame[20] === 6).length).toBeGreaterThan(100);
  }, 120_000);
});

describe.runIf(possible)('a long charge between two networks', () => {
  let wired: WiredRig;
  let rig: Rig;
  // One for each try: whoever fails may leave a plug in, or a charger that only listens.
  beforeEach(async () => {
    wired = await wiredRig(slow);
    ({ rig } = wired);
  }, 60_000);

  test('is stopped by a person at the charger', async () => {
    const from = rig.events.items.length;
    await wired.plugUntil('charging');
    await pause(500);
    await rig.order('stop');
    await rig.reach('session-stop', from);
    await wired.unplug();
    expect((await rig.event(({ type }) => type === 'session.ended', from)).data).toMatchObject({ reason: 'operator-stop', by: 'person' });
  }, 60_000);

  test('is stopped by the person in the car, long before it has what it came for', async () => {
    const from = rig.events.items.length;
    await wired.plugUntil('charging');
    await pause(500);
    await rig.order('stop', {}, { station: 'car', evse: 1 });
    await rig.reach('session-stop', from);
    await wired.unplug();
    const { data } = await rig.event(({ type }) => type === 'session.ended', from);
    expect([rig.isOn('supply'), rig.isOn('contactors'), rig.isOn('inlet')]).toEqual([false, false, false]);
    expect(data).toMatchObject({ reason: 'completed', by: 'ev' });
    expect((data as { soc: number }).soc).toBeLessThan(90);
  }, 60_000);

  test('is ended in order by a charger that is told to listen; it says nothing until it is a charger again', async () => {
    const { line } = wired.ground.wire;
    const from = rig.events.items.length;
    await wired.plugUntil('charging');
    await rig.play('listen');
    expect((await rig.event(({ type }) => type === 'session.ended', from)).data).toMatchObject({ reason: 'shutdown', by: 'evse' });
    expect([rig.isOn('supply'), rig.isOn('contactors')]).toEqual([false, false]);
    await line.ask('frames', undefined);
    const frames = new Inbox<string>();
    const following = await rig.bus.subscribe(slacFrames, { station: 'demo', evse: 1 }, ({ frames: heard }) => heard.forEach(({ type }) => frames.put(type)));
    const stranger = new Peer(await wired.ground.wire.peer(1), hostAddress(1));
    // As a car does: the first may come before the listener is there.
    while (!frames.items.includes('CM_SLAC_PARM.REQ')) {
      await stranger.say(BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId: new Uint8Array(8) });
      await pause(500);
    }
    await following.unsubscribe();
    expect(atPort(await line.ask('frames', undefined), 0).filter((one) => one.from === 'host')).toEqual([]);
    // At the car: where a charger only listens nobody lets go of its plug.
    await wired.unplug('car');
    await rig.play('evse');
    const again = rig.events.items.length;
    await wired.plugUntil('charging');
    await rig.order('stop');
    await rig.reach('session-stop', again);
    await wired.unplug();
    await rig.event(({ type }) => type === 'session.ended', again);
  }, 60_000);

  test('ends with the plug: the supply is off within 100 ms, and the next car charges', async () => {
    const from = rig.events.items.length;
    await wired.plugUntil('charging');
    await pause(500);
    const before = Number(process.hrtime.bigint()) / 1e6;
    await wired.unplug();
    await rig.event(({ type }) => type === 'session.ended', from);
    const off = rig.deeds.items.find(({ what, on, at }) => what === 'supply' && !on && at > before);
    const out = rig.deeds.items.find(({ what, on, at }) => what === 'inlet' && !on && at > before);
    expect(off).toBeDefined();
    expect((off?.at ?? Infinity) - (out?.at ?? before)).toBeLessThan(100);
    const again = rig.events.items.length;
    await wired.plugUntil('charging');
    await rig.order('stop');
    await rig.reach('session-stop', again);
    await wired.unplug();
    await rig.event(({ type }) => type === 'session.ended', again);
  }, 60_000);
});

describe.runIf(possible)('a charge over a line that is not as it should be', () => {
  test('that loses 5 % of all frames: three cars in a row are charged', async () => {
    const wired = await wiredRig(fast, { loss: 5, delay: [1, 3] });
    for (let i = 0; i < 3; i++) expect(await wired.charge()).toMatchObject({ reason: 'completed', by: 'ev' });
  }, 180_000);

  test('with another charger in earshot, which waits for a car too: each car is charged where it is plugged in', async () => {
    const wired = await wiredRig(fast, { more: [{ role: 'evse' }] });
    const { wire } = wired.ground;
    const stall = await openStall(clock, 9);
    onTestFinished(() => stall.close());
    await wire.agent(2, 'evse', stall.socket);
    for (const [port, attenuation] of [[0, 60], [1, 38]] as const) await wire.line.ask('connect', { ports: [port, 2], attenuation });
    for (let i = 0; i < 2; i++) {
      stall.plug();
      await pause(300);
      expect(await wired.charge()).toMatchObject({ reason: 'completed', by: 'ev' });
      stall.unplug();
      await pause(500);
    }
  }, 180_000);
});
