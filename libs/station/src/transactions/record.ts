import { isOnline } from '../boot/boot.js';
import { wholeWh } from '../meter/register.js';
import type { Transaction, TransactionLimits, TransactionRecord } from '../model/transaction.js';
import { chargingState } from '../model/transaction.js';
import type { MeterValue, StopReason, Token, Trigger } from '../model/values.js';
import { enqueue } from '../queue/queue.js';
import { notBefore } from '../time/clock.js';
import type { Turn } from '../turn.js';

/** What an event of a transaction says besides the usual. */
export interface Told {
  readonly trigger: Trigger;
  readonly token?: Token | undefined;
  readonly reservationId?: number | undefined;
  readonly stopReason?: StopReason | undefined;
  readonly meter?: readonly (MeterValue | undefined)[];
  readonly limits?: TransactionLimits;
}

/**
 * Writes down what happened to the transaction of an outlet. The numbers have no gap: one is taken here and nowhere
 * else, together with the record that carries it.
 */
export function record(turn: Turn, transaction: Transaction, type: TransactionRecord['type'], told: Told): void {
  const { id, evse, seqNo } = transaction;
  const { plugged, charging, register } = turn.evse(evse);
  const at = notBefore(turn.state, turn.at, transaction.stamped);
  const state = chargingState(plugged, charging);
  const meter = told.meter?.filter((one) => one !== undefined);
  const total = Math.max(wholeWh(register), transaction.register);
  enqueue(turn, {
    kind: 'transaction', type, id, evse, seqNo, at, trigger: told.trigger, charging: state, register: total,
    offline: !isOnline(turn.state),
    ...(told.token !== undefined && { token: told.token }),
    ...(seqNo === 0 && transaction.remoteStartId !== undefined && { remoteStartId: transaction.remoteStartId }),
    ...(seqNo === 0 && transaction.session !== undefined && { session: transaction.session }),
    ...(told.reservationId !== undefined && { reservationId: told.reservationId }),
    ...(told.stopReason !== undefined && { stopReason: told.stopReason }),
    ...(meter !== undefined && meter.length > 0 && { meter }),
    ...(told.limits !== undefined && { limits: told.limits }),
  });
  const next: Transaction = { ...transaction, seqNo: seqNo + 1, stamped: at, register: total, charging: state };
  turn.keep('registers', { ...turn.state.durable.registers, [evse]: register });
  turn.keep('transactions', { ...turn.state.durable.transactions, [evse]: next });
}

/** The transaction that runs at an outlet. */
export const transactionAt = (turn: Turn, evse: number): Transaction | undefined => turn.state.durable.transactions[evse];

/** Changes what is known of a running transaction. */
export function amend(turn: Turn, transaction: Transaction, change: Partial<Transaction>): void {
  turn.keep('transactions', { ...turn.state.durable.transactions, [transaction.evse]: { ...transaction, ...change } });
}
