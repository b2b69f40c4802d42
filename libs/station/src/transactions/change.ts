import { list } from '../device-model/settings.js';
import { sample } from '../meter/sample.js';
import type { EvseState } from '../model/evse.js';
import type { StationState } from '../model/state.js';
import { chargingState } from '../model/transaction.js';
import type { Transaction } from '../model/transaction.js';
import type { StopReason, Token, Trigger } from '../model/values.js';
import { bindProfiles, dropLoose, unbindProfiles } from '../smart-charging/profiles.js';
import type { Turn } from '../turn.js';
import { useReservation } from '../reservations/reservations.js';
import { record, transactionAt } from './record.js';

/** Why something changed, should that begin or end a transaction, or be told of one. */
export interface Cause {
  readonly trigger: Trigger;
  readonly reason?: StopReason;
  readonly token?: Token | undefined;
  /** Told even where the charging state is what it was. */
  readonly tell?: boolean;
}

type Point = 'EVConnected' | 'Authorized' | 'PowerPathClosed' | 'EnergyTransfer';
const isPoint = (name: string): name is Point =>
  name === 'EVConnected' || name === 'Authorized' || name === 'PowerPathClosed' || name === 'EnergyTransfer';

/** What TxStartPoint and TxStopPoint speak of (2.0.1 part 2, E01 and E06). */
const reached = ({ plugged, authorization, charging }: EvseState): Readonly<Record<Point, boolean>> => ({
  EVConnected: plugged,
  Authorized: authorization !== undefined,
  PowerPathClosed: plugged && authorization !== undefined,
  EnergyTransfer: charging === 'charging',
});

/** 1.6 cannot begin a transaction without both a token and a car, except later: with the energy. */
function startPoints(state: StationState): readonly Point[] {
  const points = list(state, 'TxCtrlr.TxStartPoint').filter(isPoint);
  if ((state.link?.protocol ?? state.registeredAs) !== 'ocpp1.6') return points;
  return points.includes('EVConnected') || points.includes('Authorized') ? ['PowerPathClosed'] : points;
}

/**
 * Changes an outlet, and does to its transaction what follows: it begins where a start point is reached, ends where a stop
 * point is left, and else tells of what is new. All facts go through here, so no way of charging has rules of its own.
 */
export function change(turn: Turn, id: number, values: Partial<EvseState>, cause: Cause): void {
  const before = reached(turn.evse(id));
  turn.setEvse(id, values);
  const evse = turn.evse(id);
  const now = reached(evse);
  const transaction = transactionAt(turn, id);
  if (transaction === undefined) {
    if (startPoints(turn.state).some((point) => now[point] && !before[point])) begin(turn, evse, cause);
    else if (before.Authorized && !now.Authorized) dropLoose(turn, id);
    return;
  }
  if (list(turn.state, 'TxCtrlr.TxStopPoint').filter(isPoint).some((point) => before[point] && !now[point])) {
    return end(turn, transaction, cause);
  }
  if (before.Authorized && !now.Authorized && cause.reason !== undefined) turn.setEvse(id, { ending: cause.reason });
  if (cause.tell !== true && chargingState(evse.plugged, evse.charging) === transaction.charging) return;
  record(turn, transaction, 'updated', { trigger: cause.trigger, token: cause.token });
}

function begin(turn: Turn, evse: EvseState, cause: Cause): void {
  const { id, authorization } = evse;
  const remoteStartId = authorization?.remoteStartId;
  const transaction: Transaction = {
    id: newId(turn),
    evse: id,
    session: evse.session,
    seqNo: 0,
    began: turn.at,
    stamped: turn.at,
    beganAt: Math.floor(evse.register.total),
    register: Math.floor(evse.register.total),
    token: authorization?.token,
    group: authorization?.group,
    remoteStartId,
    refusedAt: undefined,
    charging: chargingState(evse.plugged, evse.charging),
    limits: {},
  };
  const first = sample(turn, id, 'SampledDataCtrlr.TxEndedMeasurands', 'Transaction.Begin');
  turn.setEvse(id, { samples: first === undefined ? [] : [first], sampledAt: undefined, endSampledAt: undefined, ending: undefined, finishing: false });
  record(turn, transaction, 'started', {
    trigger: authorization?.by === 'remote' ? 'RemoteStart' : cause.trigger,
    token: authorization?.token,
    reservationId: useReservation(turn, id, authorization?.token, authorization?.group),
    meter: [sample(turn, id, 'SampledDataCtrlr.TxStartedMeasurands', 'Transaction.Begin')],
  });
  bindProfiles(turn, id, transaction.id);
}

/** Ends a transaction. A token is told where it is another than the one that began it, or stopped it in person. */
export function end(turn: Turn, transaction: Transaction, cause: Cause): void {
  const { evse } = transaction;
  const { samples, plugged, ending } = turn.evse(evse);
  const last = sample(turn, evse, 'SampledDataCtrlr.TxEndedMeasurands', 'Transaction.End');
  record(turn, transaction, 'ended', {
    trigger: cause.trigger, token: cause.token, stopReason: ending ?? cause.reason ?? 'Other', meter: [...samples, last],
  });
  const { [evse]: _, ...others } = turn.state.durable.transactions;
  turn.keep('transactions', others);
  turn.setEvse(evse, {
    authorization: undefined, stopping: undefined, samples: [], sampledAt: undefined, endSampledAt: undefined, ending: undefined,
    unsureUntil: undefined, finishing: plugged,
  });
  unbindProfiles(turn, transaction.id);
}

/** A UUID of its own: the life's first octets, which are random, and a count. */
function newId(turn: Turn): string {
  return `${turn.state.configuration.life.slice(0, 24)}${turn.count('transaction').toString(16).padStart(12, '0')}`;
}
