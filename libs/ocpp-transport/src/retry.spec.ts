import { seconds } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { waitAfter } from './retry.js';

const retry = { minimum: seconds(5), doublings: 3, random: seconds(10) };
const waits = (code: 'closed' | 'unauthorized', chance: number) => [1, 2, 3, 4, 5, 90].map((failures) => waitAfter(retry, failures, code, chance) / 1_000);

test('a wait doubles so often as it is told, and chance is added, not multiplied', () => {
  expect(waits('closed', 0)).toEqual([5, 10, 20, 40, 40, 40]);
  expect(waits('closed', 0.5)).toEqual([10, 15, 25, 45, 45, 45]);
});

test('a station that is refused waits longer', () => {
  expect(waits('unauthorized', 0)).toEqual([60, 120, 240, 480, 960, 960]);
});

test('no wait is longer than an hour, whatever the CSMS has set', () => {
  expect(waitAfter({ minimum: seconds(1_000_000), doublings: 1_000, random: seconds(0) }, 500, 'closed', 1)).toBe(3_600_000);
});
