import { after, seconds } from '@pilotwire/machine';
import { number } from '../device-model/settings.js';
import type { Entry } from '../model/state.js';
import { isPeriodic } from '../model/transaction.js';
import type { QueueRecord } from '../model/transaction.js';
import type { Turn } from '../turn.js';

/** Dead records that are worth writing the log anew for. */
const compactAt = 500;

/** Puts a record into the queue. It is sent once it is on disk. */
export function enqueue(turn: Turn, record: QueueRecord): void {
  const key = turn.count('key');
  const entry: Entry = { key, record, stored: false, attempts: 0, answers: [], notBefore: undefined };
  turn.set({ entries: [...turn.state.entries, entry] });
  turn.emit({ kind: 'store', key, record });
  overflow(turn);
}

/** A record is on disk, or cannot be: it is held in memory then, and sent as long as we live. */
export function stored(turn: Turn, key: number, ok: boolean): void {
  change(turn, key, { stored: true });
  if (turn.state.diskFull === !ok) return;
  turn.set({ diskFull: !ok });
  turn.tell({ what: ok ? 'disk-well' : 'disk-full' });
}

/** It has been answered, or given up. */
export function remove(turn: Turn, key: number): void {
  turn.set({ entries: turn.state.entries.filter((one) => one.key !== key), dead: turn.state.dead + 1, dropping: key });
  turn.emit({ kind: 'drop', key });
  const { entries, dead } = turn.state;
  if (dead < compactAt || dead < 2 * entries.length) return;
  turn.set({ dead: 0 });
  turn.emit({ kind: 'compact', keep: entries.map(({ key: kept, record }) => ({ key: kept, record })) });
}

/** The disk knows that a record is done with. */
export function dropped(turn: Turn, key: number): void {
  if (turn.state.dropping === key) turn.set({ dropping: undefined });
}

/**
 * A record came back with an error, or without an answer. It is tried again after interval x attempt; after the last
 * attempt (MessageAttempts, OCPP 2.0.1 E13; TransactionMessageAttempts, 1.6 section 3.7) it is a dead letter.
 */
export function failed(turn: Turn, key: number, why: string): void {
  const entry = turn.state.entries.find((one) => one.key === key);
  if (entry === undefined) return;
  const attempts = entry.attempts + 1;
  const answers = [...entry.answers, why.slice(0, 200)];
  // A CSMS without the security whitepaper will not learn it by waiting, and transactions wait behind.
  if (entry.record.kind === 'security' && /^Not(Implemented|Supported)/.test(why)) return bury(turn, { ...entry, answers });
  if (attempts >= number(turn.state, 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]')) return bury(turn, { ...entry, answers });
  const wait = number(turn.state, 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]') * attempts;
  change(turn, key, { attempts, answers, notBefore: after(turn.now, seconds(wait)) });
}

/** Gives a record up, and says so: nobody loses one silently. */
export function bury(turn: Turn, { key, record, answers }: Entry): void {
  turn.tell({ what: 'dead-letter', key, record, answers });
  remove(turn, key);
}

/** When there are too many, every other periodic event goes; what begins and ends a transaction never does (E04.FR.07). */
function overflow(turn: Turn): void {
  const { entries, outstanding } = turn.state;
  if (entries.length <= number(turn.state, 'PilotwireCtrlr.QueueLimit')) return;
  const busy = outstanding !== undefined && 'entry' in outstanding.what ? outstanding.what.entry : undefined;
  // A record that has been tried may have arrived; the newest is the last word on its transaction.
  const periodic = entries.slice(0, -1).filter(({ record, key, attempts }) => isPeriodic(record) && key !== busy && attempts === 0);
  const surplus = periodic.filter((_, index) => index % 2 === 0);
  for (const { key } of surplus) remove(turn, key);
  if (surplus.length > 0) turn.tell({ what: 'dropped', count: surplus.length });
}

function change(turn: Turn, key: number, values: Partial<Entry>): void {
  turn.set({ entries: turn.state.entries.map((one) => (one.key === key ? { ...one, ...values } : one)) });
}
