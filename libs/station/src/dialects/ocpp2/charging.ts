import { integer, many, object, oneOf, optional, text } from '../../shape/shape.js';
import { compositeSchedule } from '../../smart-charging/composite.js';
import { clearProfiles, collides, matching, objectionTo, putProfile } from '../../smart-charging/profiles.js';
import type { Profile } from '../../model/profile.js';
import { iso } from '../../time/utc.js';
import type { Turn } from '../../turn.js';
import { on, reply } from '../dialect.js';
import type { Handled, Handler } from '../dialect.js';
import { profileOf, profileShape, purposeOf, purposeShape } from './profile.js';

const rejected = (reasonCode: string): Handled => reply({ status: 'Rejected', statusInfo: { reasonCode: reasonCode.slice(0, 20) } });

/** Smart Charging of 2.x (block K). */
export const charging: Readonly<Record<string, Handler>> = {
  SetChargingProfile: on(object({ evseId: integer(0), chargingProfile: profileShape }), (turn, { evseId, chargingProfile }) => {
    const profile = profileOf(evseId, chargingProfile);
    if (profile === undefined) return rejected('InvalidProfile');
    // Which transaction is meant has to be said (K01.FR.03).
    if (profile.purpose === 'tx' && profile.transaction === undefined) return rejected('MissingParam');
    const why = objectionTo(turn.state, profile, false);
    if (why !== undefined) return rejected(why);
    if (collides(turn.state, profile)) return rejected('DuplicateProfile');
    putProfile(turn, profile);
    return reply({ status: 'Accepted' });
  }),
  ClearChargingProfile: on(
    object({
      chargingProfileId: optional(integer()),
      chargingProfileCriteria: optional(object({ evseId: optional(integer(0)), chargingProfilePurpose: optional(purposeShape), stackLevel: optional(integer()) })),
    }),
    (turn, { chargingProfileId, chargingProfileCriteria: criteria }) => {
      const wanted = criteria?.chargingProfilePurpose;
      const purpose = wanted && purposeOf(wanted);
      if (wanted !== undefined && purpose === undefined) return reply({ status: 'Unknown' });
      const filter = chargingProfileId === undefined ? { evse: criteria?.evseId, purpose, stackLevel: criteria?.stackLevel } : { ids: [chargingProfileId] };
      return reply({ status: clearProfiles(turn, filter) ? 'Accepted' : 'Unknown' });
    },
  ),
  GetChargingProfiles: on(
    object({
      requestId: integer(), evseId: optional(integer(0)),
      chargingProfile: object({
        chargingProfilePurpose: optional(purposeShape), stackLevel: optional(integer()), chargingProfileId: optional(many(integer())),
        chargingLimitSource: optional(many(text(20))),
      }),
    }),
    (turn, { requestId, evseId, chargingProfile: { chargingProfilePurpose: wanted, stackLevel, chargingProfileId: ids, chargingLimitSource } }) => {
      const purpose = wanted && purposeOf(wanted);
      const others = (wanted !== undefined && purpose === undefined) || (chargingLimitSource !== undefined && !chargingLimitSource.includes('CSO'));
      const found = others ? [] : matching(turn.state, { ids, evse: evseId, purpose, stackLevel });
      if (found.length === 0) return reply({ status: 'NoProfiles' });
      report(turn, requestId, found);
      return reply({ status: 'Accepted' });
    },
  ),
  GetCompositeSchedule: on(
    object({ duration: integer(0), evseId: integer(0), chargingRateUnit: optional(oneOf(['A', 'W'])) }),
    (turn, { duration, evseId, chargingRateUnit }) => {
      const found = compositeSchedule(turn.state, turn.now, evseId, duration, chargingRateUnit ?? 'W');
      if (found === undefined) return rejected('UnknownEvse');
      return reply({
        status: 'Accepted',
        schedule: {
          evseId, duration, scheduleStart: iso(found.start), chargingRateUnit: found.unit,
          chargingSchedulePeriod: found.periods.map(({ start, limit }) => ({ startPeriod: start, limit })),
        },
      });
    },
  ),
};

/** The profiles of each outlet in a message of its own, and no more than a few in one. */
function report(turn: Turn, request: number, found: readonly Profile[]): void {
  const most = 5;
  const parts: { evse: number; profiles: readonly Profile[] }[] = [];
  for (const evse of new Set(found.map((one) => one.evse))) {
    const own = found.filter((one) => one.evse === evse);
    for (let from = 0; from < own.length; from += most) parts.push({ evse, profiles: own.slice(from, from + most) });
  }
  parts.forEach(({ evse, profiles }, index) =>
    turn.say({ kind: 'profiles', request, evse, more: index < parts.length - 1, profiles }, true),
  );
}
