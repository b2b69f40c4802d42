import { fromHex, toHex } from '@pilotwire/wire';
import type { Flight } from './flight-recorder.js';

/** A dump that is none; `message` says why. */
export class DumpError extends Error {
  override readonly name = 'DumpError';
}

/** Inputs in one piece of text: so many are written in a millisecond or two. */
const inputsAtOnce = 50;

/**
 * A flight as text, to be kept and replayed elsewhere, in pieces, each made when it is asked for: whoever has others to
 * care for asks for one at a time. JSON, and what JSON cannot say is an object with one field that begins with `$`: octets,
 * big integers, numbers that are not finite, undefined. Throws `DumpError` for states and inputs that are no plain values.
 */
export function* dumpFlight<State, Input>({ tape, ...head }: Flight<State, Input>): Generator<string, void> {
  const text = (value: unknown): string => JSON.stringify(tagged(value));
  yield `${text(head).slice(0, -1)},"tape":[`;
  for (let from = 0; from < tape.length; from += inputsAtOnce) {
    yield `${from === 0 ? '' : ','}${text(tape.slice(from, from + inputsAtOnce)).slice(1, -1)}`;
  }
  yield ']}';
}

/** Reads it again. The types are the caller's word: a dump is replayed on the machine that it came from. Throws `DumpError`. */
export function readFlight<State, Input>(text: string): Flight<State, Input> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DumpError(`a flight is JSON: ${(error as Error).message}`);
  }
  const flight = untagged(json) as Partial<Flight<State, Input>> | null;
  if (typeof flight !== 'object' || flight === null || typeof flight.session !== 'string' || !Array.isArray(flight.tape) || !('initial' in flight)) {
    throw new DumpError('a flight has a session, an initial state and a tape');
  }
  return flight as Flight<State, Input>;
}

function tagged(value: unknown): unknown {
  if (value === undefined) return { $undefined: true };
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (value instanceof Uint8Array) return { $octets: toHex(value) };
  if (Array.isArray(value)) return value.map(tagged);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new DumpError(`a ${value.constructor.name} is no plain value`);
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, tagged(field)]));
  return tagOf(fields) === undefined ? fields : { $object: fields };
}

function tagOf(value: object): string | undefined {
  const [name, ...others] = Object.keys(value);
  return name?.startsWith('$') && others.length === 0 ? name : undefined;
}

function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== 'object' || value === null) return value;
  const [tag, inner] = [tagOf(value), Object.values(value)[0] as unknown];
  switch (tag) {
    case undefined:
      return fieldsOf(value);
    case '$undefined':
      return undefined;
    case '$object':
      if (typeof inner === 'object' && inner !== null) return fieldsOf(inner);
      break;
    case '$bigint':
      if (typeof inner === 'string' && /^-?\d+$/.test(inner)) return BigInt(inner);
      break;
    case '$number':
      if (inner === 'NaN' || inner === 'Infinity' || inner === '-Infinity' || inner === '-0') return Number(inner);
      break;
    case '$octets': {
      const octets = typeof inner === 'string' ? fromHex(inner) : undefined;
      if (octets !== undefined) return octets;
    }
  }
  throw new DumpError(`nobody writes ${JSON.stringify(value)}`);
}

const fieldsOf = (value: object): object => Object.fromEntries(Object.entries(value).map(([name, field]) => [name, untagged(field)]));
