import { after, earliest, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { isOnline } from '../boot/boot.js';
import { flag, number } from '../device-model/settings.js';
import type { StationState } from '../model/state.js';
import type { MeterValue } from '../model/values.js';
import { utcAt } from '../time/clock.js';
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

/** Takes the samples that are due: each so many seconds after the beginning of the transaction, and at the full hours. */
export function sampleTick(turn: Turn): void {
  const updated = updatedInterval(turn.state);
  const ended = endedInterval(turn.state);
  for (const { id, sampledAt, endSampledAt } of turn.state.evses) {
    if (transactionAt(turn, id) === undefined) continue;
    if (due(turn.now, sampledAt, updated)) {
      turn.setEvse(id, { sampledAt: turn.now });
      const taken = sample(turn, id, 'SampledDataCtrlr.TxUpdatedMeasurands', 'Sample.Periodic');
      if (taken !== undefined) tellTransaction(turn, id, 'MeterValuePeriodic', taken);
    }
    if (due(turn.now, endSampledAt, ended)) {
      turn.setEvse(id, { endSampledAt: turn.now });
      keepForEnd(turn, id, sample(turn, id, 'SampledDataCtrlr.TxEndedMeasurands', 'Sample.Periodic'));
    }
  }
  alignedTick(turn);
}

const due = (now: Instant, last: Instant | undefined, interval: number): boolean =>
  interval > 0 && last !== undefined && now >= after(last, seconds(interval));

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
  const next = (last: Instant | undefined, interval: number): Instant | undefined =>
    interval > 0 && last !== undefined ? after(last, seconds(interval)) : undefined;
  const updated = updatedInterval(state);
  const ended = endedInterval(state);
  const running = state.evses.filter(({ id }) => state.durable.transactions[id] !== undefined);
  const zero = utcAt(state, 0 as Instant);
  const aligned = state.alignedAt === undefined || zero === undefined ? undefined : ((state.alignedAt - zero) as Instant);
  return earliest(aligned, ...running.flatMap(({ sampledAt, endSampledAt }) => [next(sampledAt, updated), next(endSampledAt, ended)]));
}
