import { describe, expect, test } from 'vitest';
import { BitWriter } from './bits.js';
import { attribute, boolean, decodeFragment, encodeFragment, namespace, optional, schemaSet, short, string } from './index.js';

const ns = namespace('urn:test');
const other = namespace('urn:other', { qualifiedAttributes: true });
const bitsOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');

// "same" is a boolean wherever it stands; "odd" is declared with two types.
const Named = other.simpleContent('Named', string(), { Id: optional(attribute(string())) });
const A = ns.complex('A', { same: boolean, odd: short });
const B = ns.complex('B', { odd: Named });
const set = schemaSet('test', [ns.element('a', A), ns.element('b', B)]);

describe('fragments', () => {
  test('an element of one type is written by its grammar, its name among all names of the set', () => {
    // a, b, odd, same, then any element and the end: 6 codes, 3 bits. same is 3; CH, true, EE; the end is 5.
    const bytes = encodeFragment(set, { name: 'same', uri: 'urn:test' }, boolean, true);
    expect(bitsOf(bytes)).toBe('10000000' + '011' + '010' + '101' + '0000000');
    expect(decodeFragment(set, bytes)).toEqual({ name: { name: 'same', uri: 'urn:test' }, value: true, anomalies: [] });
  });

  test('an element whose name has several types may hold anything, and its values are texts', () => {
    const name = { name: 'odd', uri: 'urn:test' };
    const bytes = encodeFragment(set, name, Named, { Id: 'i', CONTENT: 'x' });
    const writer = new BitWriter();
    const put = (value: number, width: number) => writer.write(value, width);
    put(0x80, 8);
    put(2, 3); // odd
    // One attribute (Id), any attribute, four elements, any element, end, text, escape: 10 codes, 4 bits.
    put(0, 4);
    put(3, 8);
    put('i'.charCodeAt(0), 8);
    put(8, 4); // text
    put(3, 8);
    put('x'.charCodeAt(0), 8);
    put(5, 3); // then four elements, any element, end, text, escape: 8 codes
    put(5, 3); // the end of the fragment
    expect(bitsOf(bytes)).toBe(bitsOf(writer.finish()));
    expect(decodeFragment(set, bytes)).toEqual({ name, value: { Id: 'i', CONTENT: 'x' }, anomalies: [] });
    expect(decodeFragment(set, encodeFragment(set, name, short, -5)).value).toEqual({ CONTENT: '-5' });
  });

  test('an element of a type that no element has is among the names', () => {
    const Unused = ns.complex('Unused', { before: boolean });
    const more = schemaSet('test', set.roots, [], [Unused]);
    // a, b, before, odd, same, then any element and the end: 7 codes, 3 bits. same is 4, the end is 6.
    const bytes = encodeFragment(more, { name: 'same', uri: 'urn:test' }, boolean, true);
    expect(bitsOf(bytes)).toBe('10000000' + '100' + '010' + '110' + '0000000');
  });

  test('elements within are written by the grammar of their name', () => {
    for (const [element, type, value] of [['a', A, { same: true, odd: 7 }], ['b', B, { odd: { CONTENT: '' } }]] as const) {
      const bytes = encodeFragment(set, { name: element, uri: 'urn:test' }, type, value);
      expect(decodeFragment(set, bytes).value).toEqual(value);
    }
  });

  test('a fragment of another element, or that goes on, is refused', () => {
    expect(() => encodeFragment(set, { name: 'c', uri: 'urn:test' }, boolean, true)).toThrow(expect.objectContaining({ code: 'unexpected' }));
    const bytes = encodeFragment(set, { name: 'same', uri: 'urn:test' }, boolean, true);
    bytes[1] = (bytes[1] as number) ^ 0x02; // the code of the end becomes that of an element
    expect(() => decodeFragment(set, bytes)).toThrow(expect.objectContaining({ code: 'unknown-event' }));
  });
});
