import type { Instant } from '@pilotwire/machine';
import { flag, number } from '../device-model/settings.js';
import type { Limit, Period, Profile, Purpose, RateUnit } from '../model/profile.js';
import type { StationState } from '../model/state.js';
import { utcAt, utcOf } from '../time/clock.js';
import { both, least, said, share } from './evaluate.js';
import type { Reading } from './evaluate.js';

/** A limit, and until when it holds if nothing is changed. UTC milliseconds. */
export interface Held {
  readonly limit: Limit;
  readonly until: number;
}

/**
 * What an outlet may deliver at `utc`: the least of its own limits, of what holds for the station, and of the profile of
 * its transaction, in place of which the default one holds where there is none (2.0.1 part 2, K01; 1.6 section 3.13).
 * A limit of the station is shared evenly by the outlets that charge. The voltage is the one that is measured, else the nominal one.
 */
export function limitAt(state: StationState, evse: number, utc: number, read: Reading): Held {
  const one = state.evses[evse - 1];
  const configured = state.configuration.evses[evse - 1];
  if (one === undefined || configured === undefined) return { limit: { watts: 0, amperes: 0 }, until: Number.POSITIVE_INFINITY };
  const own: Limit = { watts: configured.maxWatts, amperes: configured.maxAmperes };
  const transaction = state.durable.transactions[evse];
  const began = transaction === undefined ? utc : utcOf(state, transaction.began);
  const voltage = one.reading !== undefined && one.reading.voltage >= 50 ? one.reading.voltage : configured.nominalVoltage;
  const others = state.evses.filter(({ id }) => id !== evse && state.durable.transactions[id] !== undefined).length;
  let until = Number.POSITIVE_INFINITY;
  const top = (purpose: Purpose): { limit: Limit; evse: number } | undefined => {
    const found = highest(state, purpose, evse, utc, began);
    until = Math.min(until, found.until);
    return found.profile && { limit: read(found.profile.limit, voltage), evse: found.profile.evse };
  };
  let limit = own;
  if (flag(state, 'SmartChargingCtrlr.Enabled')) {
    for (const purpose of ['station-max', 'external'] as const) {
      const found = top(purpose);
      if (found !== undefined) limit = least(limit, found.evse === 0 ? share(found.limit, others + 1) : found.limit);
    }
    const ours = top('tx') ?? top('tx-default');
    if (ours !== undefined) limit = least(limit, ours.limit);
  }
  const refusedAt = transaction?.refusedAt;
  if (refusedAt !== undefined && one.register.total - refusedAt >= number(state, 'TxCtrlr.MaxEnergyOnInvalidId')) {
    limit = { watts: 0, amperes: 0 };
  }
  return { limit, until };
}

/** Of the profiles of one purpose, the one with the highest stack level that says anything now; the outlet's own first. */
function highest(state: StationState, purpose: Purpose, evse: number, utc: number, began: number) {
  const candidates = state.durable.profiles
    .filter((one) => one.purpose === purpose && (one.evse === evse || one.evse === 0) && concerns(one, state, evse))
    .sort((a, b) => b.stackLevel - a.stackLevel || b.evse - a.evse);
  let until = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const now = said(candidate, utc, began);
    until = Math.min(until, now.until);
    if (now.limit !== undefined) return { profile: { limit: now.limit, evse: candidate.evse }, until };
  }
  return { profile: undefined, until };
}

/** A profile for a transaction holds for no other. */
const concerns = ({ purpose, transaction }: Profile, state: StationState, evse: number): boolean =>
  purpose !== 'tx' || (transaction !== undefined && transaction === state.durable.transactions[evse]?.id);

/** What the station as a whole may take (evse 0). */
function stationLimitAt(state: StationState, utc: number): Held {
  const { evses } = state.configuration;
  const voltage = evses[0]?.nominalVoltage ?? 400;
  let limit: Limit = { watts: sum(evses.map(({ maxWatts }) => maxWatts)), amperes: sum(evses.map(({ maxAmperes }) => maxAmperes)) };
  let until = Number.POSITIVE_INFINITY;
  for (const purpose of ['station-max', 'external'] as const) {
    const found = highest(state, purpose, 0, utc, utc);
    until = Math.min(until, found.until);
    if (found.profile !== undefined) limit = least(limit, both(found.profile.limit, voltage));
  }
  return { limit, until };
}
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export interface CompositeSchedule {
  readonly evse: number;
  /** UTC milliseconds. */
  readonly start: number;
  readonly duration: number;
  readonly unit: RateUnit;
  readonly periods: readonly Period[];
}

/** The limits of the time to come, `duration` seconds of it; undefined without a clock or such an outlet. */
export function compositeSchedule(state: StationState, now: Instant, evse: number, duration: number, unit: RateUnit): CompositeSchedule | undefined {
  const from = utcAt(state, now);
  if (from === undefined || (evse !== 0 && state.evses[evse - 1] === undefined)) return undefined;
  const start = Math.round(from);
  const most = number(state, 'SmartChargingCtrlr.PeriodsPerSchedule');
  const periods: Period[] = [];
  const end = start + Math.max(1, duration * 1_000);
  for (let utc = start, steps = 0; utc < end && steps < 4 * most && periods.length < most; steps++) {
    const { limit, until } = evse === 0 ? stationLimitAt(state, utc) : limitAt(state, evse, utc, both);
    const value = tenth(unit === 'W' ? limit.watts : limit.amperes);
    const second = Math.round((utc - start) / 1_000);
    if (periods.at(-1)?.start === second) periods.pop();
    if (periods.at(-1)?.limit !== value) periods.push({ start: second, limit: value });
    utc = Math.max(until, utc + 1);
  }
  return { evse, start, duration, unit, periods };
}

const tenth = (value: number): number => Math.floor(value * 10 + 1e-6) / 10;
