import { afterEach, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { hostAddress } from '../../src/bench/real/network.js';
import { canMakeWire } from './harness.js';
import { car1, car2, outlet1, outlet2, Station } from './station.js';
import type { AtOutlet } from './station.js';

const cars = [hostAddress(car1), hostAddress(car2)];

/** From one modem to another, in dB. */
type Damped = readonly [number, number, number];
const own: readonly Damped[] = [[outlet1, car1, 9], [outlet2, car2, 9]];
const crossed: readonly Damped[] = [[outlet1, car2, 9], [outlet2, car1, 9], [outlet1, car1, 38], [outlet2, car2, 38], [outlet1, outlet2, 60], [car1, car2, 60]];
const earshot: readonly Damped[] = [[outlet1, car2, 38], [outlet2, car1, 38], [outlet1, outlet2, 60], [car1, car2, 60]];

describe.runIf(canMakeWire() && hasMosquitto())('a station with two outlets at two modems, served by one agent and one gateway', () => {
  let station: Station;
  // A fresh one each time: of one car it is told once a minute that it is heard twice.
  beforeEach(async () => {
    station = await Station.start();
    onTestFailed(() => console.warn(station.said));
  }, 60_000);
  afterEach(() => station.stop(), 30_000);

  const damp = async (pairs: readonly Damped[]): Promise<void> => {
    for (const [a, b, attenuation] of pairs) await station.wire.line.ask('connect', { ports: [a, b], attenuation });
  };
  const first = (type: string) => Promise.all([1, 2].map((at) => station.event(at, (event) => event.type === type)));
  const ofType = (type: string): readonly AtOutlet[] => station.events.items.filter((event) => event.type === type);
  const matchedWith = async (): Promise<unknown[]> => (await first('slac.matched')).map(({ data }) => (data as { ev: string }).ev);
  /** By outlet: where a car was heard, the loudest first. */
  const reportsOf = (ev: string): readonly unknown[] =>
    ofType('slac.crosstalk').flatMap(({ at, data }) => {
      const report = data as { ev: string; evses: { evse: number }[] };
      return report.ev === ev ? [[at, report.evses.map(({ evse }) => evse)] as const] : [];
    }).toSorted(([a], [b]) => a - b);
  const chargeBoth = async (): Promise<unknown[]> => {
    const stopped = Promise.all([1, 2].map((at) => station.event(at, ({ type, data }) => type === 'session.phase' && (data as { to: string }).to === 'session-stop')));
    await station.plug();
    await stopped;
    await station.unplug();
    return (await first('session.ended')).map(({ data }) => data);
  };

  test('charges a car at each, at the same time', async () => {
    await damp(own);
    const ends = await chargeBoth();
    expect(ends).toMatchObject([{ reason: 'completed', by: 'ev' }, { reason: 'completed', by: 'ev' }]);
    for (const { energyWh } of ends as { energyWh: number }[]) expect(energyWh).toBeGreaterThan(1);
    expect(await matchedWith()).toEqual(cars);
    // Neither waited for the other.
    const began = ofType('session.started').map(({ at }) => at);
    const over = station.events.items.findIndex(({ type }) => type === 'session.ended');
    const charging = station.events.items.flatMap(({ type, data }, i) => (type === 'session.phase' && (data as { to: string }).to === 'charging' ? [i] : []));
    expect(began.toSorted()).toEqual([1, 2]);
    expect(charging).toHaveLength(2);
    expect(Math.max(...charging)).toBeLessThan(over);
    expect(ofType('slac.crosstalk')).toEqual([]);
  }, 90_000);

  test('whose outlets are in earshot of each other charges each car where it is plugged in, and tells how loudly the other hears it', async () => {
    await damp([...own, ...earshot]);
    const ends = await chargeBoth();
    expect(ends).toMatchObject([{ reason: 'completed', by: 'ev' }, { reason: 'completed', by: 'ev' }]);
    expect(await matchedWith()).toEqual(cars);
    expect(cars.map(reportsOf)).toEqual([[[1, [1, 2]], [2, [1, 2]]], [[1, [2, 1]], [2, [2, 1]]]]);
  }, 90_000);

  test('whose modems were swapped matches each car at the other outlet, and tells that it is heard loudest there', async () => {
    await damp(crossed);
    await station.plug();
    expect(await matchedWith()).toEqual(cars.toReversed());
    await station.events.until(() => ofType('slac.crosstalk').length === 4);
    expect(cars.map(reportsOf)).toEqual([[[1, [2, 1]], [2, [2, 1]]], [[1, [1, 2]], [2, [1, 2]]]]);
    await station.unplug();
    await first('session.ended');
  }, 90_000);
});
