import type { AnyField, Field, Infer, Owner, Presence } from './field.js';
import { field } from './field.js';
import type { Reader } from './reader.js';
import { isFilled } from './reader.js';
import type { Writer } from './writer.js';

/** Fields by name, in their order on the wire. */
export type Fields = Readonly<Record<string, AnyField>>;

type KeysOf<F extends Fields, P extends Presence> = {
  [K in keyof F]: F[K] extends Field<unknown, infer Q> ? (Q extends P ? K : never) : never;
}[keyof F];

/** The value of a group of fields: hidden ones do not show, optional ones may be absent. */
export type ValueOf<F extends Fields> = {
  readonly [K in KeysOf<F, 'required'>]: Infer<F[K]>;
} & { readonly [K in KeysOf<F, 'optional'>]?: Exclude<Infer<F[K]>, undefined> };

/** The same type, shown as one object. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** A field made of named fields, which can also continue a value that has begun. */
export interface Struct<F extends Fields> extends Field<Flat<ValueOf<F>>> {
  readInto(reader: Reader, value: Record<string, unknown>): void;
}

export function struct<F extends Fields>(fields: F): Struct<F> {
  const keys = Object.keys(fields);
  const parts: readonly AnyField[] = Object.values(fields);

  const readInto = (reader: Reader, value: Record<string, unknown>): void => {
    const level = reader.path.enter();
    for (let i = 0; i < parts.length; i++) {
      const key = keys[i] as string;
      reader.path.at(level, key);
      const part = (parts[i] as AnyField).read(reader, value);
      if (part !== undefined) value[key] = part;
    }
    reader.path.leave(level);
  };
  const read = (reader: Reader): Flat<ValueOf<F>> => {
    const value: Record<string, unknown> = {};
    readInto(reader, value);
    return value as Flat<ValueOf<F>>;
  };
  const write = (writer: Writer, value: Flat<ValueOf<F>>): void => {
    if (typeof value !== 'object' || value === null) writer.fail('missing', 'needs an object');
    const owner = value as Owner;
    const level = writer.path.enter();
    for (let i = 0; i < parts.length; i++) {
      const key = keys[i] as string;
      writer.path.at(level, key);
      (parts[i] as AnyField).write(writer, owner[key], owner);
    }
    writer.path.leave(level);
  };
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return { presence: 'required', size, read, write, readInto };
}

/** A list with its count before it; a reserved `gap` may lie between, and counts other than `usual` are anomalies. */
export function counted<T>(
  count: Field<number>,
  element: Field<T>,
  { gap, usual }: { readonly gap?: Field<undefined, 'hidden'>; readonly usual?: number } = {},
): Field<readonly T[]> {
  return field(
    'required',
    count.size + (gap?.size ?? 0),
    (reader, owner) => {
      const byte = reader.at;
      const length = count.read(reader, owner);
      if (usual !== undefined && length !== usual) {
        reader.report('unusual', byte, `${length} entries instead of ${usual}`);
      }
      gap?.read(reader, owner);
      return readList(reader, element, length, owner);
    },
    (writer, value, owner) => {
      count.write(writer, lengthOf(writer, value), owner);
      gap?.write(writer, undefined, owner);
      writeList(writer, element, value, owner);
    },
  );
}

/** A list whose count is the earlier field `key`. */
export function listOf<T>(key: string, element: Field<T>): Field<readonly T[]> {
  return field(
    'required',
    0,
    (reader, owner) => readList(reader, element, numberAt(owner, key), owner),
    (writer, value, owner) => {
      checkLength(writer, lengthOf(writer, value), key, owner);
      writeList(writer, element, value, owner);
    },
  );
}

/** A byte string whose length in octets is the earlier field `key`. */
export function bytesOf(key: string): Field<Uint8Array> {
  return field(
    'required',
    0,
    (reader, owner) => reader.take(numberAt(owner, key)),
    (writer, value, owner) => {
      if (value instanceof Uint8Array) checkLength(writer, value.length, key, owner);
      writer.put(value);
    },
  );
}

/** A byte string with its length before it. */
export function sizedBytes(length: Field<number>): Field<Uint8Array> {
  return field(
    'required',
    length.size,
    (reader, owner) => reader.take(length.read(reader, owner)),
    (writer, value, owner) => {
      length.write(writer, value instanceof Uint8Array ? value.length : 0, owner);
      writer.put(value);
    },
  );
}

/** A part with its length in octets before it; octets of it that `inner` leaves are an anomaly. */
export function sized<T>(length: Field<number>, inner: Field<T>): Field<T> {
  return field(
    'required',
    length.size + inner.size,
    (reader, owner) => {
      const count = length.read(reader, owner);
      reader.need(count);
      const end = reader.end;
      reader.end = reader.at + count;
      const value = inner.read(reader, owner);
      if (reader.remaining > 0) reader.report('trailing', reader.at, `${reader.remaining} octets more than known`);
      reader.at = reader.end;
      reader.end = end;
      return value;
    },
    (writer, value, owner) => {
      const part = writer.part(length.size);
      inner.write(part, value, owner);
      const written = part.finish();
      length.write(writer, written.length, owner);
      writer.put(written);
    },
  );
}

/**
 * A field that not every peer adds at the end. A message that ends before it and one padded with zeros cannot be told
 * apart, so both read as absent.
 */
export function tail<T>(inner: Field<T>): Field<T | undefined, 'optional'> {
  return field(
    'optional',
    0,
    (reader, owner) =>
      reader.remaining < inner.size || isFilled(reader.bytes, reader.at, reader.at + inner.size, 0)
        ? undefined
        : inner.read(reader, owner),
    (writer, value, owner) => {
      if (value !== undefined) inner.write(writer, value, owner);
    },
  );
}

/** A field that is there only if the fields before it say so. */
export function when<T>(condition: (owner: Owner) => boolean, inner: Field<T>): Field<T | undefined, 'optional'> {
  return field(
    'optional',
    0,
    (reader, owner) => (condition(owner) ? inner.read(reader, owner) : undefined),
    (writer, value, owner) => {
      if (condition(owner)) inner.write(writer, value as T, owner);
      else if (value !== undefined) writer.fail('unexpected', 'has no place in this message, by its other fields');
    },
  );
}

function readList<T>(reader: Reader, element: Field<T>, length: number, owner: Owner): readonly T[] {
  // Before the first element is read, so that a lying count costs nothing.
  reader.need(length * Math.max(element.size, 1));
  const list: T[] = [];
  const level = reader.path.enter();
  for (let i = 0; i < length; i++) {
    reader.path.at(level, i);
    list.push(element.read(reader, owner));
  }
  reader.path.leave(level);
  return list;
}

function writeList<T>(writer: Writer, element: Field<T>, value: readonly T[], owner: Owner): void {
  const level = writer.path.enter();
  for (let i = 0; i < value.length; i++) {
    writer.path.at(level, i);
    element.write(writer, value[i] as T, owner);
  }
  writer.path.leave(level);
}

function lengthOf(writer: Writer, value: readonly unknown[]): number {
  return Array.isArray(value) ? value.length : writer.fail('missing', 'needs a list');
}

function numberAt(owner: Owner, key: string): number {
  return owner[key] as number;
}

function checkLength(writer: Writer, length: number, key: string, owner: Owner): void {
  if (length !== owner[key]) writer.fail('length', `${length} entries, but ${key} is ${String(owner[key])}`);
}
