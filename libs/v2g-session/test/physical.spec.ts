import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberOf, physical } from '../src/physical.js';

test('a value with its multiplier is the number it says', () => {
  expect(numberOf({ Multiplier: -1, Value: 3_447 })).toBe(344.7);
  expect(numberOf({ Multiplier: -3, Value: 24 })).toBe(0.024);
  expect(numberOf({ Multiplier: 2, Value: 2_300 })).toBe(230_000);
  expect(numberOf({ Multiplier: 9, Value: 1 })).toBe(1_000);
});

test('a number takes the finest multiplier that brings it into 16 bits', () => {
  expect(physical(344.7, 'V', -1)).toEqual({ Multiplier: -1, Unit: 'V', Value: 3_447 });
  expect(physical(3_276.8, 'V', -1)).toEqual({ Multiplier: 0, Unit: 'V', Value: 3_277 });
  expect(physical(150_000, 'W')).toEqual({ Multiplier: 1, Unit: 'W', Value: 15_000 });
  expect(physical(30_000_000, 'W')).toEqual({ Multiplier: 3, Unit: 'W', Value: 30_000 });
  expect(physical(-0.04, 'A', -1)).toEqual({ Multiplier: -1, Unit: 'A', Value: 0 });
  expect([physical(Number.NaN, 'V'), physical(Infinity, 'V'), physical(-1e9, 'V')].map(({ Value }) => Value)).toEqual([0, 32_767, -32_767]);
});

test('what is written is read again, to half of its last place', () => {
  fc.assert(
    fc.property(fc.double({ min: -30_000_000, max: 30_000_000, noNaN: true }), fc.integer({ min: -3, max: 0 }), (value, finest) => {
      const written = physical(value, 'W', finest);
      expect(Math.abs(numberOf(written) - value)).toBeLessThanOrEqual(0.5 * 10 ** written.Multiplier + 1e-6);
    }),
    { seed: 16, numRuns: 500 },
  );
});
