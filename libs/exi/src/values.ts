import type { BitReader, BitWriter } from './bits.js';
import type { AnomalyCode, ExiErrorCode } from './errors.js';

/** How the readers below report: by throwing, or by noting and going on. */
export interface Report {
  fail(code: ExiErrorCode, message: string): never;
  note(code: AnomalyCode, message: string): void;
}

export function readBits(reader: BitReader, width: number, report: Report): number {
  return reader.read(width) ?? report.fail('truncated', `the message ends where ${width} more bits should be`);
}

/** An xs:integer of V2G is a serial number of a certificate at most; this is eight times an RSA modulus. */
const maxSeptets = 4096;

/** An unsigned integer: septets, least significant first, each with a bit that says whether one follows (EXI 1.0, section 7.1.6). */
export function readUnsigned(reader: BitReader, report: Report): bigint {
  let value = 0n;
  for (let count = 0; count < maxSeptets; count++) {
    const octet = readBits(reader, 8, report);
    value |= BigInt(octet & 0x7f) << BigInt(7 * count);
    if (octet < 0x80) {
      if (octet === 0 && count > 0) report.note('redundant-septets', `${value} is written in ${count + 1} septets`);
      return value;
    }
  }
  return report.fail('bad-number', `a number of more than ${maxSeptets * 7} bits`);
}

/** A length, index or code point: an unsigned integer that must be a safe number. */
export function readCount(reader: BitReader, report: Report): number {
  const value = readUnsigned(reader, report);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : report.fail('bad-length', `a length of ${value}`);
}

/** Sign bit, then the magnitude; a negative number is written as one less, so that there is one zero (EXI 1.0, section 7.1.5). */
export function readSigned(reader: BitReader, report: Report): bigint {
  const negative = readBits(reader, 1, report) === 1;
  const magnitude = readUnsigned(reader, report);
  return negative ? -magnitude - 1n : magnitude;
}

/** As many characters as said, each an unsigned integer. */
export function readCharacters(reader: BitReader, length: number, report: Report): string {
  if (length * 8 > reader.remaining) report.fail('truncated', `${length} characters in the last ${reader.remaining >>> 3} bytes`);
  const characters: string[] = [];
  for (let i = 0; i < length; i++) {
    const code = readCount(reader, report);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) report.fail('bad-character', `the code point 0x${code.toString(16)}`);
    characters.push(String.fromCodePoint(code));
  }
  return characters.join('');
}

export function writeUnsigned(writer: BitWriter, value: bigint): void {
  let rest = value;
  while (rest >= 0x80n) {
    writer.write(Number(rest & 0x7fn) | 0x80, 8);
    rest >>= 7n;
  }
  writer.write(Number(rest), 8);
}

export function writeSigned(writer: BitWriter, value: bigint): void {
  writer.write(value < 0n ? 1 : 0, 1);
  writeUnsigned(writer, value < 0n ? -value - 1n : value);
}

export function writeCharacters(writer: BitWriter, characters: readonly string[]): void {
  for (const character of characters) writeUnsigned(writer, BigInt(character.codePointAt(0) as number));
}
