import { levels, pilots, requests } from './words.js';
import type { AgentWord, GatewayWord } from './words.js';

/** How a word of one kind stands in a datagram: as JSON, behind its version and number. */
export interface Form<Word> {
  readonly kind: 'agent' | 'gateway';
  /** Undefined for what is no word of this kind. Fields that are not known fall away. */
  readonly read: (json: Readonly<Record<string, unknown>>) => Word | undefined;
}

const version = 1;
/** The longest datagram that is looked at. */
export const mostOctets = 1_024;

/** A word with its place: `life` tells one run of a process from the next, `number` one word from the one before it. */
export interface Numbered<Word> {
  readonly life: string;
  readonly number: number;
  readonly word: Word;
}

export const writeDatagram = <Word extends object>({ kind }: Form<Word>, numbered: Numbered<Word>): string =>
  JSON.stringify({ v: version, kind, ...numbered });

/** Undefined for what is no datagram of ours. */
export function readDatagram<Word>(form: Form<Word>, octets: Uint8Array): Numbered<Word> | undefined {
  if (octets.length > mostOctets) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(octets));
  } catch {
    return undefined;
  }
  if (!isObject(json) || json['v'] !== version || json['kind'] !== form.kind) return undefined;
  const { life, number, word } = json;
  if (!isShort(life) || !isCount(number) || !isObject(word)) return undefined;
  const read = form.read(word);
  return read === undefined ? undefined : { life, number, word: read };
}

export const agentForm: Form<AgentWord> = {
  kind: 'agent',
  read({ level, pwm, link, pressed }) {
    if ((level !== undefined && !isOneOf(levels, level)) || typeof pwm !== 'boolean' || !isObject(link)) return undefined;
    if (pressed !== undefined && typeof pressed !== 'boolean') return undefined;
    const { match, up, peer } = link;
    if (!isCount(match) || typeof up !== 'boolean' || !(peer === undefined || isShort(peer))) return undefined;
    return { level, pwm, link: { match, up, ...(peer !== undefined && { peer }) }, ...(pressed !== undefined && { pressed }) };
  },
};

export const gatewayForm: Form<GatewayWord> = {
  kind: 'gateway',
  read({ pilot, dlink, sessionId }) {
    if (!isOneOf(pilots, pilot) || !(sessionId === undefined || isShort(sessionId))) return undefined;
    const rest = sessionId === undefined ? {} : { sessionId };
    if (dlink === undefined) return { pilot, dlink, ...rest };
    if (!isObject(dlink)) return undefined;
    const { count, request } = dlink;
    return isCount(count) && isOneOf(requests, request) ? { pilot, dlink: { count, request }, ...rest } : undefined;
  },
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isShort = (value: unknown): value is string => typeof value === 'string' && value.length <= 64;
const isOneOf = <Value extends string>(values: readonly Value[], value: unknown): value is Value => (values as readonly unknown[]).includes(value);
