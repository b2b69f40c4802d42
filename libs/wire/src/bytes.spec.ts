import { expect, test } from 'vitest';
import { formatMac, fromHex, isFilled, le32At, parseMac, putLe32, Reader, Writer, xorChecksum32 } from './index.js';

test('MAC addresses are lower-case with colons, and read in either case', () => {
  expect(formatMac(Uint8Array.of(9, 0x00, 0xb0, 0x52, 0, 0, 0xaf), 1)).toBe('00:b0:52:00:00:af');
  expect(parseMac('00:B0:52:00:00:aF')).toEqual(Uint8Array.of(0x00, 0xb0, 0x52, 0, 0, 0xaf));
  for (const text of ['', '00:b0:52:00:00', '00-b0-52-00-00-01', '00:b0:52:00:00:1', ' 00:b0:52:00:00:01']) {
    expect(parseMac(text)).toBeUndefined();
  }
});

test('the checksum of words with their checksum among them is zero', () => {
  const words = fromHex('0100010078563412ffffffff000000') ?? new Uint8Array();
  // ~(0x00010001 ^ 0x12345678 ^ 0xffffffff); the last three octets are no word.
  expect(xorChecksum32(words)).toBe(0x1235_5679);
  const sealed = new Uint8Array(16);
  sealed.set(words);
  putLe32(sealed, 12, xorChecksum32(sealed, 0, 12));
  expect(xorChecksum32(sealed)).toBe(0);
  expect(xorChecksum32(sealed, 0, 0xffff_fffc)).toBe(0);
});

test('big-endian numbers are for Ethernet', () => {
  const writer = new Writer();
  writer.be16(0x88e1);
  expect(writer.finish()).toEqual(Uint8Array.of(0x88, 0xe1));
  expect(new Reader(writer.finish()).be16()).toBe(0x88e1);
});

test('a writer grows as needed and pads as told', () => {
  const writer = new Writer();
  writer.put(new Uint8Array(100).fill(1));
  writer.put(new Uint8Array(400).fill(2));
  expect([writer.length, writer.finish().length, writer.finish(600).length]).toEqual([500, 500, 600]);
  expect(isFilled(writer.finish(600), 100, 500, 2) && isFilled(writer.finish(600), 500, 600, 0)).toBe(true);
});

test('what is read lives on when the buffer is used again', () => {
  const buffer = Uint8Array.of(1, 2, 3, 4);
  const taken = new Reader(buffer).take(4);
  buffer.fill(0);
  expect(taken).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(le32At(taken, 0)).toBe(0x0403_0201);
});

test('a reader stays within the part it was given', () => {
  const reader = new Reader(Uint8Array.of(1, 2, 3, 4), 1, 3);
  expect([reader.u8(), reader.u8(), reader.remaining]).toEqual([2, 3, 0]);
  expect(() => reader.u8()).toThrow(expect.objectContaining({ code: 'truncated', byte: 3 }));
  expect(new Reader(new Uint8Array(2), 0, 9).remaining).toBe(2);
});
