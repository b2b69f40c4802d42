import { expect, test } from 'vitest';
import { integer, many, object, oneOf, optional, read, text, time } from './shape.js';

const person = object({ name: text(5), age: optional(integer(0, 150)), tags: optional(many(oneOf(['a', 'b']))), born: optional(time) });

test('what is there is read; a null and an unknown member are noted, by their place', () => {
  expect(read(object({ who: person }), { who: { name: 'Ada', age: null, shoe: 38 }, extra: 1, customData: { vendorId: 'x' } })).toEqual({
    value: { who: { name: 'Ada', age: undefined, tags: undefined, born: undefined } },
    notes: ['who.age is null', 'who.shoe is unknown', 'extra is unknown'],
  });
});

test.each([
  [[], 'form', 'payload'], ['x', 'form', 'payload'], [{}, 'missing', 'name'], [{ name: null }, 'missing', 'name'], [{ name: 7 }, 'type', 'name'],
  [{ name: 'Augusta' }, 'value', 'name'], [{ name: 'Ada', age: 1.5 }, 'type', 'age'], [{ name: 'Ada', age: 151 }, 'value', 'age'],
  [{ name: 'Ada', tags: ['a', 'c'] }, 'value', 'tags[1]'], [{ name: 'Ada', born: 'once' }, 'value', 'born'],
] as const)('%j is refused: %s', (payload, kind, path) => {
  expect(read(person, payload)).toMatchObject({ problem: { kind, path } });
});

test('lists and notes are bounded', () => {
  const long = Array.from({ length: 3_000 }, () => 'a');
  expect(read(person, { name: 'Ada', tags: long })).toMatchObject({ problem: { kind: 'missing', path: 'tags' } });
  const odd = Object.fromEntries(long.map((_, index) => [`odd${index}`, 1]));
  expect(read(person, { name: 'Ada', ...odd })).toMatchObject({ notes: expect.objectContaining({ length: 20 }) });
});

test('a member that objects have from birth is none', () => {
  expect(read(object({ toString: text(5) }), {})).toMatchObject({ problem: { kind: 'missing' } });
});
