import { createHmac } from 'node:crypto';
import type { AnyEvent } from '@pilotwire/contracts';

export type Json = AnyEvent['data'];

/** Takes out what must not lie in a database, and who it was where nobody is to know. */
export interface Privacy {
  /** Octets of frames hold the car's address and identity. */
  readonly keepsOctets: boolean;
  clean(value: Json): Json;
  /** What was meant to be JSON. */
  cleanText(text: string): string;
  /** As it stands in the database. */
  identity(text: string): string;
}

/** Names under which secrets come, in any writing. */
const secret = /(password|passphrase|authorizationkey|secret|\bnmk\b|privatekey)/i;
/** Names under which a car or a person is known. */
const identifying = /^(evccid|ev|evmac|mac|idtag|idtoken|parentidtag|groupidtoken|additionalidtoken|masterpassgroupid|emaid)$/i;
/** What was hidden already. */
const hidden = '***';
const deepest = 16;

/** `plain`: identities as they came. With a key: as HMAC-SHA-256 of it, so that the same car is still the same. */
export function privacy(key: Uint8Array | undefined): Privacy {
  const identity = (text: string): string => {
    if (key === undefined || text.startsWith('h:') || text === hidden) return text;
    return `h:${createHmac('sha256', key).update(text.toUpperCase().replaceAll(':', '')).digest('hex').slice(0, 32)}`;
  };
  const clean = (value: Json, name: string, depth: number): Json => {
    if (depth > deepest) return null;
    if (secret.test(name)) return hidden;
    if (typeof value === 'string') return identifying.test(name) ? identity(value) : value;
    if (Array.isArray(value)) return value.map((one) => clean(one, name, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one, identifying.test(name) && key === 'idToken' ? name : key, depth + 1)]));
  };
  return {
    keepsOctets: key === undefined,
    identity,
    clean: (value) => clean(value, '', 0),
    cleanText(text) {
      const value = parsed(text);
      if (value !== undefined) return JSON.stringify(clean(value, '', 0));
      // In what nobody can read nobody knows where a secret ends.
      return secret.test(text) ? hidden : text;
    },
  };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
