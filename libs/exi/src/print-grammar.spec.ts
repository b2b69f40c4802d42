import { expect, test } from 'vitest';
import {
  attribute,
  boolean,
  enumeration,
  integer,
  list,
  long,
  namespace,
  optional,
  printGrammar,
  schemaSet,
  short,
  string,
  substitutionGroup,
  typesNamed,
  namesWithTypes,
  unsignedInt,
} from './index.js';

const ns = namespace('urn:test');
const Inner = ns.complex('InnerType', { a: boolean });

test('a type is printed as its states, with their event codes and where they lead', () => {
  const Thing = ns.complex('ThingType', { Id: optional(attribute(string())), inner: Inner, level: optional(integer(-3, 3)), kind: enumeration('x', 'y', 'z') });
  expect(printGrammar(Thing)).toBe(`state  code  event                                                                            next
0      00    attribute Id: text: its length and 2 in septets, then each character in septets  1
       01    element inner: InnerType                                                         2
       10    escape: 000 end, 001 type, 010 nil, 011 any-attribute, 100 untyped-attribute, 101 any-element, 110 text
1      0     element inner: InnerType                                                         2
       1     escape: 000 end, 001 any-attribute, 010 untyped-attribute, 011 any-element, 100 text
2      00    element level: -3 to 3, 3 bits, 0 is -3                                          3
       01    element kind: one of 3, 2 bits                                                   4
       10    escape: 00 end, 01 any-element, 10 text
3      0     element kind: one of 3, 2 bits                                                   4
       1     escape: 00 end, 01 any-element, 10 text
4      0     end
       1     escape: 0 any-element, 1 text
`);
});

/** The rows of a table without their spaces and escapes. */
const rows = (table: string) => table.split('\n').slice(1).filter((row) => row !== '' && !row.includes('escape')).map((row) => row.trim().replaceAll(/ {2,}/g, ' | '));

test('a long list is a few rows', () => {
  const bounded = rows(printGrammar(ns.complex('L', { a: list(long, { max: 1024 }) })));
  expect(bounded).toEqual([
    '0 | 0 | element a: integer, sign bit and septets | 1',
    '1 | 00 | element a: integer, sign bit and septets | 1, 1022 times at most, then 2',
    '01 | end',
    '2 | 0 | end',
  ]);
  const unbounded = rows(printGrammar(ns.complex('U', { a: list(unsignedInt) })));
  expect(unbounded.slice(1)).toEqual(['1 | 00 | element a: 0 to 4294967295, septets | 1', '01 | end']);
});

test('a simple type lists its values, a substitution group names its abstract head', () => {
  const values = printGrammar(enumeration('x', 'y', 'z'));
  expect(values).toContain('value: one of 3, 2 bits');
  expect(values).toContain('\nvalues\n00  x\n01  y\n10  z\n');
  const group = substitutionGroup(ns.abstractElement('Z'), ns.element('A', short));
  expect(rows(printGrammar(ns.complex('G', { group })))).toEqual([
    '0 | 00 | element A: -32768 to 32767, sign bit and septets | 1',
    '01 | element Z: Z (abstract) | 1',
    '1 | 0 | end',
  ]);
});

test('types are found by their names and by those of their elements', () => {
  const set = schemaSet('test', [ns.element('r', ns.complex('R', { i: Inner, j: optional(Inner), k: boolean }))]);
  expect(typesNamed(set, 'InnerType')).toEqual([Inner]);
  expect(typesNamed(set, 'j')).toEqual([Inner]);
  expect(typesNamed(set, 'k')).toEqual([boolean]);
  expect(typesNamed(set, 'nobody')).toEqual([]);
  expect([...namesWithTypes(set)]).toEqual(expect.arrayContaining(['InnerType', 'j', 'k']));
  expect([...namesWithTypes(set)].filter((name) => typesNamed(set, name).length === 0)).toEqual([]);
});
