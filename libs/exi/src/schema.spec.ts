import { describe, expect, test } from 'vitest';
import { BitWriter } from './bits.js';
import {
  anyElement,
  attribute,
  boolean,
  type Codec,
  choice,
  codec,
  type Element,
  enumeration,
  group,
  hexBinary,
  integer,
  list,
  namespace,
  optional,
  schemaSet,
  string,
  substitutionGroup,
  unsignedInt,
} from './index.js';

const ns = namespace('urn:test');

function codecOf<T>(message: Element<string, unknown>, ...others: Element<string, unknown>[]): Codec<T> {
  return codec<T>(schemaSet('test', [message], others));
}

/** Bits as text, spaces for the reader's eye, to bytes. */
function bits(text: string): Uint8Array {
  const writer = new BitWriter();
  for (const bit of text.replaceAll(' ', '')) writer.write(Number(bit), 1);
  return writer.finish();
}

const bitsOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
const header = '10000000';

describe('event codes', () => {
  test('a required element takes one bit, the escape being its other value', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { a: boolean })));
    // header, r of one root and any element (1 bit), SE(a), CH, true, EE, EE
    expect(bitsOf(root.encode({ r: { a: true } }))).toBe(`${header}00010000`);
  });

  test('optional elements, the end and the escape share the codes of a state', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { a: optional(boolean), b: optional(boolean) })));
    const encoded = (value: object) => bitsOf(root.encode({ r: value })).slice(header.length);
    expect(encoded({}), 'a, b, end, escape: the end is 2').toBe('01000000');
    expect(encoded({ b: true }), 'b is 1; then the end is alone with the escape').toBe('00101000');
    expect(encoded({ a: true }), 'a is 0; then b 0, end 1, escape 2').toBe('00001001'.padEnd(8, '0'));
  });

  test('a list at its greatest length has no code for one more', () => {
    const root = codecOf<{ r: { a: boolean[] } }>(ns.element('r', ns.complex('R', { a: list(boolean, { max: 2 }) })));
    const two = root.encode({ r: { a: [true, false] } });
    // SE(a) 0, CH 0, 1, EE 0; then a, end, escape: 00; CH 0, 0, EE 0; then the end alone: 0
    expect(bitsOf(two)).toBe(`${header}0001000000000000`.slice(0, 24));
    expect(root.decode(two).value).toEqual({ r: { a: [true, false] } });
    expect(() => root.encode({ r: { a: [true, true, true] } })).toThrow(expect.objectContaining({ code: 'too-many', path: 'r' }));
    expect(() => root.encode({ r: { a: [] } })).toThrow(expect.objectContaining({ code: 'missing' }));
  });

  test('members of a substitution group are sorted by name, wherever they were declared', () => {
    const head = ns.abstractElement('M');
    const [zebra, ape] = [ns.element('Z', boolean), ns.element('A', boolean)];
    const root = codecOf(ns.element('r', ns.complex('R', { M: substitutionGroup(head, zebra, ape) })), head, zebra, ape);
    // four roots and any element: 3 bits, r is the last (M < Z < r); A, M, Z, escape: 2 bits
    expect(bitsOf(root.encode({ r: { Z: true } }))).toBe(`${header}0111001000`.padEnd(24, '0'));
    expect(() => root.encode({ r: { Z: true, A: true } })).toThrow(expect.objectContaining({ code: 'too-many' }));
  });

  test('attributes come first and in the order of their names', () => {
    const type = ns.complex('R', { z: attribute(boolean), a: optional(attribute(boolean)), e: boolean });
    const root = codecOf(ns.element('r', type));
    for (const value of [{ z: true, e: false }, { a: true, z: false, e: true }]) {
      expect(root.decode(root.encode({ r: value })).value).toEqual({ r: value });
    }
    expect(() => root.encode({ r: { e: true } })).toThrow(expect.objectContaining({ code: 'missing', message: 'a or z is missing before e' }));
  });

  test('fragments of a schema that repeat, nest and choose come back', () => {
    const type = ns.complex('R', {
      either: choice({ a: boolean, pair: group({ b: integer(0, 3), c: optional(string()) }) }),
      rest: optional(group({ d: hexBinary(), e: unsignedInt })),
      f: optional(list(enumeration('x', 'y', 'z'))),
    });
    const root = codecOf(ns.element('r', type));
    for (const value of [{ a: true }, { b: 3 }, { b: 0, c: 'é😀' }, { a: false, d: '00FF', e: 4294967295, f: ['x', 'z', 'y'] }]) {
      expect(root.decode(root.encode({ r: value })).value).toEqual({ r: value });
    }
    expect(() => root.encode({ r: { a: true, d: '' } })).toThrow(expect.objectContaining({ code: 'missing', message: 'e is missing' }));
    expect(() => root.encode({ r: { a: true, b: 1 } })).toThrow(expect.objectContaining({ code: 'unexpected' }));
  });

  test('simple content has its attributes beside it', () => {
    const root = codecOf(ns.element('r', ns.simpleContent('R', hexBinary(), { Id: optional(attribute(string())) })));
    for (const value of [{ CONTENT: 'AB' }, { Id: 'id1', CONTENT: '' }]) {
      expect(root.decode(root.encode({ r: value })).value).toEqual({ r: value });
    }
  });
});

test('an element that is no message is no document', () => {
  const root = codecOf(ns.element('r', boolean), ns.element('other', boolean));
  // other, r, any element: 2 bits
  expect(root.decode(bits(`${header} 01 0 1 0`)).value).toEqual({ r: true });
  expect(() => root.decode(bits(`${header} 00 0 1 0`))).toThrow(expect.objectContaining({ code: 'unknown-root' }));
  expect(() => root.encode({ other: true })).toThrow(expect.objectContaining({ code: 'unexpected' }));
});

describe('what only lenient reading meets', () => {
  const text = codecOf(ns.element('r', ns.complex('R', { a: string() })));

  test('empty content may be ended by the second-level code', () => {
    // r, SE(a), escape, end is 0 of 7 second-level events (3 bits), EE
    expect(text.decode(bits(`${header} 0 0 1 000 0`))).toEqual({
      value: { r: { a: '' } },
      anomalies: [expect.objectContaining({ code: 'second-level-end', path: 'r/a' })],
    });
  });

  test('empty content after an attribute may be ended so too', () => {
    const type = ns.simpleContent('R', hexBinary(), { Id: optional(attribute(string())) });
    const root = codecOf(ns.element('r', type));
    // Id, content, escape: 2 bits, the escape is 2; end is 0 of 7 second-level events
    expect(root.decode(bits(`${header} 0 10 000`))).toMatchObject({ value: { r: { CONTENT: '' } }, anomalies: [{ code: 'second-level-end' }] });
  });

  test('the head of a substitution group is read by its abstract type', () => {
    const base = ns.complex('Base', { b: boolean });
    const head = ns.abstractElement('M', base);
    const member = ns.element('A', ns.extension(base, 'A', { a: boolean }));
    const root = codecOf(ns.element('r', ns.complex('R', { M: substitutionGroup(head, member) })), head, member);
    // A, M, r, any element: 2 bits; A, M, escape: 2 bits, then b
    expect(root.decode(bits(`${header} 10 01 0 0 1 0 0 0`))).toMatchObject({ value: { r: { M: { b: true } } }, anomalies: [{ code: 'abstract-element' }] });
  });

  test('required content cannot be left out that way', () => {
    expect(() => text.decode(bits(`${header} 0 1 000 0`))).toThrow(expect.objectContaining({ code: 'unknown-event', path: 'r', byte: 1, bit: 2 }));
  });

  test('text and attributes the schema does not have are skipped and reported', () => {
    // in r before a: escape, text is 6 of 7; "hi" as 4, 'h', 'i'; then a = "" and the ends
    const { value, anomalies } = text.decode(bits(`${header} 0 1 110 00000100 01101000 01101001 0 0 00000010 0 0`));
    expect(value).toEqual({ r: { a: '' } });
    expect(anomalies).toEqual([expect.objectContaining({ code: 'unexpected-content', message: 'the text "hi"' })]);
  });

  test('xsi:nil ends an element', () => {
    // SE(a), escape, nil is 2 of 7, true, then the end
    expect(text.decode(bits(`${header} 0 0 1 010 1 0 0`))).toMatchObject({ value: { r: {} }, anomalies: [{ code: 'nil', path: 'r/a' }] });
  });

  test('a wildcard takes elements of the schema and of none', () => {
    const known = ns.element('known', boolean);
    const root = codecOf(ns.element('r', ns.complex('R', { any: optional(list(anyElement)) })), known);
    // r: any element 0, end 1, escape: 2 bits. Namespaces '', xml, xsi, xsd, urn:test: urn:test is reference 5 of 6 (3 bits).
    // Local names of urn:test: R, known, r. "known" by reference: length 0, index 1 of 3 (2 bits); CH, true, EE.
    const elementOfSchema = '00 101 00000000 01 0 1 0';
    // A new name "x": length 2, 'x'; in its start tag the second-level text (2 bits: 3), "y" as 3, 'y'; then end is 0 of (text learnt no, end, escape).
    const elementOfNone = '00 101 00000010 01111000 11 00000011 01111001 0';
    const { value } = root.decode(bits(`${header} 01 ${elementOfSchema} ${elementOfNone} 01`));
    expect(value).toEqual({
      r: {
        ANY: [
          { name: 'known', uri: 'urn:test', value: true },
          { name: 'x', uri: 'urn:test', content: ['y'] },
        ],
      },
    });
  });

  test('elements nested without end are refused', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { any: optional(list(anyElement)) })));
    // r within r within r, each by reference: any element 0, urn:test, known name r
    const nested = '00 101 00000000 1';
    expect(() => root.decode(bits(`${header} 0 ${nested.repeat(100)}`))).toThrow(expect.objectContaining({ code: 'too-deep' }));
  });
});
