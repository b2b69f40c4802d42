import { ms } from '@pilotwire/machine';
import { virtualClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { Admission } from '../src/admission.js';

const end = 300_000;

test('a topic that floods leaves room for the commands of another', () => {
  const admission = new Admission();
  const flood = Array.from({ length: 30_000 }, (_, i) => admission.first('a/limit', `${i}`, end, 0));
  expect(flood.at(-1)).toBe('full');
  expect(admission.first('a/stop', 'x', end, 0)).toBe('first');
  expect(admission.first('a/stop', 'x', end, 0)).toBe('again');
});

test('however many topics flood, there is an end to what is remembered', () => {
  const admission = new Admission();
  let kept = 0;
  for (let topic = 0; topic < 400; topic++) for (let i = 0; i < 200; i++) if (admission.first(`t/${topic}`, `${i}`, end, 0) === 'first') kept++;
  expect(kept).toBe(40_000);
});

test('what may be forgotten makes room, and is looked for once a second at most', () => {
  const admission = new Admission();
  for (let i = 0; i < 20_000; i++) admission.first('t', `${i}`, i < 10 ? 500 : end, 0);
  expect(admission.first('t', 'a', end, 100)).toBe('full'); // looks, and finds nothing
  expect(admission.first('t', 'b', end, 600)).toBe('full'); // ten are out of date, and nobody looks yet
  expect(admission.first('t', 'c', end, 1_200)).toBe('first');
  expect(admission.first('t', '0', end, 1_200)).toBe('first'); // it is forgotten
});

test('a topic has its rate', () => {
  const [admission, clock] = [new Admission(), virtualClock()];
  expect(Array.from({ length: 21 }, () => admission.allows('t', clock.now())).filter(Boolean)).toHaveLength(20);
  clock.advance(ms(1_000));
  expect(Array.from({ length: 21 }, () => admission.allows('t', clock.now())).filter(Boolean)).toHaveLength(10);
});
