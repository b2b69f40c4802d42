import type { Message } from './exi-line.js';
import type { CaptureRecord } from './record.js';

/** A message for people: `PreChargeReq  EVReady=true EVRESSSOC=10 EVTargetVoltage=460V`. */
export function messageText({ schema, type, decoded, anomalies = [], also = [] }: Message): string {
  const others = also.map((other) => `(also ${other.schema} ${other.type})`);
  const notes = anomalies.map(({ code, path, message }) => `[${code}${path === '' ? '' : ` ${path}`}: ${message}]`);
  return oneLine([schema, type, facts(decoded), ...others, ...notes].filter((part) => part !== '').join('  '));
}

/** One record in columns: time of day (UTC), direction, type, key facts. What could not be decoded shows its bytes. */
export function recordText(record: CaptureRecord): string {
  const { t, dir, kind, type, decoded, error, anomalies = [] } = record;
  const name = type ?? (kind === 'sdp' ? sdpType(decoded) : `${record.schema ?? kind} ?`);
  const what = decoded === null || decoded === undefined ? `hex ${record.hex}` : facts(decoded);
  const notes = anomalies.map((anomaly) => `[${errorText(anomaly)}]`);
  if (error !== undefined) notes.push(`[${errorText(error)}]`);
  return oneLine([timeOfDay(t), dir.padEnd(8), name.padEnd(28), what, ...notes].join('  ').trimEnd());
}

/** A line stays one, and a terminal is told nothing but text, whatever a message holds. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An error or a deviation: its code, where it is known the byte, and the reason. */
export function errorText(error: unknown): string {
  if (!isObject(error) || typeof error['message'] !== 'string') return JSON.stringify(error);
  const { code, byte, message } = error;
  return [code, typeof byte === 'number' ? ` at byte ${byte}` : '', ': ', message].join('');
}

function timeOfDay(t: number | null): string {
  return t === null ? '-'.padEnd(12) : new Date(Math.round(t * 1000)).toISOString().slice(11, 23);
}

function sdpType(decoded: unknown): string {
  return Object.keys(isObject(decoded) ? decoded : {}).find((key) => key.startsWith('SDP')) ?? 'SDP';
}

/** What the columns before it already say. */
const said = new Set(['mmv', 'mmtype', 'name', 'mme']);

/** Hex longer than this is told by its length: keys, certificates, signatures. */
const LONG_HEX = 48;

/** The facts of a message as `name=value`, nested ones without the names around them. */
export function facts(decoded: unknown): string {
  if (!isObject(decoded)) return plain(decoded);
  const message = decoded['V2G_Message'];
  if (!isObject(message)) return list(unwrapped(decoded));
  const { Header, Body } = message;
  // A fault that the header notifies of is a fact; whose session it is, every line would repeat.
  const { SessionID: _, ...header } = isObject(Header) ? Header : {};
  return [list(unwrapped(Body)), list(header)].filter((text) => text !== '').join(' ');
}

/** What the name of the message, its only member, stands for. */
function unwrapped(value: unknown): unknown {
  const inner = isObject(value) ? Object.values(value) : [];
  return inner.length === 1 && isObject(inner[0]) ? inner[0] : value;
}

function list(value: unknown): string {
  if (!isObject(value)) return plain(value);
  return Object.entries(value)
    .filter(([name]) => !said.has(name))
    .map(([name, inner]) => fact(name, inner))
    .filter((text) => text !== '')
    .join(' ');
}

function fact(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const numbers = value.every((one) => typeof one === 'number');
    return `${name}=[${value.map((one) => list(one)).join(numbers ? ' ' : '; ')}]`;
  }
  if (!isObject(value)) return `${name}=${plain(value)}`;
  const quantity = physical(value);
  return quantity === undefined ? list(value) : `${name}=${quantity}`;
}

function plain(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  if (value.length > LONG_HEX && /^[0-9A-Fa-f]+$/.test(value)) return `${value.slice(0, 16)}…(${value.length / 2} bytes)`;
  return value === '' || /\s/.test(value) ? JSON.stringify(value) : value;
}

/** A PhysicalValueType (DIN SPEC 70121, ISO 15118-2): Value · 10^Multiplier and its unit, without rounding. */
function physical(value: Readonly<Record<string, unknown>>): string | undefined {
  const { Multiplier, Unit, Value, ...rest } = value;
  if (typeof Multiplier !== 'number' || typeof Value !== 'number' || Object.keys(rest).length > 0) return undefined;
  return decimal(Value, Multiplier) + (typeof Unit === 'string' ? Unit : '');
}

function decimal(value: number, exponent: number): string {
  const digits = String(Math.abs(value));
  const sign = value < 0 ? '-' : '';
  if (exponent >= 0) return value === 0 ? '0' : sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  const fraction = padded.slice(exponent).replace(/0+$/, '');
  return sign + padded.slice(0, exponent) + (fraction === '' ? '' : `.${fraction}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
