import { accept } from '../authorization/accept.js';
import { ask } from '../authorization/present.js';
import { isOnline } from '../boot/boot.js';
import { cannotBegin, isInoperative } from '../connectors/status.js';
import { flag } from '../device-model/settings.js';
import type { EvseState } from '../model/evse.js';
import type { Profile } from '../model/profile.js';
import type { StationState } from '../model/state.js';
import type { Token } from '../model/values.js';
import { blockedBy } from '../reservations/reservations.js';
import { objectionTo, putProfile } from '../smart-charging/profiles.js';
import type { Turn } from '../turn.js';
import { stop } from './stop.js';

export interface RemoteStart {
  readonly evse: number | undefined;
  readonly token: Token;
  readonly group: Token | undefined;
  readonly remoteStartId: number | undefined;
  readonly profile: Profile | undefined;
}

/** The CSMS starts a charge. Yes only where the outlet is free and fit; then the token need not be asked for, by default. */
export function remoteStart(turn: Turn, { evse: wanted, token, group, remoteStartId, profile }: RemoteStart): { accepted: boolean; transaction?: string; why?: string } {
  const { state } = turn;
  if (!isOnline(state)) return { accepted: false, why: 'NotRegistered' };
  const id = wanted ?? free(state, token, group)?.id;
  const evse = id === undefined ? undefined : state.evses[id - 1];
  if (id === undefined || evse === undefined) return { accepted: false, why: wanted === undefined ? 'NoEvseFree' : 'UnknownEvse' };
  if (!isFree(state, evse, token, group)) return { accepted: false, why: 'EvseNotFree' };
  if (profile !== undefined) {
    const bound = { ...profile, evse: id };
    if (bound.purpose !== 'tx' || bound.transaction !== undefined) return { accepted: false, why: 'InvalidProfile' };
    if (objectionTo(state, bound, true) !== undefined) return { accepted: false, why: 'InvalidProfile' };
    putProfile(turn, bound);
  }
  const running = state.durable.transactions[id]?.id;
  if (flag(state, 'AuthCtrlr.AuthorizeRemoteStart')) ask(turn, token, { evse: id, to: 'start', by: 'remote', remoteStartId });
  else accept(turn, id, token, group, 'remote', remoteStartId);
  return { accepted: true, ...(running !== undefined && { transaction: running }) };
}

const isFree = (state: StationState, evse: EvseState, token: Token, group: Token | undefined): boolean =>
  evse.authorization === undefined && evse.stopping === undefined && !cannotBegin(evse) && !isInoperative(state, evse.id)
  && blockedBy(state, evse.id, token, group) === undefined;

/** Where a start without an EVSE goes: to a car that waits, else to any free outlet. */
function free(state: StationState, token: Token, group: Token | undefined): EvseState | undefined {
  const candidates = state.evses.filter((one) => isFree(state, one, token, group));
  return candidates.find(({ plugged, finishing }) => plugged && !finishing) ?? candidates.find(({ plugged }) => !plugged) ?? candidates[0];
}

/** The CSMS stops a transaction; unknown ones it cannot. */
export function remoteStop(turn: Turn, transaction: string | undefined): boolean {
  const found = Object.values(turn.state.durable.transactions).find(({ id }) => id === transaction);
  if (found === undefined) return false;
  stop(turn, found.evse, { reason: 'Remote', trigger: 'RemoteStop' });
  return true;
}
