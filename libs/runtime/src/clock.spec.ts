import { after, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { systemClock, virtualClock } from './index.js';
import type { Clock } from './index.js';

const virtual = virtualClock();
const clocks: readonly (readonly [string, Clock, (by: number) => Promise<void>])[] = [
  ['virtual', virtual, (by) => Promise.resolve(virtual.advance(by))],
  ['system', systemClock(), (by) => {
    // The real clock passes by itself; a wake of its own says when.
    const clock = systemClock();
    return new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));
  }],
];

describe.each(clocks)('the %s clock', (_, clock, pass) => {
  test('never calls early, nor before wake has returned', async () => {
    const due = after(clock.now(), ms(5.5));
    const woken: [string, Instant][] = [];
    clock.wake(due, () => woken.push(['due', clock.now()]));
    clock.wake(after(clock.now(), ms(-1)), () => woken.push(['past', clock.now()]));
    expect(woken).toEqual([]);
    await pass(12);
    expect(woken.map(([name]) => name)).toEqual(['past', 'due']);
    expect(woken[1]?.[1]).toBeGreaterThanOrEqual(due);
  });

  test('a wish that was taken back is not fulfilled', async () => {
    let woken = 0;
    const cancel = clock.wake(after(clock.now(), ms(2)), () => woken++);
    cancel();
    await pass(6);
    cancel();
    expect(woken).toBe(0);
  });

  test('a wake beyond the longest timer does not come at once', async () => {
    let woken = 0;
    const cancel = clock.wake(after(clock.now(), ms(2 ** 40)), () => woken++);
    await pass(5);
    cancel();
    expect(woken).toBe(0);
  });
});

test('virtual time does not go back', () => {
  expect(() => virtualClock().advance(-1)).toThrow(RangeError);
  expect(() => virtualClock().advance(Number.NaN)).toThrow(RangeError);
});
