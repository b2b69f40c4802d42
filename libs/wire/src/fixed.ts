import type { Field } from './field.js';
import { field } from './field.js';
import { toHex } from './hex.js';
import { isFilled } from './reader.js';

/** A field that always holds `value`: on the wire, not in the type. Another value is an anomaly and is not kept. */
export function constant(inner: Field<number>, value: number): Field<undefined, 'hidden'> {
  return field(
    'hidden',
    inner.size,
    (reader, owner) => {
      const byte = reader.at;
      const found = inner.read(reader, owner);
      if (found !== value) reader.report('constant', byte, `${found} instead of ${value}`);
      return undefined;
    },
    (writer, _, owner) => inner.write(writer, value, owner),
  );
}

/** Reserved octets: written as `value`, any other content is an anomaly that shows them. */
export function reserved(count: number, value = 0): Field<undefined, 'hidden'> {
  return field(
    'hidden',
    count,
    (reader) => {
      reader.need(count);
      const byte = reader.at;
      reader.at += count;
      if (!isFilled(reader.bytes, byte, reader.at, value)) {
        reader.report('reserved', byte, `reserved octets hold ${toHex(reader.bytes.subarray(byte, reader.at))}`);
      }
      return undefined;
    },
    (writer) => writer.fill(count, value),
  );
}

/** Whatever follows up to the end of the frame belongs to the message and says nothing. Nothing is written for it. */
export const padding: Field<undefined, 'hidden'> = field(
  'hidden',
  0,
  (reader) => {
    if (!isFilled(reader.bytes, reader.at, reader.end, 0)) {
      reader.report('trailing', reader.at, `padding of ${reader.remaining} octets is not all zero`);
    }
    reader.at = reader.end;
    return undefined;
  },
  () => {},
);

/**
 * A field that everybody sends as `value`. It is absent from the value then, may be left out when writing, and is
 * present, with an anomaly, where a peer deviates: so a peer's bytes survive reading and writing.
 */
export function usual<T extends number | Uint8Array>(inner: Field<T>, value: T): Field<T | undefined, 'optional'> {
  return field(
    'optional',
    inner.size,
    (reader, owner) => {
      const byte = reader.at;
      const found = inner.read(reader, owner);
      if (same(found, value)) return undefined;
      reader.report('unusual', byte, `${show(found)} instead of ${show(value)}`);
      return found;
    },
    (writer, given, owner) => inner.write(writer, given ?? value, owner),
  );
}

function same(a: number | Uint8Array, b: number | Uint8Array): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function show(value: number | Uint8Array): string {
  return typeof value === 'number' ? String(value) : toHex(value);
}
