import fc from 'fast-check';
import { expect, test } from 'vitest';
import { iso, parseUtc } from './utc.js';

test('times are what Date makes of them, from year 0 to 9999', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (utc) => {
      expect(iso(utc)).toBe(new Date(utc).toISOString());
      expect(parseUtc(iso(utc))).toBe(utc);
    }),
  );
});

test('zones, fractions and what back offices leave out', () => {
  const noon = Date.UTC(2026, 1, 28, 12);
  for (const text of ['2026-02-28T12:00:00Z', '2026-02-28T14:00:00+02:00', '2026-02-28T06:30:00-0530', '2026-02-28T12:00:00', '2026-02-28 12:00Z']) {
    expect([text, parseUtc(text)]).toEqual([text, noon]);
  }
  expect(parseUtc('2026-02-28T12:00:00.1234567Z')).toBe(noon + 123);
  for (const text of ['', 'now', '2026-13-01T00:00:00Z', '2026-01-01', '20260101T000000Z', '2026-01-01T99:00:00Z']) expect([text, parseUtc(text)]).toEqual([text, undefined]);
});

test('what is no time is none, whatever it is', () => {
  fc.assert(fc.property(fc.string(), (text) => void expect([undefined, 'number']).toContain(parseUtc(text) === undefined ? undefined : 'number')));
});
