import { describe, expect, test } from 'vitest';
import { pssOf, statOf, treeOf } from './proc.js';
import { seriesFigures } from './series.js';

describe('what Linux says of a process', () => {
  test('PSS is that of all its memory, not of a kind of it, in octets by 10^6', () => {
    const rollup = `55d1c0a00000-7ffd1b5fe000 ---p 00000000 00:00 0                          [rollup]
Rss:               91044 kB
Pss:               62500 kB
Pss_Dirty:         31000 kB
Pss_Anon:          31020 kB
SwapPss:               8 kB
`;
    expect(pssOf(rollup)).toBe(64);
    expect(pssOf('')).toBeUndefined();
  });

  test('a name with parentheses, blanks and line breaks in it does not hide what follows', () => {
    expect(statOf('4711 (node) S 12 4700 4700 0 -1 4194560 9')).toEqual({ pid: 4711, parent: 12, group: 4700, zombie: false });
    expect(statOf('8 (a) R 1 (\nb) Z 7 6 5 0 -1')).toEqual({ pid: 8, parent: 7, group: 6, zombie: true });
    expect(statOf('')).toBeUndefined();
  });

  test('a tree is a process with all that come from it, each once', () => {
    const stat = (pid: number, parent: number) => ({ pid, parent, group: 1, zombie: false });
    const stats = [stat(1, 0), stat(30, 20), stat(20, 10), stat(10, 1), stat(11, 1), stat(21, 10)];
    expect(treeOf(10, stats)).toEqual([10, 20, 21, 30]);
    expect(treeOf(30, stats)).toEqual([30]);
    // Read while processes came and went: a number may stand twice, or in a ring.
    expect(treeOf(10, [stat(20, 10), stat(10, 20), stat(20, 10)])).toEqual([10, 20]);
  });
});

test('a series tells the median of its last minute, and the most of all of it', () => {
  const samples = Array.from({ length: 25 }, (_, i) => ({ at: 1_000 + i * 5_000, pss: i === 2 ? 200 : i < 13 ? 90 : 50 + i }));
  const [end, peak] = seriesFigures('memory.history.pss', samples);
  expect(end).toEqual({ name: 'memory.history.pss', value: 69, unit: 'MB', runs: Array.from({ length: 12 }, (_, i) => 63 + i) });
  expect(peak).toMatchObject({ name: 'memory.history.pss.peak', value: 200, unit: 'MB' });
  expect(seriesFigures('short', [{ at: 7, pss: 3 }]).map(({ value }) => value)).toEqual([3, 3]);
});
