import { after, between, earliest, seconds } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import { isOnline } from '../boot/boot.js';
import { flag, number } from '../device-model/settings.js';
import type { StationState } from '../model/state.js';
import type { Transaction } from '../model/transaction.js';
import type { MeterValue } from '../model/values.js';
import { instantOf, utcAt } from '../time/clock.js';
import { transactionAt } from '../transactions/record.js';
import { tellTransaction } from '../transactions/tell.js';
import type { Turn } from '../turn.js';
import { sample } from './sample.js';

/** The most samples that wait for the end of a transaction; of more, every other one in the middle goes. */
const samplesMost = 100;

const updatedInterval = (state: StationState): number =>
  flag(state, 'SampledDataCtrlr.Enabled') ? number(state, 'SampledDataCtrlr.TxUpdatedInterval') : 0;
const endedInterval = (state: StationState): number =>
  flag(state, 'SampledDataCtrlr.Enabled') ? number(state, 'SampledDataCtrlr.TxEndedInterval') : 0;
const alignedInterval = (state: StationState): number =>
  flag(state, 'AlignedDataCtrlr.Enabled') ? number(state, 'AlignedDataCtrlr.Interval') : 0;

/** Where readings come late and in batches, they are waited for; after so long without any, the last one has to do. */
const batchMost = seconds(15);

/** Takes the samples that are due now. */
export function sampleTick(turn: Turn): void {
  for (const { id, lateAt, unsureUntil } of turn.state.evses) {
    if (unsureUntil !== undefined) continue; // perhaps it is over
    if (lateAt === undefined || turn.now >= after(lateAt, batchMost)) takeDue(turn, id, turn.now);
  }
  alignedTick(turn);
}

/** A reading has come, perhaps late: the samples that were due when it was made are taken from it, with its time. */
export const sampleReading = (turn: Turn, id: number): void => takeDue(turn, id, instantOf(turn.state, turn.at) ?? turn.now);

/** Samples are due each so many seconds after the beginning of the transaction, whenever the last one was taken. */
function takeDue(turn: Turn, id: number, at: Instant): void {
  const transaction = transactionAt(turn, id);
  if (transaction === undefined) return;
  const { sampledAt, endSampledAt } = turn.evse(id);
  if (isDue(turn.state, transaction, sampledAt, updatedInterval(turn.state), at)) {
    turn.setEvse(id, { sampledAt: at });
    const taken = sample(turn, id, 'SampledDataCtrlr.TxUpdatedMeasurands', 'Sample.Periodic');
    if (taken !== undefined) tellTransaction(turn, id, 'MeterValuePeriodic', taken);
  }
  if (isDue(turn.state, transaction, endSampledAt, endedInterval(turn.state), at)) {
    turn.setEvse(id, { endSampledAt: at });
    keepForEnd(turn, id, sample(turn, id, 'SampledDataCtrlr.TxEndedMeasurands', 'Sample.Periodic'));
  }
}

function isDue(state: StationState, transaction: Transaction, last: Instant | undefined, interval: number, at: Instant): boolean {
  const next = nextSample(state, transaction, last, interval);
  return next !== undefined && at >= next;
}

/** After a restart the last event stands for the last sample. */
function nextSample(state: StationState, { began, stamped }: Transaction, sampledAt: Instant | undefined, interval: number): Instant | undefined {
  const from = instantOf(state, began);
  const last = sampledAt ?? instantOf(state, stamped);
  if (interval === 0 || from === undefined || last === undefined) return undefined;
  const wait = seconds(interval);
  return after(from, ((Math.floor(between(from, last) / wait) + 1) * wait) as Duration);
}

/** Clock-aligned samples: at midnight UTC, and each interval after it. Outside a transaction nobody waits for them offline. */
function alignedTick(turn: Turn): void {
  const utc = utcAt(turn.state, turn.now);
  const interval = alignedInterval(turn.state) * 1_000;
  if (utc === undefined || interval === 0) return turn.state.alignedAt === undefined ? undefined : turn.set({ alignedAt: undefined });
  const { alignedAt } = turn.state;
  turn.set({ alignedAt: nextAligned(utc, interval) });
  if (alignedAt === undefined || utc < alignedAt) return;
  for (const { id } of turn.state.evses) {
    const taken = sample(turn, id, 'AlignedDataCtrlr.Measurands', 'Sample.Clock');
    if (transactionAt(turn, id) === undefined) {
      if (taken !== undefined && isOnline(turn.state)) turn.say({ kind: 'meter', evse: id, values: [taken] });
      continue;
    }
    if (taken !== undefined && !flag(turn.state, 'AlignedDataCtrlr.SendDuringIdle')) tellTransaction(turn, id, 'MeterValueClock', taken);
    keepForEnd(turn, id, sample(turn, id, 'AlignedDataCtrlr.TxEndedMeasurands', 'Sample.Clock'));
  }
}

/** The first full interval after `utc`, counted from midnight. */
function nextAligned(utc: number, interval: number): number {
  const midnight = Math.floor(utc / 86_400_000) * 86_400_000;
  return Math.min(midnight + 86_400_000, midnight + (Math.floor((utc - midnight) / interval) + 1) * interval);
}

function keepForEnd(turn: Turn, id: number, taken: MeterValue | undefined): void {
  if (taken === undefined) return;
  const samples = [...turn.evse(id).samples, taken];
  const thinned = samples.length > samplesMost ? samples.filter((_, index) => index === 0 || index % 2 === 1) : samples;
  turn.setEvse(id, { samples: thinned });
}

/** Samples because the CSMS asked. */
export function sampleNow(turn: Turn, id: number): void {
  const taken = sample(turn, id, 'SampledDataCtrlr.TxUpdatedMeasurands', 'Trigger');
  if (taken !== undefined) turn.say({ kind: 'meter', evse: id, values: [taken] }, true);
}

export function sampleDeadline(state: StationState): Instant | undefined {
  const running = state.evses.flatMap(({ id, lateAt, unsureUntil, sampledAt, endSampledAt }) => {
    const transaction = state.durable.transactions[id];
    if (transaction === undefined || unsureUntil !== undefined) return [];
    const next = [
      nextSample(state, transaction, sampledAt, updatedInterval(state)), nextSample(state, transaction, endSampledAt, endedInterval(state)),
    ];
    return next.map((at) => at && latest(at, lateAt && after(lateAt, batchMost)));
  });
  const aligned = state.alignedAt === undefined ? undefined : instantOf(state, { utc: state.alignedAt });
  return earliest(aligned, ...running);
}

const latest = (a: Instant, b: Instant | undefined): Instant => (b === undefined || b < a ? a : b);
