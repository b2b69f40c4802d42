import { didYouMean } from '@pilotwire/configuration/nearest';
import type { BootAnswer, CsmsOrder } from '@pilotwire/csms';
import type { JsonObject } from '@pilotwire/station';

/** What an operator types, as it is meant. */
export type Asked =
  | { readonly kind: 'order'; readonly order: CsmsOrder }
  /** Of the transaction whose id begins or ends so, or of the only one that runs. */
  | { readonly kind: 'stop'; readonly transaction: string | undefined }
  | { readonly kind: 'call'; readonly action: string; readonly payload: JsonObject }
  | { readonly kind: 'boot'; readonly answer: BootAnswer }
  | { readonly kind: 'use' | 'stations' | 'transactions' | 'help' | 'quit' }
  | { readonly kind: 'problem'; readonly why: string };

interface Word {
  readonly form: string;
  readonly help: string;
  readonly read: (words: readonly string[], rest: string) => Asked | undefined;
}

const order = (one: CsmsOrder): Asked => ({ kind: 'order', order: one });
const plainWord = (kind: 'use' | 'stations' | 'transactions' | 'help' | 'quit', help: string): Word => ({ form: '', help, read: (words) => (words.length === 0 ? { kind } : undefined) });
const bootWord = (answer: BootAnswer, help: string): Word => ({ form: '', help, read: (words) => (words.length === 0 ? { kind: 'boot', answer } : undefined) });
/** An outlet, or 0 for the station. */
const evseOf = (word: string | undefined): number | undefined => (word !== undefined && /^\d{1,3}$/.test(word) ? Number(word) : undefined);
const oneOf = <T>(word: string | undefined, words: Readonly<Record<string, T>>): T | undefined =>
  word !== undefined && Object.hasOwn(words, word) ? words[word] : undefined;

const table: Readonly<Record<string, Word>> = {
  start: {
    form: '[EVSE] TOKEN', help: 'start a charge with this token',
    read: ([first, second, ...more]) => {
      if (first === undefined || more.length > 0) return undefined;
      if (second === undefined) return order({ do: 'start', token: first });
      const evse = evseOf(first);
      return evse === undefined ? undefined : order({ do: 'start', evse, token: second });
    },
  },
  stop: { form: '[TRANSACTION]', help: 'stop a transaction; the one that runs, or by the beginning or end of its id', read: ([transaction, ...more]) => (more.length > 0 ? undefined : { kind: 'stop', transaction }) },
  limit: {
    form: 'EVSE WATTS|off', help: 'limit an outlet, or with 0 the station',
    read: ([word, watts = '', ...more]) => {
      const evse = evseOf(word);
      if (evse === undefined || more.length > 0) return undefined;
      if (watts === 'off') return order({ do: 'limit', evse });
      return /^\d{1,8}(?:\.\d)?$/.test(watts) ? order({ do: 'limit', evse, watts: Number(watts) }) : undefined;
    },
  },
  report: { form: '', help: 'ask for all settings', read: (words) => (words.length === 0 ? order({ do: 'report' }) : undefined) },
  get: { form: 'NAME', help: 'ask for one: a key of 1.6, Component.Variable of 2.x', read: ([name, ...more]) => (name === undefined || more.length > 0 ? undefined : order({ do: 'get', name })) },
  set: {
    form: 'NAME VALUE', help: 'set one',
    read: ([name], rest) => {
      const value = rest.slice(name?.length ?? 0).trim();
      return name === undefined || value === '' ? undefined : order({ do: 'set', name, value });
    },
  },
  trigger: {
    form: 'MESSAGE [EVSE]', help: 'have a message sent, such as Heartbeat',
    read: ([message, word, ...more]) => {
      const evse = evseOf(word);
      if (message === undefined || more.length > 0 || (word !== undefined && evse === undefined)) return undefined;
      return order({ do: 'trigger', message, ...(evse !== undefined && { evse }) });
    },
  },
  reset: { form: '[hard]', help: 'restart it: when nothing charges any more, or at once', read: ([how, ...more]) => (more.length > 0 || (how !== undefined && how !== 'hard') ? undefined : order({ do: 'reset', hard: how === 'hard' })) },
  availability: {
    form: 'EVSE on|off', help: 'take an outlet, or with 0 the station, out of service',
    read: ([word, how, ...more]) => {
      const [evse, operative] = [evseOf(word), oneOf(how, { on: true, off: false })];
      return evse === undefined || operative === undefined || more.length > 0 ? undefined : order({ do: 'availability', evse, operative });
    },
  },
  unlock: {
    form: 'EVSE', help: 'let go of the plug',
    read: ([word, ...more]) => {
      const evse = evseOf(word);
      return evse === undefined || more.length > 0 ? undefined : order({ do: 'unlock', evse });
    },
  },
  call: { form: 'ACTION JSON', help: 'any other call, such as: call ClearCache {}', read: ([action], rest) => (action === undefined ? undefined : callOf(action, rest.slice(action.length).trim())) },
  accept: bootWord('accept', 'accept its boot from now on'),
  pending: bootWord('pending', 'answer its boot with Pending'),
  reject: bootWord('reject', 'answer its boot with Rejected'),
  use: plainWord('use', 'with @STATION before it: what follows is for this one'),
  stations: plainWord('stations', 'who is connected'),
  transactions: plainWord('transactions', 'what was charged'),
  help: plainWord('help', 'this'),
  quit: plainWord('quit', 'end'),
};

function callOf(action: string, text: string): Asked {
  try {
    const payload: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return { kind: 'call', action, payload: payload as JsonObject };
    return { kind: 'problem', why: 'the payload of a call is an object: {…}' };
  } catch (error) {
    return { kind: 'problem', why: `the payload is no JSON: ${(error as Error).message}` };
  }
}

/** Reads a line; `@STATION` before it names the station that is meant. Undefined where it is empty. */
export function readWords(line: string): { readonly station: string | undefined; readonly asked: Asked } | undefined {
  const [, station, text = ''] = /^\s*(?:@(\S+)\s*)?(.*?)\s*$/s.exec(line) ?? [];
  if (text === '') return station === undefined ? undefined : { station, asked: { kind: 'use' } };
  const [name = '', ...words] = text.split(/\s+/);
  const word = Object.hasOwn(table, name) ? table[name] : undefined;
  if (word === undefined) return { station, asked: { kind: 'problem', why: `unknown: ${name}${didYouMean(name, Object.keys(table))}; type help` } };
  const asked = word.read(words, text.slice(name.length).trim());
  return { station, asked: asked ?? { kind: 'problem', why: `write: ${name} ${word.form}`.trimEnd() } };
}

/** The words that there are, two columns. */
export const helpRows: readonly (readonly [string, string])[] = Object.entries(table).map(([name, { form, help }]) => [`${name} ${form}`.trimEnd(), help]);
