import { remember } from '../authorization/known.js';
import { flag } from '../device-model/settings.js';
import type { Answer } from '../dialects/dialect.js';
import type { TransactionLimits, TransactionRecord } from '../model/transaction.js';
import type { Turn } from '../turn.js';
import { amend, record } from './record.js';
import { stop } from './stop.js';

/** Numbers of transactions that are kept: those whose end was given up would stay for ever. */
const idsMost = 1_000;

/** What the CSMS says to an event of a transaction. */
export function transactionAnswered(turn: Turn, event: TransactionRecord, answer: Extract<Answer, { kind: 'transaction' }>): void {
  const { ids } = turn.state.durable;
  // 0 is a number like any other: some CSMSs give it out.
  if (answer.number !== undefined) {
    turn.keep('ids', { ...Object.fromEntries(Object.entries(ids).slice(-(idsMost - 1))), [event.id]: answer.number });
  }
  if (event.type === 'ended' && ids[event.id] !== undefined) {
    const { [event.id]: _, ...others } = ids;
    turn.keep('ids', others);
  }
  if (answer.cost !== undefined) turn.perform({ do: 'cost', transaction: event.id, total: answer.cost });
  if (answer.limits !== undefined) limit(turn, event, answer.limits);
  const { info } = answer;
  if (info === undefined || event.token === undefined) return;
  remember(turn, event.token, info);
  const transaction = turn.state.durable.transactions[event.evse];
  if (transaction?.id !== event.id) return;
  if (info.status === 'Accepted') {
    if (info.group !== undefined && transaction.group === undefined) amend(turn, transaction, { group: info.group });
    return;
  }
  if (turn.evse(event.evse).authorization === undefined) return;
  if (flag(turn.state, 'TxCtrlr.StopTxOnInvalidId')) return stop(turn, event.evse, { reason: 'DeAuthorized', trigger: 'Deauthorized' });
  // The transaction goes on, its energy ends after MaxEnergyOnInvalidId: see the limit of an outlet.
  amend(turn, transaction, { refusedAt: turn.evse(event.evse).register.total });
}

/** The CSMS limits a transaction, and hears that it is limited (2.1). */
function limit(turn: Turn, { id, evse }: TransactionRecord, limits: TransactionLimits): void {
  const transaction = turn.state.durable.transactions[evse];
  const { maxEnergy, maxTime, maxSoc } = limits;
  if (transaction?.id !== id) return;
  const same = transaction.limits.maxEnergy === maxEnergy && transaction.limits.maxTime === maxTime && transaction.limits.maxSoc === maxSoc;
  if (!same) record(turn, { ...transaction, limits }, 'updated', { trigger: 'LimitSet', limits });
}
