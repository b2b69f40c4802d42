import type { Break } from './break.js';

const boot = 'behaviours/boot.spec.ts';
const queue = 'behaviours/queue.spec.ts';

/** Boot, clock, queue and transactions: what the CSMS is told, and in which order. */
export const messages: readonly Break[] = [
  {
    rule: 'B1 nothing but BootNotification before Accepted', spec: boot, test: 'B1: nothing but BootNotification before Accepted',
    file: 'queue/outbox.ts', from: "if (registration.at !== 'accepted') {", to: "if (registration.at === 'none') {",
  },
  {
    rule: 'B1 nothing else without an answer', spec: boot, test: 'B1: nothing else while nobody answers it either',
    file: 'queue/outbox.ts', from: "if (registration.at !== 'accepted') {", to: "if (registration.at === 'pending') {",
  },
  {
    rule: 'B1 Pending refuses a remote start', spec: boot, test: 'B1: Pending answers calls, refuses a remote start',
    file: 'transactions/remote.ts', from: 'if (!isOnline(state)) return', to: 'if (state.link === undefined) return',
  },
  {
    rule: 'B1 Rejected is silence until the interval', spec: boot, test: 'B1: Rejected is silence until the interval',
    file: 'boot/boot.ts', from: 'const interval = answer.interval > 0 ? answer.interval : bootInterval;', to: 'const interval = bootInterval;',
  },
  {
    rule: 'B1 interval 0 is our own', spec: boot, test: '0 is our own interval',
    file: 'boot/boot.ts', from: 'answer.interval > 0 ? answer.interval : bootInterval', to: 'answer.interval',
  },
  {
    rule: 'B1 a boot without an answer is tried again after a minute', spec: boot, test: 'B1: no answer, or an error, is tried again after a minute',
    file: 'boot/boot.ts', from: "if (turn.state.registration.at !== 'accepted') turn.set", to: "if (turn.state.registration.at === 'pending') turn.set",
  },
  {
    rule: 'B1 a break needs no new boot', spec: boot, test: 'B1: a break of the connection needs no new boot',
    file: 'boot/boot.ts', from: "if (registration.at !== 'accepted' || registeredAs !== protocol) {", to: "if (registration.at !== 'none' || registeredAs !== protocol) {",
  },
  {
    rule: 'B1 after OfflineThreshold all is told', spec: boot, test: 'B1: after more than OfflineThreshold every status is told',
    file: 'boot/boot.ts', from: "number(turn.state, 'OCPPCommCtrlr.OfflineThreshold') * 1_000", to: "number(turn.state, 'OCPPCommCtrlr.OfflineThreshold') * 1_000_000",
  },
  {
    rule: 'B1 the reason of a boot is kept before the restart', spec: boot, test: 'B1: it is kept before a restart, and told after it',
    file: 'maintenance/reset.ts', from: "turn.keep('bootReason', reason);", to: '',
  },
  {
    rule: 'B2 the time of the CSMS is taken where there is no other', spec: boot, test: 'B2: without a clock of its own a station takes the time of the boot',
    file: 'boot/boot.ts', from: 'csmsTime(turn, answer.utc);', to: '',
  },
  {
    rule: 'B2 nothing steps back in a transaction', spec: boot, test: 'B2: a clock that is put back steps no transaction back',
    file: 'time/clock.ts', from: "return at.utc < earlier.utc ? earlier : at;", to: 'return at;',
  },
  {
    rule: 'B2 heartbeats at the interval of the boot', spec: boot, test: 'B2: heartbeats come with the interval of the boot',
    file: 'boot/boot.ts', from: 'String(Math.min(answer.interval, 86_400))', to: "'300'",
  },
  {
    rule: 'B3 on disk before it is sent', spec: queue, test: 'B3: a record is sent only once it is on disk',
    file: 'queue/outbox.ts', from: 'return waits || !entry.stored || dropping !== undefined', to: 'return waits || dropping !== undefined',
  },
  {
    rule: 'B3 the next one when the disk knows that the one before is done with', spec: queue, test: 'B3: the next one waits until it is on disk',
    file: 'queue/outbox.ts', from: 'return waits || !entry.stored || dropping !== undefined ? undefined', to: 'return waits || !entry.stored ? undefined',
  },
  {
    rule: 'B3 in order', spec: queue, test: 'B3: of what happened offline the CSMS hears in order',
    file: 'queue/queue.ts', from: 'turn.set({ entries: [...turn.state.entries, entry] });', to: 'turn.set({ entries: [entry, ...turn.state.entries] });',
  },
  {
    rule: 'B3 status, heartbeat and Authorize are dropped offline', spec: queue, test: 'B3: a status, a heartbeat and an Authorize are not kept',
    file: 'boot/boot.ts', from: 'outbox: items.filter(({ message }) => isLasting(message)).slice(-lastingMost),', to: 'outbox: items.slice(-lastingMost),',
  },
  {
    rule: 'B3 attempts wait for interval x attempt', spec: queue, test: 'B3: an error is tried again after interval x attempt',
    file: 'queue/queue.ts', from: "'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]') * attempts;", to: "'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]');",
  },
  {
    rule: 'B3 each attempt has an id of its own', spec: queue, test: 'with a new id',
    file: 'queue/outbox.ts', from: "${turn.count('call')}", to: "${'entry' in next ? next.entry.key : turn.count('call')}",
  },
  {
    rule: 'B3 being offline is no attempt', spec: queue, test: 'being offline is no attempt',
    file: 'boot/boot.ts', from: "if (link === undefined) return [];", to: "if (link === undefined) return [];\n  if (outstanding !== undefined && 'entry' in outstanding.what) { const { entry } = outstanding.what; turn.set({ entries: turn.state.entries.map((one) => (one.key === entry ? { ...one, attempts: one.attempts + 1 } : one)) }); }",
  },
  {
    rule: 'B3 after the last attempt it is a dead letter', spec: queue, test: 'B3: after the last attempt it is a dead letter',
    file: 'queue/queue.ts', from: "turn.tell({ what: 'dead-letter', key, record, answers });", to: '',
  },
  {
    rule: 'B3 on overflow only periodic events go', spec: queue, test: 'B3: of too many, every other periodic event goes',
    file: 'queue/queue.ts', from: 'isPeriodic(record) && key !== busy', to: 'key !== busy',
  },
  {
    rule: 'B3 the CSMS may speak first', spec: queue, test: 'B3: the CSMS may speak first',
    file: 'queue/outbox.ts', from: '|| now < (link?.resumeAt ?? now);', to: ';',
  },
  {
    rule: 'B4 the number of a transaction is put in when it comes', spec: queue, test: 'B4: what waits for a transaction id is patched',
    file: 'dialects/ocpp16/write.ts', from: "if (transactionId === undefined) return 'orphan';", to: "if (record.offline) return { action: 'StopTransaction', payload: { transactionId: -1, meterStop: record.register, timestamp } };\n  if (transactionId === undefined) return 'orphan';",
  },
  {
    rule: 'B4 0 is a number', spec: queue, test: 'B4: 0 is a transaction id',
    file: 'transactions/answered.ts', from: 'if (answer.number !== undefined) {', to: 'if (answer.number) {',
  },
  {
    rule: 'B5 seqNo from 0 without a gap', spec: queue, test: 'B5: a UUID of its own, seqNo from 0 without a gap',
    file: 'transactions/record.ts', from: 'seqNo: seqNo + 1, stamped: at', to: 'seqNo: seqNo + 2, stamped: at',
  },
  {
    rule: 'B5 a UUID for each transaction', spec: queue, test: 'B5: a UUID of its own',
    file: 'transactions/change.ts', from: "turn.count('transaction').toString(16)", to: "(1).toString(16)",
  },
  {
    rule: 'B5 the token only where it is new', spec: queue, test: 'the token only where it is new',
    file: 'transactions/change.ts', from: "record(turn, transaction, 'updated', { trigger: cause.trigger, token: cause.token });", to: "record(turn, transaction, 'updated', { trigger: cause.trigger, token: transaction.token });",
  },
  {
    rule: 'B5 remoteStartId once', spec: queue, test: 'B5: remoteStartId and reservationId are told once',
    file: 'transactions/record.ts', from: '...(seqNo === 0 && transaction.remoteStartId !== undefined', to: '...(transaction.remoteStartId !== undefined',
  },
  {
    rule: 'B5 TxStartPoint', spec: queue, test: 'B5: with EVConnected as its start point',
    file: 'transactions/change.ts', from: 'EVConnected: plugged,', to: 'EVConnected: plugged && authorization !== undefined,',
  },
  {
    rule: 'B5 TxStopPoint', spec: queue, test: 'B5: with EVConnected as its only stop point',
    file: 'transactions/change.ts', from: "list(turn.state, 'TxCtrlr.TxStopPoint').filter(isPoint).some(", to: "(['EVConnected', 'Authorized'] as const).some(",
  },
  {
    rule: 'B6 a transaction that fell with the power ends at the next boot', spec: queue, test: 'ends it at the next boot with the last value',
    file: 'transactions/facts.ts', from: 'if (other) lost(turn, fact.evse);', to: '',
  },
  {
    rule: 'B6 with the last value that was stored', spec: queue, test: 'ends it at the next boot with the last value',
    file: 'transactions/record.ts', from: 'Math.max(wholeWh(register), transaction.register)', to: "told.trigger === 'AbnormalCondition' ? 0 : Math.max(wholeWh(register), transaction.register)",
  },
  {
    rule: 'B6 PowerLoss, or Reboot where it was planned', spec: queue, test: 'B6: a restart that was planned is a Reboot',
    file: 'transactions/facts.ts', from: "? 'PowerLoss' : 'Reboot'", to: "? 'PowerLoss' : 'PowerLoss'",
  },
];
