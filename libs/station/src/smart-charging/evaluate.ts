import type { Limit, Profile, RateUnit, Schedule } from '../model/profile.js';

/** What a profile says at a moment, and until when it says the same. */
export interface Said {
  readonly limit: { readonly value: number; readonly unit: RateUnit } | undefined;
  /** UTC milliseconds. */
  readonly until: number;
}

const never = Number.POSITIVE_INFINITY;
const day = 86_400_000;

/**
 * What one profile says at `utc`. `began`: when the transaction began, or would; an absolute schedule without a start and
 * a relative one are counted from there.
 */
export function said(profile: Profile, utc: number, began: number): Said {
  const { validFrom, validTo } = profile;
  if (validFrom !== undefined && utc < validFrom) return { limit: undefined, until: validFrom };
  if (validTo !== undefined && utc >= validTo) return { limit: undefined, until: never };
  const [schedule] = profile.schedules;
  const { limit, until } = bySchedule(profile, schedule, utc, began);
  return { limit, until: Math.min(until, validTo ?? never) };
}

function bySchedule({ kind, recurrency }: Profile, schedule: Schedule, utc: number, began: number): Said {
  const round = recurrency === 'weekly' ? 7 * day : day;
  const first = kind === 'relative' ? began : (schedule.start ?? began);
  if (utc < first) return { limit: undefined, until: first };
  const start = kind === 'recurring' ? first + Math.floor((utc - first) / round) * round : first;
  const again = kind === 'recurring' ? start + round : never;
  const end = Math.min(schedule.duration === undefined ? never : start + schedule.duration * 1_000, again);
  if (utc >= end) return { limit: undefined, until: again };
  const index = schedule.periods.findLastIndex((period) => start + period.start * 1_000 <= utc);
  const period = schedule.periods[index];
  const next = schedule.periods[index + 1];
  const until = Math.min(end, next === undefined ? never : start + next.start * 1_000);
  return { limit: period && { value: period.limit, unit: schedule.unit }, until };
}

/** How a limit of a profile is read: as the CSMS said it, or in both units. */
export type Reading = (limit: { readonly value: number; readonly unit: RateUnit }, voltage: number) => Limit;

/** In its own unit alone. The gateway holds watts and amperes both, with the voltage of each moment. */
export const asSaid: Reading = ({ value, unit }) => (unit === 'W' ? { watts: value, amperes: Infinity } : { watts: Infinity, amperes: value });

/** In watts and in amperes, at this voltage: for whoever asks in the other unit. */
export const both: Reading = ({ value, unit }, voltage) =>
  unit === 'W' ? { watts: value, amperes: value / voltage } : { watts: value * voltage, amperes: value };

export const least = (a: Limit, b: Limit): Limit => ({ watts: Math.min(a.watts, b.watts), amperes: Math.min(a.amperes, b.amperes) });
export const share = ({ watts, amperes }: Limit, of: number): Limit => ({ watts: watts / of, amperes: amperes / of });
