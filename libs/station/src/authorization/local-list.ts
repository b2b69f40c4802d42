import { flag, number } from '../device-model/settings.js';
import type { ListEntry } from '../model/state.js';
import { tokenKey } from '../model/values.js';
import type { Token, TokenInfo } from '../model/values.js';
import type { Turn } from '../turn.js';

/** An entry of an update; without `info` the token is taken off the list. */
export interface ListChange {
  readonly token: Token;
  readonly info: TokenInfo | undefined;
}

export type ListStatus = 'Accepted' | 'Failed' | 'NotSupported' | 'VersionMismatch';

/**
 * A new list, or changes of the one that is there. What was remembered of tokens that are on it now is forgotten: the
 * list is the CSMS's own word (2.0.1 D01, 1.6 section 5.15).
 */
export function sendLocalList(turn: Turn, version: number, full: boolean, changes: readonly ListChange[]): ListStatus {
  const { state } = turn;
  if (!flag(state, 'LocalAuthListCtrlr.Enabled')) return 'NotSupported';
  if (version < 1) return 'Failed';
  if (!full && version <= state.durable.list.version) return 'VersionMismatch';
  if (changes.length > number(state, 'LocalAuthListCtrlr.ItemsPerMessage')) return 'Failed';
  const entries = new Map<string, ListEntry>(full ? [] : Object.entries(state.durable.list.entries));
  const seen = new Set<string>();
  for (const { token, info } of changes) {
    const key = tokenKey(token);
    if (seen.has(key)) return 'Failed';
    seen.add(key);
    if (info !== undefined) entries.set(key, { token, info });
    else if (full) return 'Failed';
    else entries.delete(key);
  }
  if (entries.size > number(state, 'LocalAuthListCtrlr.MaxEntries')) return 'Failed';
  turn.keep('list', { version, entries: Object.fromEntries(entries) });
  const cache = Object.entries(state.durable.cache).filter(([key]) => !entries.has(key));
  if (cache.length < Object.keys(state.durable.cache).length) turn.keep('cache', Object.fromEntries(cache));
  return 'Accepted';
}

/** The version of the list; 0: there is none. A list that is switched off has -1 in 1.6. */
export const listVersion = ({ state }: Turn): number => state.durable.list.version;
