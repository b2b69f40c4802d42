import { after, earliest, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { number } from '../device-model/settings.js';
import type { Limit } from '../model/profile.js';
import type { StationState } from '../model/state.js';
import { utcAt } from '../time/clock.js';
import { limitAt } from './composite.js';

/** How often a limit is told, and how long it holds: a station that died pins nobody for longer. */
const limitRefresh = seconds(30);
export const limitHolds = seconds(120);

/** The limit of an outlet now. Without a clock no profile can be read, and its own limits hold. */
export function limitNow(state: StationState, evse: number, now: Instant): Limit {
  const utc = utcAt(state, now);
  if (utc !== undefined) return limitAt(state, evse, utc).limit;
  const own = state.configuration.evses[evse - 1];
  return { watts: own?.maxWatts ?? 0, amperes: own?.maxAmperes ?? 0 };
}

/** Whether the CSMS would want to know of the change (SmartChargingCtrlr.LimitChangeSignificance, in percent). */
export function isSignificant(state: StationState, before: Limit, now: Limit): boolean {
  const change = Math.abs(now.watts - before.watts);
  return change > 0 && change * 100 >= before.watts * number(state, 'SmartChargingCtrlr.LimitChangeSignificance');
}

export const limitDeadline = (state: StationState): Instant | undefined =>
  earliest(...state.evses.map(({ limit }) => limit?.refreshAt));

/** When a limit is to be looked at again: at the next change, or to refresh it. */
export const nextLook = (state: StationState, evse: number, now: Instant): Instant => {
  const refresh = after(now, limitRefresh);
  const utc = utcAt(state, now);
  if (utc === undefined) return refresh;
  const { until } = limitAt(state, evse, utc);
  return Number.isFinite(until) && until - utc < limitRefresh ? after(now, Math.max(1, until - utc) as typeof limitRefresh) : refresh;
};
