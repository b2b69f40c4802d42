import { z } from 'zod';
import { namePattern } from './topic.js';

// Validators are never compiled from strings: a browser's content-security policy may forbid it.
z.config({ jitless: true });

/** Text of a bounded length, in UTF-16 code units. */
export const text = (most: number) => z.string().max(most);

/**
 * One of a list. A reader that meets a value of a later version takes it for `fallback`; that is how an enum may grow.
 * A writer is held to the list.
 */
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values, fallback: Values[number]) =>
  z
    .preprocess((value) => (isStrange(value, values) ? fallback : value), z.enum(values))
    .meta({ description: `A value that is not known is read as ${fallback}.` });

const isStrange = (value: unknown, values: readonly string[]): boolean =>
  typeof value === 'string' && value.length <= 64 && !values.includes(value);

export const name = z.string().regex(namePattern);
export const timestamp = z.iso.datetime().max(32).describe('UTC, ISO 8601');
/** 48-bit address, lower case: `02:00:00:00:00:01`. */
export const macAddress = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
/** Octets as hex, upper case. */
export const hex = (most: number) => z.string().regex(/^([0-9A-F]{2})*$/).max(2 * most);
export const count = z.int().min(0);
export const evseNumber = z.int().min(1).max(9_999);

/** Of a session, from plug-in to plug-out. */
export const sessionId = z.uuidv7();
/** Of one life of a counter: a consumer that sees another begins anew. */
export const boot = z.uuid();

export const volts = z.number().min(-2_000).max(2_000).describe('V');
export const amperes = z.number().min(-2_000).max(2_000).describe('A');
export const watts = z.number().min(-2_000_000).max(2_000_000).describe('W');
export const wattHours = z.number().min(0).max(100_000_000).describe('Wh');
export const percent = z.number().min(0).max(100).describe('%');
export const milliseconds = z.number().min(0).describe('ms');

export const pilotLevel = z.enum(['A', 'B', 'C', 'D', 'E', 'F']).describe('IEC 61851-1');

/** Where a session stands, in the words of the live view. */
export const phase = oneOf(
  [
    'idle', 'plugged', 'matching', 'linked', 'handshake', 'session-setup', 'service-discovery', 'authorization', 'parameters',
    'cable-check', 'pre-charge', 'power-delivery', 'charging', 'stopping', 'welding-detection', 'session-stop', 'ended',
    'unavailable', 'faulted', 'other',
  ],
  'other',
);
/** Who brought something about. */
export const endedBy = oneOf(['ev', 'evse', 'person', 'line', 'other'], 'other');
/** A reason by its name in the closed list of whoever gives it: `isolation-fault`, `no-sounds`. */
export const reason = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/).max(48);
export const detail = text(256);

/** Instants for examples. */
export const exampleTime = '2026-01-01T12:00:00.000Z';
export const exampleSession = '019b7967-6d00-7000-8000-000000000001';
export const exampleBoot = '5c1f7f0e-5e0a-4d8e-9d67-0d3b0c3f9a11';
