import { crc32 } from 'node:zlib';

// The line protocol of a pilot board: docs/reference/pilot-board.md.

/** The version of the protocol that this driver speaks. */
export const protocol = 1;
/** The longest line, its end left out. */
export const longestLine = 96;
/** Lines are counted from 0 to this, and from 0 again. */
export const lastNumber = 65_535;

export interface Line {
  readonly word: string;
  readonly number: number;
  readonly fields: readonly string[];
}

/** What a charger's board, or a car's, is told. */
export type BoardOrder = { readonly signal: 'digital' | 'x1' | 'f' } | { readonly load: 'B' | 'C' };

/** Why a board shows what it shows: it was told so, its host is silent, or it cannot measure. */
export type Cause = 'ordered' | 'silent' | 'fault';

export type BoardWord =
  | { readonly word: 'board'; readonly protocol: number; readonly name: string; readonly version: string; readonly role: 'evse' | 'ev' }
  | { readonly word: 'pilot'; readonly volts: number; readonly pwm: boolean; readonly ohms: number | undefined; readonly signal: 'digital' | 'x1' | 'f'; readonly cause: Cause }
  | { readonly word: 'inlet'; readonly plugged: boolean; readonly duty: number | undefined; readonly load: 'B' | 'C'; readonly cause: Cause };

const check = (body: string): string => crc32(body).toString(16).toUpperCase().padStart(8, '0');

export function writeLine({ word, number, fields }: Line): string {
  const body = [word, number, ...fields].join(' ');
  return `${body}*${check(body)}\n`;
}

export const orderLine = (order: BoardOrder, number: number): string =>
  writeLine('signal' in order ? { word: 'order', number, fields: [order.signal] } : { word: 'load', number, fields: [order.load] });

const shape = /^([a-z]{1,8}) (0|[1-9]\d{0,4})((?: [!-)+-~]{1,24}){0,8})\*([0-9A-F]{8})$/;

/** Undefined for what is no line: its check tells of every burst that an interface of this kind makes. */
export function readLine(text: string): Line | undefined {
  const found = text.length <= longestLine ? shape.exec(text) : null;
  if (found === null) return undefined;
  const [, word, number, fields, sum] = found as unknown as readonly [string, string, string, string, string];
  if (check(text.slice(0, -9)) !== sum || Number(number) > lastNumber) return undefined;
  return { word, number: Number(number), fields: fields === '' ? [] : fields.slice(1).split(' ') };
}

/** What a board's line says. Undefined for a word, or a value, that is not known: a later board may say more. */
export function readWord({ word, fields }: Line): BoardWord | undefined {
  switch (word) {
    case 'board': {
      const [spoken, name, version, role] = fields;
      const speaks = decimal(spoken);
      if (speaks === undefined || name === undefined || version === undefined || !isOneOf(roles, role)) return undefined;
      return { word, protocol: speaks, name, version, role };
    }
    case 'pilot': {
      const [volts, pwm, ohms, signal, cause] = fields;
      const high = decimal(volts);
      if (high === undefined || !isOneOf(flags, pwm) || !isOneOf(signals, signal) || !isOneOf(causes, cause)) return undefined;
      const between = decimal(ohms);
      if ((between === undefined || between < 0) && ohms !== '-') return undefined;
      return { word, volts: high, pwm: pwm === '1', ohms: between, signal, cause };
    }
    case 'inlet': {
      const [plugged, cycle, load, cause] = fields;
      const duty = decimal(cycle);
      if (!isOneOf(flags, plugged) || !isOneOf(loads, load) || !isOneOf(causes, cause)) return undefined;
      if ((duty === undefined || duty < 0 || duty > 100) && cycle !== '-') return undefined;
      return { word, plugged: plugged === '1', duty, load, cause };
    }
    default:
      return undefined;
  }
}

const flags = ['0', '1'] as const;
const roles = ['evse', 'ev'] as const;
const signals = ['digital', 'x1', 'f'] as const;
const loads = ['B', 'C'] as const;
const causes = ['ordered', 'silent', 'fault'] as const;
const isOneOf = <Value extends string>(values: readonly Value[], found: string | undefined): found is Value => (values as readonly (string | undefined)[]).includes(found);

/** A number as boards write it: no exponent, no surprise. */
const decimal = (text: string | undefined): number | undefined => (text !== undefined && /^-?\d{1,9}(\.\d{1,4})?$/.test(text) ? Number(text) : undefined);

/** What is left of a text behind its last end of line; and the lines before. What is longer than a line is noise, and goes. */
export function splitLines(held: string, text: string): { readonly lines: readonly string[]; readonly held: string } {
  const parts = (held + text).split('\n');
  const last = parts.pop() ?? '';
  const lines = parts.map((part) => (part.endsWith('\r') ? part.slice(0, -1) : part));
  // Only so much of it is kept that the end of a line which is too long is not taken for a line.
  return { lines, held: last.slice(0, longestLine + 1) };
}
