import { expect, onTestFinished, test } from 'vitest';
import { take } from './rig.js';
import type { PilotRig } from './rig.js';

/** What every pilot of a charger does, simulated or real. `silent`: whether its hardware can be taken away. */
export function pilotSuite(name: string, makeRig: () => Promise<PilotRig>, { silent = true }: { readonly silent?: boolean } = {}): void {
  const rigFor = async (): Promise<PilotRig> => {
    const rig = await makeRig();
    onTestFinished(() => rig.close());
    return rig;
  };
  const opened = async () => {
    const rig = await rigFor();
    const pilot = take(rig.open);
    await rig.advance(400);
    expect(pilot.statuses.at(-1)).toEqual({ state: 'up' });
    return { rig, pilot };
  };

  test(`${name}: it is measured every 20 ms at least`, async () => {
    const { rig, pilot } = await opened();
    for (let i = 0; i < 10; i++) {
      const before = pilot.heard.length;
      await rig.advance(20);
      expect(pilot.heard.length).toBeGreaterThan(before);
    }
    expect(pilot.heard.at(-1)).toMatchObject({ kind: 'reading', pwm: false, proximity: expect.closeTo(1_500, -1) as number });
  });

  test(`${name}: an order takes effect, and is seen in what is measured`, async () => {
    const { rig, pilot } = await opened();
    expect(rig.signal()).toBe('x1');
    rig.load(9);
    for (const [signal, pwm] of [['digital', true], ['f', false], ['x1', false], ['digital', true]] as const) {
      pilot.send({ signal });
      await rig.advance(40);
      expect(rig.signal()).toBe(signal);
      expect(pilot.heard.at(-1)?.pwm).toBe(pwm);
    }
    expect(pilot.heard.at(-1)?.volts).toBeCloseTo(9, 1);
    rig.load(6);
    await rig.advance(40);
    expect(pilot.heard.at(-1)?.volts).toBeCloseTo(6, 1);
    // An order stands until there is another.
    await rig.advance(800);
    expect(rig.signal()).toBe('digital');
    expect(pilot.statuses).toEqual(pilot.statuses.filter(({ state }, i, all) => state !== all[i - 1]?.state));
  });

  test(`${name}: an order right after opening counts`, async () => {
    const rig = await rigFor();
    const pilot = take(rig.open);
    pilot.send({ signal: 'digital' });
    await rig.advance(400);
    expect(rig.signal()).toBe('digital');
  });

  test(`${name}: whoever lets go leaves it without an oscillator`, async () => {
    const { rig, pilot } = await opened();
    pilot.send({ signal: 'digital' });
    await rig.advance(40);
    expect(rig.signal()).toBe('digital');
    pilot.close();
    await rig.advance(100);
    expect(rig.signal()).toBe('x1');
    pilot.send({ signal: 'digital' });
    await rig.advance(100);
    expect(rig.signal()).toBe('x1');
  });

  test(`${name}: nothing is heard before open has returned, and nothing after close`, async () => {
    const { rig, pilot } = await opened();
    expect(pilot.early).toEqual([]);
    pilot.close();
    const [heard, statuses] = [pilot.heard.length, pilot.statuses.length];
    await rig.advance(500);
    expect([pilot.heard.length, pilot.statuses.length]).toEqual([heard, statuses]);
    const again = take(rig.open);
    await rig.advance(400);
    expect([again.early, again.statuses.at(-1)]).toEqual([[], { state: 'up' }]);
    expect(again.heard.length).toBeGreaterThan(0);
  });

  test(`${name}: one at a time holds it, and whoever waits gets it`, async () => {
    const { rig, pilot } = await opened();
    const second = take(rig.open);
    await rig.advance(20);
    expect(second.statuses).toEqual([{ state: 'down', why: 'somebody else holds this end' }]);
    second.send({ signal: 'digital' });
    await rig.advance(50);
    expect([rig.signal(), second.heard]).toEqual(['x1', []]);
    pilot.close();
    await rig.advance(400);
    expect(second.statuses.at(-1)).toEqual({ state: 'up' });
    expect(second.heard.length).toBeGreaterThan(0);
  });

  if (!silent) return;
  test(`${name}: one that says nothing is down, tells no old value, and comes back by itself`, async () => {
    const { rig, pilot } = await opened();
    pilot.send({ signal: 'digital' });
    await rig.advance(100);
    rig.silence?.(true);
    await rig.advance(80);
    expect(pilot.statuses.at(-1)).toMatchObject({ state: 'down', why: expect.stringMatching(/\S/) as string });
    const heard = pilot.heard.length;
    await rig.advance(800);
    expect(pilot.heard.length).toBe(heard);
    expect(pilot.statuses.filter(({ state }) => state === 'up')).toHaveLength(1);
    rig.silence?.(false);
    await rig.advance(600);
    expect(pilot.statuses.at(-1)).toEqual({ state: 'up' });
    expect(pilot.heard.length).toBeGreaterThan(heard);
    await rig.advance(100);
    expect(rig.signal()).toBe('digital');
  });
}
