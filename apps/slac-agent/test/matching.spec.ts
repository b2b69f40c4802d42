import { replay } from '@pilotwire/machine';
import { evse } from '@pilotwire/slac';
import type { EvseInput, EvseState } from '@pilotwire/slac';
import type { Flight } from '@pilotwire/runtime';
import { describe, expect, test } from 'vitest';
import { session, site } from './site.js';

const chargerMac = '02:00:00:00:00:01';
const carMac = '02:00:00:00:01:02';

describe('both agents at one outlet', () => {
  test('from the plug to a network, and each gateway is told who is at the other end', () => {
    const { clock, outlet, gateways, order, until, matched, of, told } = site();
    clock.advance(1_000);
    expect(gateways.charger.last).toEqual({ level: 'A', pwm: false, link: { match: 0, up: false } });
    expect(gateways.car.last).toEqual({ level: 'A', pwm: false, link: { match: 0, up: false } });
    order({ kind: 'plug' });
    expect(until(() => gateways.charger.last.level === 'B' && gateways.charger.last.pwm)).toBeLessThanOrEqual(100);
    expect(outlet.pilot.digital).toBe(true);
    until(matched);
    expect(gateways.charger.last).toEqual({ level: 'B', pwm: true, link: { match: 1, up: true, peer: carMac } });
    expect(gateways.car.last).toEqual({ level: 'B', pwm: true, link: { match: 1, up: true, peer: chargerMac } });

    expect(of('charger', 'slac.started')).toEqual([{ kind: 'slac.started', data: { ev: carMac, attempt: 1 } }]);
    const [one] = of('charger', 'slac.matched');
    const [other] = of('car', 'slac.matched');
    expect(one?.data).toMatchObject({ ev: carMac, attenuationDb: expect.closeTo(10, 0) as unknown });
    expect(one?.data.tookMs).toBeGreaterThan(500);
    expect(other?.data).toMatchObject({ ev: carMac, nid: one?.data.nid, attenuationDb: one?.data.attenuationDb });
    expect(of('charger', 'slac').at(-1)?.slac).toMatchObject({ state: 'matched', link: true, ev: carMac, nid: one?.data.nid, groups: expect.any(Array) as unknown });
    expect(of('car', 'slac').map(({ slac }) => slac.state)).toEqual(['no-modem', 'idle', 'matching', 'joining', 'matched']);
    expect(of('charger', 'cp.changed').map(({ data }) => `${data.from ?? '-'}${data.to}${data.pwm ? '2' : '1'}`)).toEqual(['-A1', 'AB1', 'BB2']);
    expect(told.charger.find(({ happening }) => happening.kind === 'slac.matched')?.session).toBe(session);
  });

  test('the car shows C when its gateway wants it, and B without one', () => {
    const { clock, outlet, gateways, order, until, matched } = site();
    order({ kind: 'plug' });
    until(matched);
    gateways.car.say({ pilot: 'C' });
    expect(outlet.pilot.load).toBe('C');
    until(() => gateways.charger.last.level === 'C', 100);
    expect(gateways.car.last.level).toBe('C');
    gateways.car.speaks = false;
    clock.advance(260);
    expect(outlet.pilot.load).toBe('B');
    clock.advance(20);
    expect(gateways.charger.last.level).toBe('B');
  });

  test('last words leave after the plug is out, and then the network is left; the next plug is another match', () => {
    const { clock, gateways, order, until, matched, of } = site();
    order({ kind: 'plug' });
    until(matched);
    const key = of('charger', 'slac.matched')[0]?.data.nid;
    order({ kind: 'unplug' });
    until(() => gateways.charger.last.level === 'A', 100);
    expect(gateways.charger.last.link.up).toBe(true);
    expect(until(() => !gateways.charger.last.link.up)).toBeGreaterThanOrEqual(40);
    until(() => of('charger', 'slac').at(-1)?.slac.state === 'idle');
    expect(gateways.car.last).toMatchObject({ level: 'A', link: { up: false } });
    clock.advance(1_000);
    order({ kind: 'plug' });
    until(matched);
    expect(gateways.charger.last.link.match).toBe(2);
    expect(of('charger', 'slac.matched')[1]?.data.nid).not.toBe(key);
  });

  test('a plug that is pulled and pushed within the last words is matched anew', () => {
    const { clock, gateways, order, until, matched } = site();
    order({ kind: 'plug' });
    until(matched);
    order({ kind: 'unplug' });
    clock.advance(45);
    order({ kind: 'plug' });
    until(() => gateways.charger.last.link.match === 2 && matched());
    expect(gateways.charger.last.level).toBe('B');
    // Faster than the car looks: it finds its link lost, and its gateway says so.
    order({ kind: 'unplug' });
    clock.advance(25);
    order({ kind: 'plug' });
    until(() => !gateways.car.last.link.up);
    expect(gateways.car.last.level).toBe('B');
    gateways.car.ask('error');
    until(() => gateways.charger.last.link.match === 3 && matched());
  });

  test('a car with another address is another machine', () => {
    const { clock, gateways, order, until, matched, of, held } = site();
    clock.advance(100);
    for (const [car, mac] of [['ioniq', '04:65:65:00:64:c3'], ['model-y', '98:ed:5c:da:d9:98'], ['ioniq', '04:65:65:00:64:c3']] as const) {
      order({ kind: 'plug', car });
      until(matched);
      expect(gateways.charger.last.link.peer).toBe(mac);
      expect(of('car', 'slac').at(-1)?.slac.ev).toBe(mac);
      order({ kind: 'unplug' });
      clock.advance(2_000);
    }
    expect(held.machines).toBe(2);
  });

  test('each matching of the car has a RunID of its own', () => {
    const { clock, order, until, matched, told } = site();
    for (let i = 0; i < 3; i++) {
      order({ kind: 'plug' });
      until(matched);
      order({ kind: 'unplug' });
      clock.advance(1_000);
    }
    const frames = told.car.flatMap(({ happening }) => (happening.kind === 'frame' ? [Buffer.from(happening.frame).toString('hex')] : []));
    const runs = frames.filter((hex) => hex.slice(28, 34) === '016460').map((hex) => hex.slice(42, 58));
    expect(new Set(runs).size).toBe(3);
  });

  test('a line that is cut is told at both ends, with a flight that replays; and that it is back', () => {
    const { gateways, order, until, matched, of, told } = site();
    order({ kind: 'plug' });
    until(matched);
    order({ kind: 'fault', fault: 'line-cut', present: true });
    until(() => !gateways.charger.last.link.up && !gateways.car.last.link.up, 6_000);
    expect(of('charger', 'slac.link')).toEqual([{ kind: 'slac.link', data: { up: false } }]);
    expect(of('charger', 'slac').at(-1)?.slac).toMatchObject({ state: 'matched', link: false });
    const [dump] = of('charger', 'flight');
    if (dump?.flight.machine !== 'evse') throw new Error('no flight of the charger');
    const flight: Flight<EvseState, EvseInput> = dump.flight;
    const again = replay(evse({ mac: dump.flight.mac }), flight.initial, flight.tape);
    expect(again.log.map(({ output }) => output.kind).filter((kind) => kind === 'matched' || kind === 'link')).toEqual(['matched', 'link']);
    order({ kind: 'fault', fault: 'line-cut', present: false });
    until(() => gateways.charger.last.link.up && gateways.car.last.link.up, 6_000);
    expect(gateways.charger.last.link.match).toBe(1);
    expect(told.charger.filter(({ happening }) => happening.kind === 'flight')).toHaveLength(1);
  });

  test('200 plugs in a row leave nothing behind', () => {
    const { clock, order, until, matched, held } = site();
    const round = (): void => {
      order({ kind: 'plug' });
      until(matched);
      order({ kind: 'unplug' });
      clock.advance(500);
    };
    round();
    const [machines, pending] = [held.machines, clock.pending];
    for (let i = 0; i < 200; i++) round();
    expect(held.machines).toBe(machines);
    expect(machines).toBe(2);
    expect(Math.abs(clock.pending - pending)).toBeLessThanOrEqual(2);
  });
});
