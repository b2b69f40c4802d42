import { expect, test } from 'vitest';
import { site } from './site.js';

test('a pilot whose driver is down is not repeated: the gateway hears so in the same millisecond', () => {
  const one = site();
  one.order({ kind: 'plug' });
  one.until(one.matched);
  const { clock, gateways, pilots, of } = one;
  expect(gateways.charger.last.level).toBe('B');
  pilots.charger.cut(true);
  clock.advance(1);
  expect([gateways.charger.last.level, gateways.charger.last.pwm]).toEqual([undefined, false]);
  expect(of('charger', 'pilot').at(-1)?.pilot).not.toHaveProperty('level');
  const before = gateways.charger.words.length;
  clock.advance(200);
  expect(new Set(gateways.charger.words.slice(before).map(({ level }) => level))).toEqual(new Set([undefined]));
  pilots.charger.cut(false);
  clock.advance(100);
  expect(gateways.charger.last.level).toBe('B');
});

test('both ends tell at once that nobody knows the pilot yet: a former life may have left one at the broker', () => {
  const { of } = site();
  for (const who of ['charger', 'car'] as const) {
    expect(of(who, 'pilot').map(({ pilot }) => pilot)).toEqual([{ pwm: false, at: 0 }]);
  }
});
