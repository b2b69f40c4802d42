import { after, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { patientClock } from './index.js';
import type { Clock } from './index.js';

/**
 * A machine whose processor can be somewhere else for a while: then nothing runs, the time of day goes on, and what is
 * overdue afterwards comes in the worst order, the latest first.
 */
function machine() {
  let time = 0;
  let wakes: { readonly at: number; readonly run: () => void }[] = [];
  const real: Clock = {
    now: () => time as Instant,
    wake(at, run) {
      const wish = { at, run };
      wakes.push(wish);
      return () => void (wakes = wakes.filter((one) => one !== wish));
    },
  };
  const turns: (() => void)[] = [];
  const away = (gap: number): void => {
    time += gap;
    for (const run of turns.splice(0)) run();
    const due = wakes.filter(({ at }) => at <= time).toSorted((a, b) => b.at - a.at);
    for (const one of due) {
      if (!wakes.includes(one)) continue;
      wakes = wakes.filter((other) => other !== one);
      one.run();
    }
  };
  const pass = (milliseconds: number): void => {
    for (let i = 0; i < milliseconds; i++) away(1);
  };
  const work = (gap: number): void => void (time += gap);
  return { clock: patientClock(real, { nextTurn: (run) => void turns.push(run) }), real, pass, away, work };
}

test('goes as its clock does while the process has its turn, busy or idle', () => {
  const { clock, real, pass } = machine();
  const woken: number[] = [];
  const begin = clock.now();
  for (const wait of [20, 60, 1_000]) clock.wake(after(begin, ms(wait)), () => woken.push(clock.now() - begin));
  pass(999);
  pass(1);
  expect(woken).toEqual([20, 60, 1_000]);
  expect(clock.now()).toBe(real.now());
});

test('a watchdog does not bite before what it waits for has had its turn', () => {
  const { clock, pass, away } = machine();
  const told: string[] = [];
  // Told every 20 ms, and missed after 60.
  let cancel: () => void = () => undefined;
  const watch = (): void => {
    cancel();
    cancel = clock.wake(after(clock.now(), ms(60)), () => told.push(`missed at ${clock.now()}`));
  };
  const tell = (): void => {
    watch();
    clock.wake(after(clock.now(), ms(20)), tell);
  };
  tell();
  for (let i = 0; i < 50; i++) {
    pass(i % 30);
    away(200);
  }
  expect(told).toEqual([]);
});

test('work without end is no more than a turn, whoever looks at the clock in it', () => {
  const { clock, pass, work } = machine();
  const begin = clock.now();
  pass(1);
  for (let i = 0; i < 50; i++) {
    work(4);
    expect(clock.now() - begin).toBe(Math.min(4 * (i + 1) + 1, 10));
  }
  pass(1);
  expect(clock.now() - begin).toBe(11);
});

test('a gap counts as the longest that is usual, and what is due comes as much later', () => {
  const { clock, real, pass, away } = machine();
  const begin = clock.now();
  let woken: number | undefined;
  clock.wake(after(begin, ms(100)), () => (woken = clock.now() - begin));
  pass(50);
  away(500);
  expect(clock.now() - begin).toBe(60);
  pass(39);
  expect(woken).toBeUndefined();
  pass(1);
  expect(woken).toBe(100);
  expect(real.now()).toBe(590);
});

test('a wish that was taken back is not fulfilled, and nothing is left behind', () => {
  const { clock, pass } = machine();
  let woken = 0;
  const cancel = clock.wake(after(clock.now(), ms(50)), () => woken++);
  cancel();
  cancel();
  pass(1_000);
  // Nobody waited, so nobody looked: to such a process a second is a gap.
  expect([woken, clock.now()]).toEqual([0, 15]);
});
