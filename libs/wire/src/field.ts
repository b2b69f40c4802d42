import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/** The other fields of the message: while reading, those before this one; while writing, all. */
export type Owner = Readonly<Record<string, unknown>>;

/** How a field shows in the value: always, only when it is there, or never (it exists on the wire alone). */
export type Presence = 'required' | 'optional' | 'hidden';

/** One declaration that reads, writes and types a part of a message. `size` is the least number of octets it takes. */
export interface Field<T, P extends Presence = 'required'> {
  readonly presence: P;
  readonly size: number;
  /** Undefined where an optional field is absent, and for hidden ones. */
  read(reader: Reader, owner: Owner): T;
  write(writer: Writer, value: T, owner: Owner): void;
}

export type AnyField = Field<unknown, Presence>;

/** The type of the values a field stands for. */
export type Infer<F extends AnyField> = F extends Field<infer T, Presence> ? T : never;

export function field<T, P extends Presence>(
  presence: P,
  size: number,
  read: (reader: Reader, owner: Owner) => T,
  write: (writer: Writer, value: T, owner: Owner) => void,
): Field<T, P> {
  return { presence, size, read, write };
}

export const u8 = field('required', 1, (reader) => reader.u8(), (writer, value: number) => writer.u8(value));
export const le16 = field('required', 2, (reader) => reader.le16(), (writer, value: number) => writer.le16(value));
export const le32 = field('required', 4, (reader) => reader.le32(), (writer, value: number) => writer.le32(value));
export const le64 = field('required', 8, (reader) => reader.le64(), (writer, value: bigint) => writer.le64(value));

/** A MAC address as `00:b0:52:00:00:01`. */
export const mac = field('required', 6, (reader) => reader.mac(), (writer, value: string) => writer.mac(value));

/** Exactly `count` octets. */
export function bytes(count: number): Field<Uint8Array> {
  return field('required', count, (reader) => reader.take(count), (writer, value) => writer.put(value, count));
}

/** Every octet that is left, padding included. */
export const rest: Field<Uint8Array> = field(
  'required',
  0,
  (reader) => reader.take(reader.remaining),
  (writer, value) => writer.put(value),
);

/** Text in `count` octets, one a character (Latin-1), up to a NUL. What follows the NUL is left memory and not kept. */
export function text(count: number): Field<string> {
  return field(
    'required',
    count,
    (reader) => {
      reader.need(count);
      const from = reader.at;
      reader.at += count;
      return textAt(reader.bytes, from, reader.at);
    },
    (writer, value) => {
      putText(writer, value, count);
    },
  );
}

/** Text with the length of text and NUL in an octet before its `count` octets. */
export function sizedText(count: number): Field<string> {
  const area = text(count);
  return field(
    'required',
    1 + count,
    (reader, owner) => {
      const byte = reader.at;
      const length = reader.u8();
      const value = area.read(reader, owner);
      if (length !== value.length + 1) reader.report('unusual', byte, `${length} for a text of ${value.length}`);
      return value;
    },
    (writer, value) => {
      if (typeof value === 'string' && value.length >= count) writer.fail('length', `longer than ${count - 1} characters`);
      writer.u8(typeof value === 'string' ? value.length + 1 : 0);
      putText(writer, value, count);
    },
  );
}

/** The Latin-1 text from `from` up to a NUL or `to`. */
export function textAt(source: Uint8Array, from: number, to: number): string {
  let value = '';
  for (let i = from; i < to && source[i] !== 0; i++) value += String.fromCharCode(source[i] as number);
  return value;
}

function putText(writer: Writer, value: string, count: number): void {
  if (typeof value !== 'string') writer.fail('missing', 'needs text');
  if (value.length > count) writer.fail('length', `longer than ${count} characters`);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0 || code > 0xff) writer.fail('format', `character ${i} does not fit an octet`);
    writer.u8(code);
  }
  writer.fill(count - value.length, 0);
}
