import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { promptClock } from './prompt-clock.js';

const clock = promptClock(systemClock());
const wake = (by: number): Promise<number> => {
  const at = after(clock.now(), ms(by));
  return new Promise((resolve) => void clock.wake(at, () => resolve(clock.now() - at)));
};

test('wakes after parts of a millisecond, and never before its time', async () => {
  const late: number[] = [];
  for (let i = 0; i < 40; i++) for (const by of [0, 0.1, 0.5, 1.7, 3.2]) late.push(await wake(by));
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  // The median, for a machine may have other things to do: a timer of Node would be late by half a millisecond and more.
  expect(late.toSorted((a, b) => a - b)[100]).toBeLessThan(0.3);
});

test('wakes in the order of time, and not whoever has taken it back', async () => {
  const woken: number[] = [];
  for (const by of [2.5, 0.2, 1.2, 0]) clock.wake(after(clock.now(), ms(by)), () => woken.push(by));
  for (const by of [0.1, 2.4]) clock.wake(after(clock.now(), ms(by)), () => woken.push(Number.NaN))();
  let soon = (): void => undefined;
  const late = clock.wake(after(clock.now(), ms(2.4)), () => woken.push(Number.NaN));
  clock.wake(after(clock.now(), ms(1.6)), () => soon());
  soon = late;
  await wake(5);
  expect(woken).toEqual([0, 0.2, 1.2, 2.5]);
});
