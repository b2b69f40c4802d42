import { isOnline } from '../boot/boot.js';
import { flag, number, setting } from '../device-model/settings.js';
import type { AuthorizedBy } from '../model/evse.js';
import type { StationState } from '../model/state.js';
import { tokenKey } from '../model/values.js';
import type { Token, TokenInfo } from '../model/values.js';
import type { Turn } from '../turn.js';
import { utcAt } from '../time/clock.js';

/** The most tokens that are remembered. */
const cacheMost = 2_000;

/** What is said of a token, and who says it. */
export interface Verdict {
  readonly info: TokenInfo;
  readonly by: AuthorizedBy;
}

/**
 * What can be said of a token without the CSMS: the local list beats the cache (2.0.1 C13, C14). Undefined: ask. Online,
 * only a yes counts, and only with LocalPreAuthorize; offline, whatever is known does, and an unknown token may charge
 * where OfflineTxForUnknownIdEnabled says so.
 */
export function verdict(turn: Turn, token: Token, online = isOnline(turn.state)): Verdict | undefined {
  const { state } = turn;
  const trusted = flag(state, online ? 'AuthCtrlr.LocalPreAuthorize' : 'AuthCtrlr.LocalAuthorizeOffline');
  const found = known(turn, token);
  if (found !== undefined) {
    if (found.info.status === 'Accepted' && trusted) return found;
    return online ? undefined : { info: found.info.status === 'Accepted' ? { status: 'Unknown' } : found.info, by: found.by };
  }
  if (online) return undefined;
  const status = flag(state, 'AuthCtrlr.OfflineTxForUnknownIdEnabled') ? 'Accepted' : 'Unknown';
  return { info: { status }, by: 'offline' };
}

/** What the list or else the cache says of a token. Without a clock nothing is taken for expired. */
export function known(turn: Turn, token: Token): Verdict | undefined {
  const { state, now } = turn;
  const utc = utcAt(state, now);
  const current = (info: TokenInfo): TokenInfo =>
    info.status === 'Accepted' && info.expiry !== undefined && utc !== undefined && info.expiry <= utc ? { ...info, status: 'Expired' } : info;
  const listed = flag(state, 'LocalAuthListCtrlr.Enabled') ? state.durable.list.entries[tokenKey(token)] : undefined;
  if (listed !== undefined) return { info: current(listed.info), by: 'list' };
  const cached = flag(state, 'AuthCacheCtrlr.Enabled') ? state.durable.cache[tokenKey(token)] : undefined;
  if (cached === undefined) return undefined;
  const old = utc !== undefined && utc - cached.heard > number(state, 'AuthCacheCtrlr.LifeTime') * 1_000;
  return old ? undefined : { info: current(cached.info), by: 'cache' };
}

/** Remembers what the CSMS said of a token. What the list says needs no remembering. */
export function remember(turn: Turn, token: Token, info: TokenInfo): void {
  const { state } = turn;
  const key = tokenKey(token);
  if (!flag(state, 'AuthCacheCtrlr.Enabled') || state.durable.list.entries[key] !== undefined || token.type === 'NoAuthorization') return;
  const { [key]: _, ...others } = state.durable.cache;
  const kept = Object.entries(others).slice(-(cacheMost - 1));
  turn.keep('cache', { ...Object.fromEntries(kept), [key]: { token, info, heard: utcAt(state, turn.now) ?? 0 } });
}

/** Forgets all of them; refused where there is no cache to clear. */
export function clearCache(turn: Turn): 'Accepted' | 'Rejected' {
  if (!flag(turn.state, 'AuthCacheCtrlr.Enabled')) return 'Rejected';
  turn.keep('cache', {});
  return 'Accepted';
}

/** Whether the members of this group may stop any charge, and begin none (2.0.1 C16). */
export const isMasterGroup = (state: StationState, group: Token | undefined): boolean => {
  const master = setting(state, 'AuthCtrlr.MasterPassGroupId');
  return master !== '' && group !== undefined && tokenKey(group) === master.toLowerCase();
};
