import { after, seconds } from '@pilotwire/machine';
import { isOnline } from '../boot/boot.js';
import { number } from '../device-model/settings.js';
import type { AuthorizedBy } from '../model/evse.js';
import type { Token } from '../model/values.js';
import { utcAt } from '../time/clock.js';
import { change } from '../transactions/change.js';
import type { Turn } from '../turn.js';

/** How long the gateway may act on an authorization. A car asks for it for 60 s at most. */
const answerMost = 60;

/**
 * Lets a token charge at an outlet: at once where a car waits, and otherwise until EVConnectionTimeOut. With a full disk
 * and no CSMS nothing would remember the transaction, so none begins.
 */
export function accept(turn: Turn, id: number, token: Token, group: Token | undefined, by: AuthorizedBy, remoteStartId?: number): void {
  if (turn.state.diskFull && !isOnline(turn.state)) return refuse(turn, id, 'the disk is full and the CSMS is away');
  const { plugged } = turn.evse(id);
  const until = plugged ? undefined : after(turn.now, seconds(number(turn.state, 'TxCtrlr.EVConnectionTimeOut')));
  const trigger = by === 'remote' ? 'RemoteStart' : 'Authorized';
  change(turn, id, { authorization: { token, group, by, remoteStartId, until } }, { trigger, token, tell: true });
  admit(turn, id);
}

/** Tells the gateway that the car may charge: it waits for that, or it has to be woken. */
export function admit(turn: Turn, id: number): void {
  const { plugged, waiting, authorization, charging } = turn.evse(id);
  if (authorization === undefined || !plugged || charging !== 'none') return;
  // Where nobody is asked, the session has only just begun.
  if (!waiting) return authorization.by === 'free' ? undefined : turn.perform({ do: 'start', evse: id });
  turn.setEvse(id, { waiting: false });
  const utc = utcAt(turn.state, turn.now);
  turn.perform({ do: 'authorize', evse: id, accept: true, by: authorization.by, ...(utc !== undefined && { until: Math.round(utc) + answerMost * 1_000 }) });
}

/** Says no. The session may still wait for another token. */
export function refuse(turn: Turn, id: number, why: string): void {
  turn.tell({ what: 'token-refused', evse: id, why });
  if (!turn.evse(id).waiting) return;
  turn.setEvse(id, { waiting: false });
  turn.perform({ do: 'authorize', evse: id, accept: false, by: 'refused' });
}

/** Nobody plugged a car in. */
export function acceptTick(turn: Turn): void {
  for (const { id, authorization } of turn.state.evses) {
    if (authorization?.until === undefined || turn.now < authorization.until) continue;
    change(turn, id, { authorization: undefined }, { trigger: 'EVConnectTimeout', reason: 'Timeout' });
  }
}
