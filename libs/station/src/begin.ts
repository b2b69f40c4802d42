import { after, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { idleEvse, newRegister } from './model/evse.js';
import type { EvseState } from './model/evse.js';
import type { Configuration, Durable, Entry, StationState } from './model/state.js';
import type { QueueRecord, Transaction, TransactionRecord } from './model/transaction.js';
import type { Charging } from './model/values.js';

/** What was on disk: the persisted parts, each in its latest version, and the records that were not dropped, in order. */
export interface Restored {
  readonly durable?: Partial<Durable>;
  readonly records?: readonly { readonly key: number; readonly record: QueueRecord }[];
}

const nothing: Durable = {
  variables: {}, list: { version: 0, entries: {} }, cache: {}, profiles: [], reservations: [], inoperative: [], transactions: {}, registers: {}, networks: {}, ids: {},
  clocks: [], bootReason: undefined, firmware: undefined,
};

/** How long the gateway has to say that the session of an old transaction still runs. */
const unsureMost = seconds(120);

/**
 * A station as it comes up, with what it was before. A transaction from then is kept open for a while: perhaps only this
 * process was gone, and the car charges on.
 */
export function beginStation(configuration: Configuration, now: Instant, restored: Restored = {}): StationState {
  const records = restored.records ?? [];
  const durable: Durable = { ...nothing, ...restored.durable };
  const transactions = foldTransactions(durable.transactions, records.map(({ record }) => record));
  const whole = { ...durable, transactions };
  const entries: readonly Entry[] = records.map(({ key, record }) => ({ key, record, stored: true, attempts: 0, answers: [], notBefore: undefined }));
  return {
    configuration,
    began: now,
    durable: whole,
    link: undefined,
    offlineSince: now,
    registration: { at: 'none' },
    registeredAs: undefined,
    greeted: false,
    bootAt: undefined,
    clock: { host: undefined, csms: undefined },
    evses: configuration.evses.map((_, index) => outlet(whole, index + 1, now)),
    told: { status: undefined, changing: undefined },
    entries,
    outbox: [],
    outstanding: undefined,
    heartbeatAt: undefined,
    dropping: undefined,
    diskFull: false,
    dead: 0,
    reset: undefined,
    later: {},
    alignedAt: undefined,
    log: undefined,
    firmware: durable.firmware && { status: 'InstallRebooting', ...durable.firmware },
    counters: { key: 1 + Math.max(0, ...records.map(({ key }) => key)), call: 1, transaction: 1, request: 1, event: 1 },
  };
}

function outlet(durable: Durable, id: number, now: Instant): EvseState {
  const transaction = durable.transactions[id];
  const idle = idleEvse(id, durable.registers[id] ?? { ...newRegister, total: transaction?.register ?? 0 });
  if (transaction === undefined) return idle;
  const { token, group, remoteStartId, charging, session } = transaction;
  return {
    ...idle,
    plugged: charging !== 'Idle',
    session,
    charging: chargingOf(charging),
    authorization: token && { token, group, by: 'csms', remoteStartId, until: undefined },
    lateAt: now,
    unsureUntil: after(now, unsureMost),
  };
}

function chargingOf(state: Transaction['charging']): Charging {
  switch (state) {
    case 'Charging':
      return 'charging';
    case 'SuspendedEV':
      return 'suspended-ev';
    case 'SuspendedEVSE':
      return 'suspended-evse';
    case 'Idle':
    case 'EVConnected':
      return 'none';
  }
}

/**
 * The transactions that run, by what was persisted of them and by the records, of which the last may be younger: a record
 * is written before the part that says the same.
 */
function foldTransactions(persisted: Durable['transactions'], records: readonly QueueRecord[]): Durable['transactions'] {
  const found = new Map<number, Transaction>(Object.values(persisted).map((one) => [one.evse, one]));
  for (const record of records) {
    if (record.kind !== 'transaction') continue;
    const known = found.get(record.evse);
    if (known !== undefined && known.id === record.id && record.seqNo < known.seqNo) continue;
    // Of another transaction that has ended, or of one that began while this one ended.
    if (known !== undefined && known.id !== record.id && record.type !== 'started') continue;
    if (record.type === 'ended') {
      if (known?.id === record.id) found.delete(record.evse);
    } else if (known?.id === record.id) {
      found.set(record.evse, { ...known, ...progress(record), token: known.token ?? record.token });
    } else if (record.type === 'started' && !records.some((other) => isEndOf(other, record.id))) {
      found.set(record.evse, reborn(record));
    }
  }
  return Object.fromEntries(found);
}

const isEndOf = (record: QueueRecord, id: string): boolean => record.kind === 'transaction' && record.id === id && record.type === 'ended';

const progress = ({ seqNo, at, register, charging }: TransactionRecord) => ({ seqNo: seqNo + 1, stamped: at, register, charging });

const reborn = (record: TransactionRecord): Transaction => ({
  id: record.id, evse: record.evse, session: record.session, began: record.at, beganAt: record.register, token: record.token, group: undefined,
  remoteStartId: record.remoteStartId, refusedAt: undefined, limits: {}, ...progress(record),
});
