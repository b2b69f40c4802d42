import { after, earliest, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { number } from '../device-model/settings.js';
import type { Limit } from '../model/profile.js';
import type { StationState } from '../model/state.js';
import { utcAt } from '../time/clock.js';
import { limitAt } from './composite.js';
import { asSaid } from './evaluate.js';
import type { Reading } from './evaluate.js';

/** How often a limit is told, and how long it holds: a station that died pins nobody for longer. */
const limitRefresh = seconds(30);
export const limitHolds = seconds(120);

/** The limit of an outlet now, as `read` says it. Without a clock no profile can be read, and its own limits hold. */
export function limitNow(state: StationState, evse: number, now: Instant, read: Reading): Limit {
  const utc = utcAt(state, now);
  if (utc !== undefined) return limitAt(state, evse, utc, read).limit;
  const own = state.configuration.evses[evse - 1];
  return { watts: own?.maxWatts ?? 0, amperes: own?.maxAmperes ?? 0 };
}

/** Whether the CSMS would want to know of the change (SmartChargingCtrlr.LimitChangeSignificance, in percent). */
export function isSignificant(state: StationState, before: Limit, now: Limit): boolean {
  const least = number(state, 'SmartChargingCtrlr.LimitChangeSignificance');
  const isLarge = (from: number, to: number): boolean => from !== to && Math.abs(to - from) * 100 >= from * least;
  return isLarge(before.watts, now.watts) || isLarge(before.amperes, now.amperes);
}

export const limitDeadline = (state: StationState): Instant | undefined =>
  earliest(...state.evses.map(({ limit }) => limit?.refreshAt));

/** When a limit is to be looked at again: at the next change, or to refresh it. */
export const nextLook = (state: StationState, evse: number, now: Instant): Instant => {
  const refresh = after(now, limitRefresh);
  const utc = utcAt(state, now);
  if (utc === undefined) return refresh;
  const { until } = limitAt(state, evse, utc, asSaid);
  return Number.isFinite(until) && until - utc < limitRefresh ? after(now, Math.max(1, until - utc) as typeof limitRefresh) : refresh;
};
