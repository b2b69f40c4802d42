import type { Profile, Schedule } from '../../model/profile.js';
import { decimal, integer, many, object, oneOf, optional, text, time } from '../../shape/shape.js';
import type { Shaped } from '../../shape/shape.js';
import { lower } from '../ocpp16/profile.js';
import { unread } from './read.js';

const period = object({ startPeriod: integer(0), limit: optional(decimal()), numberPhases: optional(integer()), phaseToUse: unread });
const schedule = object({
  id: integer(),
  startSchedule: optional(time),
  duration: optional(integer(0)),
  chargingRateUnit: oneOf(['A', 'W']),
  chargingSchedulePeriod: many(period, 1),
  minChargingRate: optional(decimal(0)),
  salesTariff: unread,
});
/** The words of 2.1 among them, so that they are understood, and refused as what they are. */
const purposes2 = [
  'ChargingStationExternalConstraints', 'ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile', 'PriorityCharging', 'LocalGeneration',
] as const;
export const purposeShape = oneOf(purposes2);
const purposes = {
  ChargingStationExternalConstraints: 'external', ChargingStationMaxProfile: 'station-max', TxDefaultProfile: 'tx-default', TxProfile: 'tx',
  PriorityCharging: undefined, LocalGeneration: undefined,
} as const;
export const purposeOf = (purpose: (typeof purposes2)[number]) => purposes[purpose];

export const profileShape = object({
  id: integer(),
  stackLevel: integer(),
  chargingProfilePurpose: purposeShape,
  chargingProfileKind: oneOf(['Absolute', 'Recurring', 'Relative', 'Dynamic']),
  recurrencyKind: optional(oneOf(['Daily', 'Weekly'])),
  validFrom: optional(time),
  validTo: optional(time),
  transactionId: optional(text(36)),
  chargingSchedule: many(schedule, 1),
});

/** The profile as it is kept; undefined for what 2.1 adds and this station has not. */
export function profileOf(evse: number, given: Shaped<typeof profileShape>): Profile | undefined {
  const { chargingProfileKind: kind, recurrencyKind } = given;
  const purpose = purposeOf(given.chargingProfilePurpose);
  const [first, ...rest] = given.chargingSchedule.map(scheduleOf);
  if (purpose === undefined || kind === 'Dynamic' || first === undefined || rest.includes(undefined) || rest.length > 2) return undefined;
  return {
    id: given.id, evse, stackLevel: given.stackLevel, purpose, kind: lower(kind), recurrency: recurrencyKind && lower(recurrencyKind),
    validFrom: given.validFrom, validTo: given.validTo, transaction: given.transactionId,
    schedules: [first, ...rest.filter((one) => one !== undefined)],
  };
}

function scheduleOf(given: Shaped<typeof schedule>): Schedule | undefined {
  const periods = given.chargingSchedulePeriod.flatMap(({ startPeriod, limit, numberPhases }) =>
    limit === undefined ? [] : [{ start: startPeriod, limit, phases: numberPhases }],
  );
  if (periods.length < given.chargingSchedulePeriod.length) return undefined;
  return { id: given.id, unit: given.chargingRateUnit, start: given.startSchedule, duration: given.duration, minRate: given.minChargingRate, periods };
}
