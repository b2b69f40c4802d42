import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Scope } from './route.js';

export interface Tokens {
  readonly read: string | undefined;
  readonly command: string | undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that tells nothing. */
const same = (given: string | undefined, wanted: string | undefined): boolean => given !== undefined && wanted !== undefined && timingSafeEqual(digest(given), digest(wanted));

/** The token of a request: in its header, or, for a WebSocket of a browser, which can set none, as `token` in its query. */
export function tokenOf({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>, inQuery = false): string | undefined {
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  return bearer ?? (inQuery ? (new URL(url, 'http://local').searchParams.get('token') ?? undefined) : undefined);
}

/** Whether who has this token may. Without a token for reading everybody may read; without one for commands nobody may send any. */
export function may(scope: Scope, given: string | undefined, { read, command }: Tokens): boolean {
  if (scope === 'open' || same(given, command)) return true;
  if (scope === 'command') return false;
  return read === undefined || same(given, read);
}

/**
 * Whether a request was meant for us. A page of another origin can make a browser send requests to this machine, also under
 * a name that it let point here: both give themselves away by their names.
 */
export function isMeantForUs({ headers }: Pick<IncomingMessage, 'headers'>, loopback: boolean): boolean {
  const host = hostOf(`http://${headers.host ?? ''}`);
  if (loopback && !['localhost', '127.0.0.1', '[::1]'].includes(host ?? '')) return false;
  return headers.origin === undefined || hostOf(headers.origin) === host;
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined);
