import type { Simple } from './schema.js';

/**
 * How a simple type is represented in EXI (EXI 1.0, section 7.1), with the bounds of the schema. Values are those of
 * JSON: numbers up to 32 bits as numbers, longer integers as decimal strings, bytes as upper-case hex.
 */
export type Representation =
  | { readonly is: 'boolean' }
  | { readonly is: 'integer'; readonly min: number; readonly max: number }
  | { readonly is: 'long'; readonly min?: bigint; readonly max?: bigint }
  | { readonly is: 'enumeration'; readonly values: readonly string[] }
  | { readonly is: 'string'; readonly minLength: number; readonly maxLength: number }
  | { readonly is: 'binary'; readonly text: 'hex' | 'base64'; readonly minLength: number; readonly maxLength: number };

function simple<T>(representation: Representation): Simple<T> {
  return { kind: 'simple', representation };
}

/** An integer of at most 32 bits between two bounds; fewer than 4097 values are written in as many bits as they need. */
export function integer(min: number, max: number): Simple<number> {
  return simple({ is: 'integer', min, max });
}

export const boolean: Simple<boolean> = simple({ is: 'boolean' });
export const byte = integer(-128, 127);
export const unsignedByte = integer(0, 255);
export const short = integer(-32768, 32767);
export const unsignedShort = integer(0, 65535);
export const int = integer(-2147483648, 2147483647);
export const unsignedInt = integer(0, 4294967295);

/** Decimal digits, so that JSON keeps every one. */
export const long: Simple<string> = simple({ is: 'long', min: -(2n ** 63n), max: 2n ** 63n - 1n });
export const unsignedLong: Simple<string> = simple({ is: 'long', min: 0n, max: 2n ** 64n - 1n });
/** xs:integer: without bounds. */
export const bigInteger: Simple<string> = simple({ is: 'long' });

/** One of the listed texts, written as its index. */
export function enumeration<const V extends readonly string[]>(...values: V): Simple<V[number]> {
  return simple({ is: 'enumeration', values });
}

interface Length {
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Text of any characters; lengths count Unicode code points. Also for anyURI, ID, IDREF, whose texts EXI writes alike. */
export function string({ minLength = 0, maxLength = Infinity }: Length = {}): Simple<string> {
  return simple({ is: 'string', minLength, maxLength });
}

/** Bytes as upper-case hex; lengths count bytes. */
export function hexBinary({ minLength = 0, maxLength = Infinity }: Length = {}): Simple<string> {
  return simple({ is: 'binary', text: 'hex', minLength, maxLength });
}

/** Bytes as upper-case hex, as `hexBinary`; only XML shows them as base 64. */
export function base64Binary({ minLength = 0, maxLength = Infinity }: Length = {}): Simple<string> {
  return simple({ is: 'binary', text: 'base64', minLength, maxLength });
}

/** Bits of an n-bit integer that can tell `count` values apart. */
export function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** Width of an integer that EXI writes in a fixed number of bits, or undefined where it writes septets. */
export function fixedWidth(representation: Representation & { is: 'integer' }): number | undefined {
  const count = representation.max - representation.min + 1;
  return count <= 4096 ? bitsFor(count) : undefined;
}
