import { isDeepStrictEqual } from 'node:util';
import { CliError } from '../errors.js';
import type { Codec } from '../libraries.js';
import { type Effort, type Figure, perMessage, type Work } from './figure.js';
import type { Recorded } from './messages.js';

const whole: Effort = { warmup: 500, run: 500 };
const oneType: Effort = { warmup: 100, run: 60 };

/**
 * How fast a schema's messages are decoded and encoded: over all of them, over each type, and JSON of the same messages
 * as yardstick. That the values are right is checked first, outside the clock.
 */
export function* exiFigures(
  schema: string,
  codec: Codec,
  recorded: readonly Recorded[],
  all = whole,
  each = oneType,
): Generator<Figure> {
  for (const message of recorded) verify(schema, codec, message);
  const texts = recorded.map(({ value }) => JSON.stringify(value));
  const count = recorded.length;
  const values = texts.map((text): unknown => JSON.parse(text));

  yield* perMessage(
    [
      decoding(`exi.${schema}.decode`, codec, recorded),
      { name: `exi.${schema}.decode.read`, messages: count, pass: () => total(recorded, ({ bytes }) => leaves(codec.decode(bytes).value)) },
      encoding(`exi.${schema}.encode`, codec, values),
      { name: `exi.${schema}.encode.array`, messages: count, pass: () => total(values, (value) => codec.encode(value).length) },
      { name: 'json.parse', messages: count, pass: () => total(texts, (text) => Object.keys(JSON.parse(text)).length) },
      { name: 'json.stringify', messages: count, pass: () => total(values, (value) => JSON.stringify(value).length) },
    ],
    all,
  );
  for (const type of [...new Set(recorded.map((message) => message.type))].toSorted()) {
    const some = recorded.filter((message) => message.type === type);
    const someValues = values.filter((_, i) => recorded[i]?.type === type);
    yield* perMessage([decoding(`exi.${schema}.decode.${type}`, codec, some), encoding(`exi.${schema}.encode.${type}`, codec, someValues)], each);
  }
}

/** How fast another dialect's messages are read and written, over all that were recorded. */
export function dialectFigures(schema: string, codec: Codec, recorded: readonly Recorded[], effort = oneType): Figure[] {
  if (recorded.length === 0) return [];
  for (const message of recorded) verify(schema, codec, message);
  const values = recorded.map(({ value }): unknown => JSON.parse(JSON.stringify(value)));
  return perMessage([decoding(`exi.${schema}.decode`, codec, recorded), encoding(`exi.${schema}.encode`, codec, values)], effort);
}

function decoding(name: string, codec: Codec, messages: readonly Recorded[]): Work {
  return { name, messages: messages.length, pass: () => total(messages, ({ bytes }) => codec.decode(bytes).anomalies.length) };
}

/** One message behind the other into one piece of memory, as into the buffer of a socket. */
function encoding(name: string, codec: Codec, values: readonly unknown[]): Work {
  const memory = new Uint8Array(values.reduce((sum: number, value) => sum + codec.encode(value).length, 0));
  const pass = (): number => {
    let at = 0;
    for (const value of values) at += codec.encodeInto(value, memory, at);
    return at;
  };
  return { name, messages: values.length, pass };
}

function total<T>(items: readonly T[], work: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += work(item);
  return sum;
}

/** Reads every leaf, so that nothing may be left to be decoded later. */
function leaves(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return Number(value);
  let sum = 0;
  for (const inner of Object.values(value)) sum += leaves(inner);
  return sum;
}

function verify(schema: string, codec: Codec, { type, bytes, value }: Recorded): void {
  const decoded = codec.decode(bytes).value;
  if (!isDeepStrictEqual(decoded, value)) throw new CliError(`${schema} ${type} decodes to another value than was recorded`);
  const again = codec.decode(codec.encode(value)).value;
  if (!isDeepStrictEqual(again, value)) throw new CliError(`${schema} ${type} does not survive encoding`);
}
