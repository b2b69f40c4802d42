import { expect, onTestFinished, test } from 'vitest';
import { take } from './rig.js';
import type { PowerRig } from './rig.js';

/** What every power device does, simulated or real: parts of it, and all of it together. `silent`: whether it can be taken away. */
export function powerSuite(name: string, makeRig: () => Promise<PowerRig>, { silent = true }: { readonly silent?: boolean } = {}): void {
  const rigFor = async (): Promise<PowerRig> => {
    const rig = await makeRig();
    onTestFinished(() => rig.close());
    return rig;
  };
  const opened = async () => {
    const rig = await rigFor();
    const power = take(rig.open);
    await rig.advance(600);
    expect(power.statuses.at(-1)).toEqual({ state: 'up' });
    const say = (orders: (typeof rig.orders)['on']): void => orders.forEach((order) => power.send(order));
    say(rig.orders.off);
    /** Says what keeps it on, as often as the rules of power do. */
    const hold = async (ms: number): Promise<void> => {
      for (let past = 0; past < ms; past += 40) {
        say(rig.orders.on);
        await rig.advance(40);
      }
    };
    return { rig, power, say, hold };
  };

  test(`${name}: each device is heard every 100 ms`, async () => {
    const { rig, power } = await opened();
    const before = power.heard.length;
    await rig.advance(1_000);
    for (const kind of rig.kinds) {
      const told = power.heard.slice(before).filter((one) => one.kind === kind);
      expect(told.length).toBeGreaterThanOrEqual(9);
      expect((told.at(-1)?.at ?? 0) - (told[0]?.at ?? 0)).toBeGreaterThan(700);
    }
    expect(power.heard.map(({ kind }) => kind).filter((kind) => kind !== 'imd' && !rig.kinds.includes(kind))).toEqual([]);
  });

  test(`${name}: it is on while it is told so, and off when it is told so`, async () => {
    const { rig, say, hold } = await opened();
    expect(rig.on()).toBe(false);
    await hold(600);
    expect(rig.on()).toBe(true);
    say(rig.orders.off);
    await rig.advance(60);
    expect(rig.on()).toBe(false);
  });

  test(`${name}: it falls to off 80 ms after the last order`, async () => {
    const { rig, hold } = await opened();
    await hold(600);
    await rig.advance(20);
    expect(rig.on()).toBe(true);
    await rig.advance(100);
    expect(rig.on()).toBe(false);
  });

  test(`${name}: what fell to off stays off until it was told to be off, however long nobody was heard`, async () => {
    const { rig, say, hold } = await opened();
    for (const gap of [85, 200, 1_000]) {
      await hold(200);
      expect(rig.on()).toBe(true);
      await rig.advance(gap);
      for (let past = 0; past < 200; past += 10) {
        say(rig.orders.on);
        await rig.advance(10);
        if (past >= 20) expect(rig.on(), `${gap} ms`).toBe(false);
      }
      say(rig.orders.off);
    }
    await hold(200);
    expect(rig.on()).toBe(true);
  });

  test(`${name}: whoever lets go leaves it off, and one that is gone is not obeyed`, async () => {
    const { rig, power, hold } = await opened();
    await hold(600);
    power.close();
    await rig.advance(130);
    expect(rig.on()).toBe(false);
    const [heard, statuses] = [power.heard.length, power.statuses.length];
    await hold(200);
    expect(rig.on()).toBe(false);
    expect([power.heard.length, power.statuses.length, power.early]).toEqual([heard, statuses, []]);
    const again = take(rig.open);
    await rig.advance(600);
    expect([again.early, again.statuses.at(-1)]).toEqual([[], { state: 'up' }]);
    for (const order of rig.orders.on) again.send(order);
    await rig.advance(40);
    expect(rig.on()).toBe(false);
  });

  if (!silent) return;
  test(`${name}: one that says nothing is down and off, and comes back by itself`, async () => {
    const { rig, power, say, hold } = await opened();
    await hold(600);
    rig.silence?.(true);
    await hold(640);
    expect(power.statuses.at(-1)).toMatchObject({ state: 'down', why: expect.stringMatching(/\S/) as string });
    expect(rig.on()).toBe(false);
    const heard = power.heard.length;
    await hold(600);
    expect(power.heard.length).toBe(heard);
    rig.silence?.(false);
    await rig.advance(1_200);
    expect(power.statuses.at(-1)).toEqual({ state: 'up' });
    await hold(200);
    expect(rig.on()).toBe(false);
    say(rig.orders.off);
    await hold(600);
    expect(rig.on()).toBe(true);
  });
}
