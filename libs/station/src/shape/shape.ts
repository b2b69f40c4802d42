import { parseUtc } from '../time/utc.js';
import type { Json, JsonObject } from '../model/values.js';

/**
 * Why a payload cannot be understood. `form`: no object at all; `missing`: a required member is not there, or too few or
 * too many are; `type`: another type; `value`: the right type, and not a legal value. The rest concern the call itself.
 */
export interface Problem {
  readonly kind: 'form' | 'missing' | 'type' | 'value' | 'not-implemented' | 'not-supported' | 'security' | 'internal';
  readonly path: string;
  readonly why: string;
}
export type Read<T> = { readonly value: T; readonly notes: readonly string[] } | { readonly problem: Problem };

/** What is noted on the way: oddities that do no harm, and the first thing that does. */
interface Notes {
  readonly odd: string[];
  problem: Problem | undefined;
}

/** How a value is read from JSON. It never throws; what is wrong goes to the notes, and the result is not looked at then. */
export interface Shape<T> {
  readonly optional?: true;
  take(value: Json, path: string, notes: Notes): T;
}
export type Shaped<S> = S extends Shape<infer T> ? T : never;

const most = { members: 2_000, notes: 20 } as const;

/** Reads a payload leniently: an unknown member or a null for an absent one is noted and left out. */
export function read<T>(shape: Shape<T>, payload: Json): Read<T> {
  const notes: Notes = { odd: [], problem: undefined };
  const value = shape.take(payload, '', notes);
  return notes.problem === undefined ? { value, notes: notes.odd } : { problem: notes.problem };
}

/** Notes what is wrong, the first time, and stands in for a value that nobody will see. */
function fail<T>(notes: Notes, kind: Problem['kind'], path: string, why: string): T {
  notes.problem ??= { kind, path: path === '' ? 'payload' : path, why };
  return undefined as T;
}
const odd = (notes: Notes, text: string): void => {
  if (notes.odd.length < most.notes) notes.odd.push(text);
};

export const text = (length: number): Shape<string> => ({
  take: (value, path, notes) => {
    if (typeof value !== 'string') return fail(notes, 'type', path, 'not a text');
    return value.length <= length ? value : fail(notes, 'value', path, `longer than ${length} characters`);
  },
});
export const integer = (least = -2_147_483_648, greatest = 2_147_483_647): Shape<number> => ({
  take: (value, path, notes) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return fail(notes, 'type', path, 'not a whole number');
    return value >= least && value <= greatest ? value : fail(notes, 'value', path, `not from ${least} to ${greatest}`);
  },
});
export const decimal = (least = -1e12): Shape<number> => ({
  take: (value, path, notes) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return fail(notes, 'type', path, 'not a number');
    return value >= least && value <= 1e12 ? value : fail(notes, 'value', path, `less than ${least} or too large`);
  },
});
export const anything: Shape<Json> = { take: (value) => value };

/** A time, as UTC milliseconds. */
export const time: Shape<number> = {
  take: (value, path, notes) => {
    if (typeof value !== 'string') return fail(notes, 'type', path, 'not a text');
    return parseUtc(value.slice(0, 64)) ?? fail(notes, 'value', path, 'not a time (RFC 3339)');
  },
};

export const oneOf = <const Values extends readonly string[]>(values: Values): Shape<Values[number]> => ({
  take: (value, path, notes) => {
    if (typeof value !== 'string') return fail(notes, 'type', path, 'not a text');
    return values.includes(value) ? value : fail(notes, 'value', path, `not one of ${values.slice(0, 12).join(', ')}`);
  },
});

export const many = <T>(shape: Shape<T>, least = 0): Shape<readonly T[]> => ({
  take: (value, path, notes) => {
    if (!Array.isArray(value)) return fail(notes, 'type', path, 'not a list');
    const items = value as readonly Json[];
    if (items.length < least || items.length > most.members) return fail(notes, 'missing', path, `not from ${least} to ${most.members} members`);
    return items.map((item, index) => shape.take(item, `${path}[${index}]`, notes));
  },
});

export const optional = <T>(shape: Shape<T>): Shape<T | undefined> & { readonly optional: true } => ({
  optional: true,
  take: (value, path, notes) => shape.take(value, path, notes),
});

type Members = Readonly<Record<string, Shape<unknown>>>;
/** Every member is there; an optional one may be undefined. */
export type ObjectOf<M extends Members> = { readonly [K in keyof M]: Shaped<M[K]> };

export const object = <const M extends Members>(members: M): Shape<ObjectOf<M>> => ({
  take: (value, path, notes) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return fail(notes, path === '' ? 'form' : 'type', path, 'not an object');
    }
    const given = value as JsonObject;
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const found: Record<string, unknown> = {};
    for (const [name, shape] of Object.entries(members)) {
      const member = Object.hasOwn(given, name) ? given[name] : undefined;
      if (member === null) odd(notes, `${at(name)} is null`);
      if (member !== undefined && member !== null) found[name] = shape.take(member, at(name), notes);
      else if (shape.optional) found[name] = undefined;
      else fail(notes, 'missing', at(name), 'required, and not there');
    }
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(members, name) && name !== 'customData') odd(notes, `${at(name.slice(0, 50))} is unknown`);
    }
    return found as ObjectOf<M>;
  },
});
