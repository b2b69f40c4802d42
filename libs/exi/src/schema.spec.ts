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

  test('a list of two or more takes one bit for each that must come', () => {
    const root = codecOf<{ r: { a: boolean[] } }>(ns.element('r', ns.complex('R', { a: list(boolean, { min: 2 }) })));
    // r; SE(a) 0, CH 0, 1, EE 0; the same again; then a 0, end 1, escape: 2 bits
    expect(bitsOf(root.encode({ r: { a: [true, true] } }))).toBe(`${header}0 0010 0010 01`.replaceAll(' ', '').padEnd(24, '0'));
    expect(() => root.encode({ r: { a: [true] } })).toThrow(expect.objectContaining({ code: 'missing' }));
  });

  test('a choice of which one may be absent may be of nothing', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { either: choice({ a: optional(boolean), b: boolean }) })));
    // r; then a 0, b 1, end 2, escape: 2 bits
    expect(bitsOf(root.encode({ r: {} }))).toBe(`${header}01000000`);
    expect(root.decode(root.encode({ r: { b: true } })).value).toEqual({ r: { b: true } });
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
    const strict = codecOf(ns.element('r', ns.simpleContent('S', hexBinary(), { Id: attribute(string()) })));
    expect(() => strict.encode({ r: { CONTENT: 'AB' } })).toThrow(expect.objectContaining({ code: 'missing', message: 'the attribute Id is missing' }));
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

  test('behind unexpected content no attribute can come, so the second level has fewer codes', () => {
    // the first text as above; then end, any element, text: 2 bits. "h" and "i" are 3 and the character.
    const { value, anomalies } = text.decode(bits(`${header} 0 1 110 00000011 01101000 1 10 00000011 01101001 0 0 00000010 0 0`));
    expect(value).toEqual({ r: { a: '' } });
    expect(anomalies.map(({ message }) => message)).toEqual(['the text "h"', 'the text "i"']);
  });

  test('unexpected text may refer to a text of its own element', () => {
    // "x" in a as 3, 'x'; behind it any element 0, text 1; a reference to the first of one text of a takes no bits; the ends
    const { anomalies } = text.decode(bits(`${header} 0 0 0 00000011 01111000 1 1 00000000 0 0`));
    expect(anomalies.map(({ message }) => message)).toEqual(['"x" is written as a reference', 'the text "x"']);
  });

  test('references that stand for more than any message could hold are refused', () => {
    const writer = new BitWriter();
    const put = (value: number, width: number) => writer.write(value, width);
    put(0x80, 8);
    put(0b0_1_110, 5); // r, escape, text
    for (const octet of [0x82, 0xfa, 0x01]) put(octet, 8); // 32,000 characters
    for (let i = 0; i < 32_000; i++) put(0x61, 8);
    for (let i = 0; i < 1000; i++) {
      put(0b1_10, 3); // escape, text
      put(0, 8); // that of r again
    }
    expect(() => text.decode(writer.finish())).toThrow(expect.objectContaining({ code: 'bad-length', path: 'r' }));
  });

  test('a text shorter than its type allows is shown and reported', () => {
    const short = codecOf(ns.element('r', string({ minLength: 2 })));
    expect(short.decode(bits(`${header} 0 0 00000011 01111000 0`))).toMatchObject({ value: { r: 'x' }, anomalies: [{ code: 'too-short', path: 'r' }] });
  });

  test('an element of no schema is read by what was learnt of its name, the latest first', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { any: optional(list(anyElement)) })));
    const [one, two, three, four] = [1, 2, 3, 4].map((digit) => `00000011 00110${digit.toString(2).padStart(3, '0')}`);
    // any element, the new name x of urn:test; new attributes p and q of no namespace (attribute is 1 of 4), then the end (0 of 4)
    const first = `00 101 00000010 01111000 01 001 00000010 01110000 ${one} 1 01 001 00000010 01110001 ${two} 10 00`;
    // x by reference; of end, q, p and the escape, p is 2, q 1, the end 0
    const second = `00 101 00000000 10 10 ${three} 01 ${four} 00`;
    const element = (p: string, q: string) => ({
      name: 'x',
      uri: 'urn:test',
      attributes: [{ name: 'p', uri: '', value: p }, { name: 'q', uri: '', value: q }],
    });
    expect(root.decode(bits(`${header} 0 ${first} ${second} 01`)).value).toEqual({ r: { ANY: [element('1', '2'), element('3', '4')] } });
  });

  test('names and texts refer to those before them, an empty text to none', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { any: optional(list(anyElement)) })));
    // new namespace u, new x, texts "t" and "": the second by the escape of one learnt event less; then the end
    const x = '00 000 00000001 01110101 00000010 01111000 11 00000011 01110100 1 1 00000010 01';
    // u is now 6 of 7, new name y, text "s", end
    const y = '00 110 00000010 01111001 11 00000011 01110011 0';
    // x is the first of two names; text learnt, the second of all texts; text learnt, the only one of x; end
    const again = '00 110 00000000 0 0 00000001 1 00 00000000 01';
    const any = [{ name: 'x', uri: 'u', content: ['t', ''] }, { name: 'y', uri: 'u', content: ['s'] }, { name: 'x', uri: 'u', content: ['s', 't'] }];
    expect(root.decode(bits(`${header} 0 ${x} ${y} ${again} 01`)).value).toEqual({ r: { ANY: any } });
  });

  test('a reference to a namespace leaves a code for a new one', () => {
    const none = namespace('');
    const root = codecOf(none.element('r', none.complex('R', { any: optional(list(anyElement)) })));
    // Four namespaces are known, so five codes: 3 bits. The new name x of none, its end (0 of 4), the end.
    expect(root.decode(bits(`${header} 0 00 001 00000010 01111000 00 01`)).value).toEqual({ r: { ANY: [{ name: 'x', uri: '' }] } });
  });

  test('elements of no schema nested without end are refused', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { any: optional(list(anyElement)) })));
    // a new x; in it x by reference, from where on it is learnt and takes one bit
    expect(() => root.decode(bits(`${header} 0 00 101 00000010 01111000 10 101 00000000 10 ${'0'.repeat(100)}`))).toThrow(
      expect.objectContaining({ code: 'too-deep' }),
    );
  });

  test('half of a surrogate pair is no character, read or written', () => {
    const root = codecOf(ns.element('r', string()));
    // 0xd800 in septets
    expect(() => root.decode(bits(`${header} 0 0 00000011 10000000 10110000 00000011 0`))).toThrow(expect.objectContaining({ code: 'bad-character' }));
    expect(() => root.encode({ r: '\ud800' })).toThrow(expect.objectContaining({ code: 'out-of-range' }));
  });

  test('a number in more septets than it needs is read and reported', () => {
    const root = codecOf(ns.element('r', unsignedInt));
    expect(root.decode(bits(`${header} 0 0 10000101 00000000 0`))).toMatchObject({ value: { r: 5 }, anomalies: [{ code: 'redundant-septets' }] });
  });

  test('members of a repeated group are put together, and that is reported', () => {
    const root = codecOf(ns.element('r', ns.complex('R', { pairs: list(group({ a: boolean, b: boolean })) })));
    // a and b take one bit each; then a, end, escape: 2 bits
    expect(root.decode(bits(`${header} 0 0010 0000 00 010 0010 01`))).toMatchObject({
      value: { r: { a: [true, true], b: [false, true] } },
      anomalies: [{ code: 'regrouped', path: 'r' }],
    });
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

test('what may be empty cannot repeat: its grammar would have no end', () => {
  const refused = 'rounds: what repeats must hold something';
  expect(() => ns.complex('T', { rounds: list(group({ a: optional(boolean), b: optional(boolean) })) })).toThrow(refused);
  expect(() => ns.complex('T', { rounds: optional(list(choice({ a: boolean, b: optional(boolean) }))) })).toThrow(refused);
  expect(() => ns.complex('T', { rounds: list(group({ inner: choice({ a: optional(boolean) }) }), { max: 2 }) })).toThrow(refused);
  expect(() => ns.complex('T', { rounds: list(group({ a: boolean, b: optional(boolean) })) })).not.toThrow();
});
