import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSensible, partitionOf, spans } from './partitions.js';
import type { Partitioned } from './partitions.js';

test('each instant lies in one partition, and the next begins where it ends', () => {
  const tables = Object.keys(spans) as Partitioned[];
  fc.assert(
    fc.property(fc.constantFrom(...tables), fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2100, 0, 1) }), (table, at) => {
      const { from, to, name } = partitionOf(table, at);
      expect(from <= at && at < to).toBe(true);
      expect(partitionOf(table, to).from).toBe(to);
      expect(partitionOf(table, to - 1).name).toBe(name);
    }),
  );
});

test.each([
  ['session_events', '2026-12-31T23:59:59Z', 'session_events_20261201'],
  ['telemetry', '2026-11-29T12:00:00Z', 'telemetry_20261123'],
  ['frames', '2026-03-29T00:00:00Z', 'frames_20260329'],
] as const)('%s of %s lies in %s', (table, at, name) => {
  expect(partitionOf(table, Date.parse(at)).name).toBe(name);
});

test('a clock that was never set, or runs far ahead, is not sensible', () => {
  const now = Date.UTC(2026, 0, 1);
  expect([0, now, now + 86_400_000, now + 3 * 86_400_000].map((at) => isSensible(at, now))).toEqual([false, true, true, false]);
});
