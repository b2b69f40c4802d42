import { type Decoded, Decoding } from './decode.js';
import { Encoding } from './encode.js';
import { ExiError } from './errors.js';
import type { QName, Type } from './schema.js';
import type { SchemaSet } from './schema-set.js';

/**
 * Straight-line code for the messages everybody sends, compiled from the same declarations at build time. It knows no
 * deviations: where it meets one it gives up, and the grammars decide.
 */
export interface Compiled {
  /** The value of a message without any anomaly, or undefined. */
  decode(bytes: Uint8Array): unknown;
  /** The message of a valid value, or undefined. Members that the schema does not have are not looked for. */
  encode(value: unknown): Uint8Array | undefined;
  /** The same into memory of the caller's; the number of bytes, or undefined. */
  encodeInto(value: unknown, target: Uint8Array, at: number): number | undefined;
}

/** Reads and writes the messages of one schema set. */
export interface Codec<T> {
  /** The short name of the schema. */
  readonly schema: string;
  /** What it is declared as: for `toXml`, `fromXml`, fragments and grammars. */
  readonly set: SchemaSet;
  /** A whole EXI body. Throws `ExiError` where the bytes hold no message of this schema. */
  decode(bytes: Uint8Array): Decoded<T>;
  /** Throws `ExiError` where the value is none of the schema's; members it does not have are for `check` to find. */
  encode(value: T): Uint8Array;
  /**
   * Writes the same bytes into memory of the caller's, from `at` on, and returns how many: nothing is left for the
   * garbage collector. Throws `ExiError` `no-room` where they do not fit.
   */
  encodeInto(value: T, target: Uint8Array, at?: number): number;
  /** The value, if it is one of the schema's to the last member; else throws `ExiError`. For values from outside. */
  check(value: unknown): T;
}

const none: readonly never[] = [];

export function codec<T>(set: SchemaSet, compiled?: Compiled): Codec<T> {
  return {
    schema: set.name,
    set,
    decode: (bytes) => {
      const value = compiled?.decode(bytes);
      return value === undefined ? decodeByGrammar<T>(set, bytes) : { value: value as T, anomalies: none };
    },
    encode: (value) => compiled?.encode(value) ?? encodeByGrammar(set, value),
    encodeInto: (value, target, at = 0) => compiled?.encodeInto(value, target, at) ?? copied(encodeByGrammar(set, value), target, at),
    check: (value) => {
      encodeByGrammar(set, value);
      return value as T;
    },
  };
}

function copied(bytes: Uint8Array, target: Uint8Array, at: number): number {
  const room = target.length - at;
  if (bytes.length > room) throw new ExiError('no-room', 8 * room, '', `a message of ${bytes.length} bytes where there is room for ${room}`);
  target.set(bytes, at);
  return bytes.length;
}

export function decodeByGrammar<T>(set: SchemaSet, bytes: Uint8Array): Decoded<T> {
  const decoding = new Decoding(set, bytes);
  decoding.header();
  const value = decoding.document() as T;
  decoding.trailer();
  return { value, anomalies: decoding.anomalies };
}

export function encodeByGrammar(set: SchemaSet, value: unknown): Uint8Array {
  const encoding = new Encoding(set);
  encoding.document(value);
  return encoding.writer.finish();
}

/** The canonical bytes of one element on its own: what a signature's digest is made of. `type` is that of the value. */
export function encodeFragment(set: SchemaSet, name: QName, type: Type<unknown>, value: unknown): Uint8Array {
  const encoding = new Encoding(set);
  encoding.fragment(name, type, value);
  return encoding.writer.finish();
}

/** The element of a fragment. Where its name is declared with several types, its values are texts. */
export function decodeFragment(set: SchemaSet, bytes: Uint8Array): Decoded<unknown> & { readonly name: QName } {
  const decoding = new Decoding(set, bytes);
  decoding.header();
  const { name, value } = decoding.fragment();
  decoding.trailer();
  return { name, value, anomalies: decoding.anomalies };
}
