import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field, Infer, Presence } from './index.js';
import {
  bytes, bytesOf, constant, counted, fromHex, isWireError, le16, le32, le64, listOf, mac, padding, Reader, reserved, rest, sized,
  sizedBytes, sizedText, struct, tail, text, toHex, u8, usual, when, Writer,
} from './index.js';

function read<T>(field: Field<T, Presence>, hex: string): { value: T; at: number; anomalies: readonly string[] } {
  const reader = new Reader(fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array());
  const value = field.read(reader, {});
  return { value, at: reader.at, anomalies: reader.anomalies.map(({ code, byte, path }) => `${code} ${byte} ${path}`) };
}

function write<T>(field: Field<T, Presence>, value: T): string {
  const writer = new Writer();
  field.write(writer, value, {});
  return toHex(writer.finish());
}

/** Code, byte and path of what is thrown. */
function errorOf(run: () => unknown): string {
  try {
    run();
    return 'no error';
  } catch (error) {
    if (isWireError(error)) return `${error.code} ${error.byte} ${error.path}`;
    throw error;
  }
}

test.each([
  [u8, 0xfe, 'fe'],
  [le16, 0x0102, '0201'],
  [le32, 0xfdfe_0102, '0201fefd'],
  [le64, 0xf807_0605_0403_0201n, '01020304050607f8'],
  [mac, '00:b0:52:00:00:0f', '00b05200000f'],
  [bytes(3), Uint8Array.of(1, 2, 3), '010203'],
  [rest, Uint8Array.of(1, 2), '0102'],
  [text(4), 'ab', '61620000'],
  [text(2), 'ÿb', 'ff62'],
  [sizedText(4), 'ab', '0361620000'],
  [counted(u8, le16), [1, 2], '0201000200'],
  [counted(u8, u8, { gap: reserved(2) }), [7], '01000007'],
  [sizedBytes(le16), Uint8Array.of(9), '010009'],
  [sized(u8, struct({ a: u8, b: rest })), { a: 1, b: Uint8Array.of(2, 3) }, '03010203'],
  [struct({ fixed: constant(u8, 5), gap: reserved(1, 0xff), n: u8 }), { n: 3 }, '05ff03'],
  [struct({ n: u8, list: listOf('n', u8) }), { n: 2, list: [4, 5] }, '020405'],
  [struct({ n: u8, data: bytesOf('n') }), { n: 2, data: Uint8Array.of(4, 5) }, '020405'],
  [struct({ n: u8, more: when(({ n }) => n === 1, le16) }), { n: 1, more: 2 }, '010200'],
  [struct({ n: u8, more: when(({ n }) => n === 1, le16) }), { n: 0 }, '00'],
  [struct({ n: u8, more: tail(le16) }), { n: 1, more: 2 }, '010200'],
  [struct({ n: usual(u8, 4), id: usual(bytes(2), new Uint8Array(2)) }), {}, '040000'],
] as readonly (readonly [Field<unknown>, unknown, string])[])('%o holds %o as %s, both ways', (field, value, hex) => {
  expect(write(field, value)).toBe(hex);
  expect(read(field, hex)).toEqual({ value, at: hex.length / 2, anomalies: [] });
});

test('the type of a struct is that of its visible fields', () => {
  const message = struct({ kind: constant(u8, 1), id: bytes(2), odd: usual(u8, 0), list: counted(u8, struct({ mac })), seen: tail(u8) });
  const value: Infer<typeof message> = { id: new Uint8Array(2), list: [{ mac: '00:00:00:00:00:00' }], seen: 3 };
  // @ts-expect-error -- a constant does not show in the value
  const wrong: Infer<typeof message> = { id: new Uint8Array(2), list: [], kind: 1 };
  expect([write(message, value), write(message, wrong)]).toEqual(['010000000100000000000003', '0100000000']);
});

describe('deviations are reported with their place, and reading goes on', () => {
  const message = struct({ a: constant(u8, 1), b: reserved(2), c: usual(u8, 4), d: counted(u8, u8, { usual: 2 }) });

  test('constants, reserved octets, usual values and counts', () => {
    expect(read(message, '02 0009 05 01 08')).toEqual({
      value: { c: 5, d: [8] }, at: 6, anomalies: ['constant 0 a', 'reserved 1 b', 'unusual 3 c', 'unusual 4 d'],
    });
  });

  test('an unusual value is kept when written again, a reserved one is not', () => {
    expect(write(message, read(message, '02 0009 05 01 08').value)).toBe('010000050108');
  });

  test('octets that a sized part does not know', () => {
    expect(read(struct({ part: sized(u8, struct({ n: u8 })), after: u8 }), '03 07 aabb 09')).toEqual({
      value: { part: { n: 7 }, after: 9 }, at: 5, anomalies: ['trailing 2 part'],
    });
  });

  test('padding that is not zero', () => {
    expect(read(struct({ n: u8, padding }), '01 0000')).toEqual({ value: { n: 1 }, at: 3, anomalies: [] });
    expect(read(struct({ n: u8, padding }), '01 0002').anomalies).toEqual(['trailing 1 padding']);
  });

  test('a length octet that is not its text\'s', () => {
    expect(read(sizedText(3), '05 616200')).toEqual({ value: 'ab', at: 4, anomalies: ['unusual 0 '] });
  });

  test('a tail of zeros is taken for padding', () => {
    expect(read(struct({ n: u8, more: tail(le16) }), '01 0000 0000')).toEqual({ value: { n: 1 }, at: 1, anomalies: [] });
    expect(read(struct({ n: u8, more: tail(le16) }), '01 01').value).toEqual({ n: 1 });
  });
});

describe('what cannot be is refused with code, byte and path', () => {
  const message = struct({ head: u8, list: counted(u8, struct({ id: bytes(2), n: u8 })) });

  test('bytes that end early', () => {
    expect(errorOf(() => read(message, ''))).toBe('truncated 0 head');
    expect(errorOf(() => read(message, '00 02 aabb01 aabb'))).toBe('truncated 2 list');
    expect(errorOf(() => read(struct({ a: struct({ b: le64 }) }), '00'))).toBe('truncated 0 a/b');
    expect(errorOf(() => read(sized(u8, rest), '05 01'))).toBe('truncated 1 ');
    expect(errorOf(() => read(sized(u8, le16), '01 0102'))).toBe('truncated 1 ');
  });

  test('a count that lies allocates nothing', () => {
    expect(errorOf(() => read(counted(le32, bytes(1000)), 'ffffffff 00'))).toBe('truncated 4 ');
  });

  test('values that do not fit', () => {
    const item = { id: new Uint8Array(2), n: 0 };
    expect(errorOf(() => write(message, { head: 0, list: [item, { ...item, n: 256 }] }))).toBe('range 7 list/1/n');
    expect(errorOf(() => write(message, { head: 0, list: [{ ...item, id: new Uint8Array(3) }] }))).toBe('length 2 list/0/id');
    expect(errorOf(() => write(message, { head: Number.NaN, list: [] }))).toBe('range 0 head');
    expect(errorOf(() => write(struct({ part: sized(le16, struct({ n: u8 })) }), { part: { n: -1 } }))).toBe('range 2 part/n');
    expect(errorOf(() => write(text(2), 'abc'))).toBe('length 0 ');
    expect(errorOf(() => write(text(2), 'Ω'))).toBe('format 0 ');
    expect(errorOf(() => write(sizedText(2), 'ab'))).toBe('length 0 ');
    expect(errorOf(() => write(mac, '00:b0:52:00:00'))).toBe('format 0 ');
    expect(errorOf(() => write(le64, -1n))).toBe('range 0 ');
    expect(errorOf(() => write(struct({ n: u8, list: listOf('n', u8) }), { n: 1, list: [] }))).toBe('length 1 list');
    expect(errorOf(() => write(struct({ n: u8, more: when(({ n }) => n === 1, u8) }), { n: 0, more: 1 }))).toBe('unexpected 1 more');
    expect(errorOf(() => new Writer(3).fill(4, 0))).toBe('limit 0 ');
  });

  test('values that are not there, as from JSON', () => {
    const from = (json: string): { head: number; list: [] } => JSON.parse(json) as { head: number; list: [] };
    expect(errorOf(() => write(message, from('{}')))).toBe('missing 0 head');
    expect(errorOf(() => write(message, from('{"head":"1"}')))).toBe('missing 0 head');
    expect(errorOf(() => write(message, from('{"head":1}')))).toBe('missing 1 list');
    expect(errorOf(() => write(message, from('{"head":1,"list":[{}]}')))).toBe('missing 2 list/0/id');
    expect(errorOf(() => write(message, from('null')))).toBe('missing 0 ');
  });
});

test('what was written is read again', () => {
  const message = struct({ a: u8, b: le16, c: le32, d: le64, e: mac, f: text(5), g: counted(u8, le16), h: usual(u8, 3), i: sizedBytes(le16) });
  const value = fc.record({
    a: fc.nat(0xff), b: fc.nat(0xffff), c: fc.nat(0xffff_ffff), d: fc.bigInt(0n, 2n ** 64n - 1n),
    e: fc.uint8Array({ minLength: 6, maxLength: 6 }).map((octets) => [...octets].map((octet) => toHex(Uint8Array.of(octet))).join(':')),
    f: fc.string({ maxLength: 5 }).filter((chars) => !chars.includes('\0')),
    g: fc.array(fc.nat(0xffff), { maxLength: 40 }),
    h: fc.nat(0xff).filter((octet) => octet !== 3),
    i: fc.uint8Array({ maxLength: 300 }),
  }, { requiredKeys: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'i'] });
  fc.assert(fc.property(value, (given) => {
    expect(read(message, write(message, given)).value).toEqual(given);
  }), { seed: 1 });
});
