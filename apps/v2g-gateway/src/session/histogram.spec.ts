import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from './histogram.js';

test('a quantile is right to a fifth of itself, and never beyond the longest', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.02, max: 50_000, noNaN: true }), { minLength: 1, maxLength: 200 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (times, part) => {
      const histogram = new Histogram();
      for (const time of times) histogram.add(time);
      const sorted = [...times].sort((a, b) => a - b);
      const exact = sorted[Math.ceil(part * times.length) - 1] as number;
      const found = histogram.quantile(part);
      expect(found).toBeGreaterThanOrEqual(exact * 0.999);
      expect(found).toBeLessThanOrEqual(exact * 1.2);
      expect([histogram.count, histogram.max]).toEqual([times.length, sorted.at(-1)]);
    }),
    { seed: 1 },
  );
});

test('without anything to tell it says nothing, and the absurd does it no harm', () => {
  const histogram = new Histogram();
  expect([histogram.quantile(0.99), histogram.max]).toEqual([0, 0]);
  histogram.add(0);
  histogram.add(1e9);
  expect(histogram.quantile(1)).toBeGreaterThan(50_000);
});
