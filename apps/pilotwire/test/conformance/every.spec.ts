import { expect, test } from 'vitest';
import { casesOf, every, wanted } from './every.js';

test.each(wanted.map(([name, least, ...beginnings]) => ({ name, least, beginnings })))('there are enough cases: $name', ({ least, beginnings }) => {
  expect(casesOf(beginnings).length).toBeGreaterThanOrEqual(least);
});

test('no two cases are the same', () => {
  const told = every.map(({ protocol = 'ocpp1.6', before, action, variables = '', settings = {}, name }) => JSON.stringify([protocol, name, before, action, variables, settings]));
  expect(new Set(every.map(({ protocol = 'ocpp1.6', name }) => `${protocol} ${name}`)).size).toBe(every.length);
  expect(new Set(told).size).toBe(every.length);
});

test('a script stands in for a car only where it is said why', () => {
  expect(every.filter(({ scripted }) => scripted !== undefined).map(({ name }) => name)).toEqual([
    'power failure in a transaction', 'power failure before the start was answered', 'idle: the car pauses', 'reservation, its outlet fails',
  ]);
});
