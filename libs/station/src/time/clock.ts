import type { Instant } from '@pilotwire/machine';
import { list } from '../device-model/settings.js';
import type { StationState } from '../model/state.js';
import type { Stamp } from '../model/values.js';

/** UTC of instant 0 by the first source that is there, in the order of ClockCtrlr.TimeSource; undefined before any. */
export function offset(state: StationState): number | undefined {
  for (const source of list(state, 'ClockCtrlr.TimeSource')) {
    const found = source === 'NTP' ? state.clock.host : state.clock.csms;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** UTC milliseconds at an instant of this life. */
export function utcAt(state: StationState, at: Instant): number | undefined {
  const zero = offset(state);
  return zero === undefined ? undefined : zero + at;
}

/** This instant, by the clock where it is known, else by the life of the process. */
export function stamp(state: StationState, at: Instant): Stamp {
  const utc = utcAt(state, at);
  return utc === undefined ? { life: state.configuration.life, at } : { utc };
}

/** A stamp by the clock of this life; undefined where the two have not met. */
export function instantOf(state: StationState, at: Stamp): Instant | undefined {
  if ('life' in at) return at.life === state.configuration.life ? (at.at as Instant) : undefined;
  const zero = offset(state);
  return zero === undefined ? undefined : ((at.utc - zero) as Instant);
}

/** A stamp in UTC milliseconds. The lives of all stamps are known once `learn` was there; before, nothing is sent. */
export function utcOf(state: StationState, at: Stamp): number {
  if ('utc' in at) return at.utc;
  return (state.durable.clocks.find(({ life }) => life === at.life)?.offset ?? 0) + at.at;
}

/** The later of two stamps; an earlier one takes the time of the other, for nothing steps back in a transaction. */
export function notBefore(state: StationState, at: Stamp, earlier: Stamp): Stamp {
  if ('utc' in at && 'utc' in earlier) return at.utc < earlier.utc ? earlier : at;
  if (!('utc' in at) && !('utc' in earlier)) return at;
  return state.durable.clocks.length === 0 ? at : utcOf(state, at) < utcOf(state, earlier) ? earlier : at;
}
