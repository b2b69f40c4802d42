import type { MeterValue, Trigger } from '../model/values.js';
import type { Turn } from '../turn.js';
import { record, transactionAt } from './record.js';

/** An event of the transaction that runs at an outlet, if one does. */
export function tellTransaction(turn: Turn, evse: number, trigger: Trigger, meter?: MeterValue): void {
  const transaction = transactionAt(turn, evse);
  if (transaction !== undefined) record(turn, transaction, 'updated', { trigger, meter: [meter] });
}
