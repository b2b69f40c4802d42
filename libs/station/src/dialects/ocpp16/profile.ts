import type { Profile, Purpose } from '../../model/profile.js';
import type { StationState } from '../../model/state.js';
import { decimal, integer, many, object, oneOf, optional, time } from '../../shape/shape.js';
import type { Shaped } from '../../shape/shape.js';

const period = object({ startPeriod: integer(0), limit: decimal(), numberPhases: optional(integer()) });
export const profileShape = object({
  chargingProfileId: integer(),
  transactionId: optional(integer()),
  stackLevel: integer(),
  chargingProfilePurpose: oneOf(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']),
  chargingProfileKind: oneOf(['Absolute', 'Recurring', 'Relative']),
  recurrencyKind: optional(oneOf(['Daily', 'Weekly'])),
  validFrom: optional(time),
  validTo: optional(time),
  chargingSchedule: object({
    duration: optional(integer(0)),
    startSchedule: optional(time),
    chargingRateUnit: oneOf(['A', 'W']),
    chargingSchedulePeriod: many(period, 1),
    minChargingRate: optional(decimal(0)),
  }),
});

export const purposes16 = { ChargePointMaxProfile: 'station-max', TxDefaultProfile: 'tx-default', TxProfile: 'tx' } as const;

/** A transaction that the CSMS numbered is meant by our id; an unknown number is kept as one that nothing has. */
const transactionOf = ({ durable }: StationState, number: number | undefined): string | undefined =>
  number === undefined ? undefined : (Object.entries(durable.ids).find(([, id]) => id === number)?.[0] ?? `unknown-${number}`);

export function profileOf(state: StationState, connectorId: number, given: Shaped<typeof profileShape>): Profile {
  const { chargingSchedule: schedule, chargingProfilePurpose, chargingProfileKind, recurrencyKind } = given;
  const purpose: Purpose = purposes16[chargingProfilePurpose];
  return {
    id: given.chargingProfileId,
    evse: connectorId,
    stackLevel: given.stackLevel,
    purpose,
    kind: lower(chargingProfileKind),
    recurrency: recurrencyKind && lower(recurrencyKind),
    validFrom: given.validFrom,
    validTo: given.validTo,
    transaction: transactionOf(state, given.transactionId),
    schedules: [
      {
        unit: schedule.chargingRateUnit,
        start: schedule.startSchedule,
        duration: schedule.duration,
        minRate: schedule.minChargingRate,
        periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({ start: startPeriod, limit, phases: numberPhases })),
      },
    ],
  };
}

export const lower = <Word extends string>(word: Word): Lowercase<Word> => word.toLowerCase() as Lowercase<Word>;
