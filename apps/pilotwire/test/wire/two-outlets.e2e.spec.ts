import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { hostAddress } from '../../src/bench/real/network.js';
import { canMakeWire } from './harness.js';
import { car1, car2, outlet1, outlet2, Station } from './station.js';
import type { AtOutlet } from './station.js';

const cars = [hostAddress(car1), hostAddress(car2)];

/** From one modem to another, in dB. */
type Damped = readonly [number, number, number];
const own: readonly Damped[] = [[outlet1, car1, 9], [outlet2, car2, 9]];
const earshot: readonly Damped[] = [[outlet1, car2, 38], [outlet2, car1, 38], [outlet1, outlet2, 60], [car1, car2, 60]];

describe.runIf(canMakeWire() && hasMosquitto())('a station with two outlets at two modems, served by one agent and one gateway', () => {
  let station: Station;
  let from = 0;
  beforeAll(async () => {
    station = await Station.start();
  }, 60_000);
  beforeEach(() => {
    onTestFailed(() => console.warn(station.said));
    from = station.events.items.length;
  });
  afterAll(() => station?.stop(), 30_000);

  const damp = async (pairs: readonly Damped[]): Promise<void> => {
    for (const [a, b, attenuation] of pairs) await station.wire.line.ask('connect', { ports: [a, b], attenuation });
  };
  const apart = async (pairs: readonly Damped[]): Promise<void> => {
    for (const [a, b] of pairs) await station.wire.line.ask('disconnect', { ports: [a, b] });
  };
  const first = (type: string) => Promise.all([1, 2].map((at) => station.event(at, (event) => event.type === type, from)));
  const ofType = (type: string): readonly AtOutlet[] => station.events.items.slice(from).filter((event) => event.type === type);
  const matchedWith = async (): Promise<unknown[]> => (await first('slac.matched')).map(({ data }) => (data as { ev: string }).ev);
  const chargeBoth = async (): Promise<unknown[]> => {
    const stopped = Promise.all([1, 2].map((at) => station.event(at, ({ type, data }) => type === 'session.phase' && (data as { to: string }).to === 'session-stop', from)));
    await station.plug();
    await stopped;
    await station.unplug();
    return (await first('session.ended')).map(({ data }) => data);
  };

  test('charges a car at each, at the same time', async () => {
    await damp(own);
    const ends = await chargeBoth();
    expect(ends).toMatchObject([{ reason: 'completed', by: 'ev', soc: 21 }, { reason: 'completed', by: 'ev', soc: 21 }]);
    expect(await matchedWith()).toEqual(cars);
    // Neither waited for the other.
    const began = ofType('session.started').map(({ at }) => at);
    const over = station.events.items.slice(from).findIndex(({ type }) => type === 'session.ended');
    const charging = station.events.items.slice(from).flatMap(({ type, data }, i) => (type === 'session.phase' && (data as { to: string }).to === 'charging' ? [i] : []));
    expect(began.toSorted()).toEqual([1, 2]);
    expect(charging).toHaveLength(2);
    expect(Math.max(...charging)).toBeLessThan(over);
    expect(ofType('slac.crosstalk')).toEqual([]);
    await apart(own);
  }, 90_000);

  test('whose outlets are in earshot of each other charges each car where it is plugged in, and tells how loudly the other hears it', async () => {
    await damp([...own, ...earshot]);
    const ends = await chargeBoth();
    expect(ends).toMatchObject([{ reason: 'completed', by: 'ev' }, { reason: 'completed', by: 'ev' }]);
    expect(await matchedWith()).toEqual(cars);
    const told = ofType('slac.crosstalk').map(({ data }) => data as { ev: string; evses: { evse: number; attenuationDb?: number }[] });
    for (const [i, ev] of cars.entries()) {
      const reports = told.filter((one) => one.ev === ev);
      // At both outlets, the louder one first.
      expect(reports).toHaveLength(2);
      for (const { evses } of reports) expect(evses.map(({ evse }) => evse)).toEqual([i + 1, 2 - i]);
    }
    await apart([...own, ...earshot]);
  }, 90_000);
});
