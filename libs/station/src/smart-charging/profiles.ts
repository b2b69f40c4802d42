import { flag, number } from '../device-model/settings.js';
import type { Profile, Purpose } from '../model/profile.js';
import type { StationState } from '../model/state.js';
import type { Turn } from '../turn.js';

/**
 * Why a profile cannot be taken, as a reason code of 2.x; undefined where it can. With `starting` it comes with a remote
 * start, and its transaction is yet to begin.
 */
export function objectionTo(state: StationState, profile: Profile, starting: boolean): string | undefined {
  const { purpose, evse, stackLevel, kind, recurrency, schedules, validFrom, validTo } = profile;
  if (!flag(state, 'SmartChargingCtrlr.Enabled')) return 'NotEnabled';
  if (evse !== 0 && state.evses[evse - 1] === undefined) return 'UnknownEvse';
  if (stackLevel < 0 || stackLevel > number(state, 'SmartChargingCtrlr.ProfileStackLevel')) return 'InvalidStackLevel';
  if (purpose === 'external') return 'InvalidProfile'; // those are made by the site, not by the CSMS
  if (purpose === 'station-max' && (evse !== 0 || kind === 'relative')) return 'InvalidProfile';
  if (purpose === 'tx') {
    const running = state.durable.transactions[evse]?.id;
    if (evse === 0) return 'InvalidProfile';
    if (!starting && running === undefined) return 'TxNotFound';
    if (!starting && profile.transaction !== undefined && profile.transaction !== running) return 'TxNotFound';
  }
  if (kind === 'recurring' && recurrency === undefined) return 'InvalidProfile';
  if (validFrom !== undefined && validTo !== undefined && validTo <= validFrom) return 'InvalidProfile';
  for (const { periods, start, duration } of schedules) {
    if (kind === 'recurring' && start === undefined) return 'InvalidSchedule';
    if (kind === 'relative' && start !== undefined) return 'InvalidSchedule';
    if (duration !== undefined && duration < 0) return 'InvalidSchedule';
    if (periods.length > number(state, 'SmartChargingCtrlr.PeriodsPerSchedule')) return 'InvalidSchedule';
    if (periods[0]?.start !== 0 || periods.some(({ limit }) => limit < 0)) return 'InvalidSchedule';
    if (periods.some((period, index) => index > 0 && period.start <= (periods[index - 1]?.start ?? 0))) return 'InvalidSchedule';
  }
  const others = state.durable.profiles.filter((one) => !replaces(profile, one)).length;
  return others >= number(state, 'SmartChargingCtrlr.Entries') ? 'TooManyElements' : undefined;
}

/** A profile takes the place of its own earlier version, and of another at the same level of the same stack. */
const replaces = (next: Profile, old: Profile): boolean =>
  old.id === next.id || (old.purpose === next.purpose && old.stackLevel === next.stackLevel && old.evse === next.evse);

/** Another profile at the same level of the same stack, at the same time: 2.x refuses that (K01.FR.06). */
export const collides = (state: StationState, next: Profile): boolean =>
  state.durable.profiles.some(
    (old) => old.id !== next.id && replaces(next, old) && (old.validFrom ?? 0) < (next.validTo ?? Infinity) && (next.validFrom ?? 0) < (old.validTo ?? Infinity),
  );

/** Takes a profile that nothing speaks against. */
export function putProfile(turn: Turn, profile: Profile): void {
  const bound = profile.purpose === 'tx' ? { ...profile, transaction: profile.transaction ?? turn.state.durable.transactions[profile.evse]?.id } : profile;
  turn.keep('profiles', [...turn.state.durable.profiles.filter((old) => !replaces(profile, old)), bound]);
}

/** What came with a remote start belongs to the transaction that begins. */
export function bindProfiles(turn: Turn, evse: number, transaction: string): void {
  const { profiles } = turn.state.durable;
  if (!profiles.some((one) => isLoose(one, evse))) return;
  turn.keep('profiles', profiles.map((one) => (isLoose(one, evse) ? { ...one, transaction } : one)));
}
const isLoose = (one: Profile, evse: number): boolean => one.purpose === 'tx' && one.evse === evse && one.transaction === undefined;

/** The transaction that a profile came for will not begin. */
export function dropLoose(turn: Turn, evse: number): void {
  const { profiles } = turn.state.durable;
  if (profiles.some((one) => isLoose(one, evse))) turn.keep('profiles', profiles.filter((one) => !isLoose(one, evse)));
}

/** Profiles of a transaction end with it. */
export function unbindProfiles(turn: Turn, transaction: string): void {
  const { profiles } = turn.state.durable;
  const kept = profiles.filter((one) => one.transaction !== transaction);
  if (kept.length < profiles.length) turn.keep('profiles', kept);
}

export interface ProfileFilter {
  readonly ids?: readonly number[] | undefined;
  readonly evse?: number | undefined;
  readonly purpose?: Purpose | undefined;
  readonly stackLevel?: number | undefined;
}
export const matching = (state: StationState, { ids, evse, purpose, stackLevel }: ProfileFilter): readonly Profile[] =>
  state.durable.profiles.filter(
    (one) =>
      (ids === undefined || ids.includes(one.id)) && (evse === undefined || evse === one.evse)
      && (purpose === undefined || purpose === one.purpose) && (stackLevel === undefined || stackLevel === one.stackLevel),
  );

/** Clears what fits; false where nothing does. */
export function clearProfiles(turn: Turn, filter: ProfileFilter): boolean {
  const gone = matching(turn.state, filter);
  if (gone.length > 0) turn.keep('profiles', turn.state.durable.profiles.filter((one) => !gone.includes(one)));
  return gone.length > 0;
}
