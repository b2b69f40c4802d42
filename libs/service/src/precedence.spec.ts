import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { goFirst } from './index.js';

const before = getPriority();
afterEach(() => setPriority(before));

/** Niceness of each thread of this process (proc(5), field 19 of stat; the name in it may hold blanks). */
const niceness = (): number[] => readdirSync('/proc/self/task').map((id) => Number(readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[16]));

test.runIf(process.platform === 'linux')('the thread that asks goes first where it may, and Node\'s own threads do not', () => {
  const others = niceness().length - 1;
  if (goFirst() === 'kept') {
    expect(niceness()).toEqual(Array.from({ length: others + 1 }, () => before));
    return;
  }
  expect(getPriority()).toBe(-15);
  expect(niceness().filter((nice) => nice === -15)).toHaveLength(1);
  expect(niceness().filter((nice) => nice === before)).toHaveLength(others);
  setPriority(-18);
  expect([goFirst(), getPriority()]).toEqual(['first', -18]);
});
