import { choice, enumeration, integer, list, optional, unsignedInt, unsignedLong } from '@pilotwire/exi';
import { numericID, percentValue, RationalNumberType } from '../common-types.js';
import { commonMessages } from '../namespaces.js';
import { AbsolutePriceScheduleType, EVAbsolutePriceScheduleType, PriceLevelScheduleType } from './prices.js';

/* V2G_CI_CommonMessages.xsd: how much power when. */

export const maxSupportingPointsScheduleTuple = integer(12, 1024);
export const powerToleranceAcceptance = enumeration('PowerToleranceNotConfirmed', 'PowerToleranceConfirmed');
export const EVPowerScheduleEntryType = commonMessages.complex('EVPowerScheduleEntryType', {
  /** Seconds. */
  Duration: unsignedInt,
  Power: RationalNumberType,
});
export const EVPowerScheduleEntryListType = commonMessages.complex('EVPowerScheduleEntryListType', {
  EVPowerScheduleEntry: list(EVPowerScheduleEntryType, { max: 1024 }),
});
export const EVPowerScheduleType = commonMessages.complex('EVPowerScheduleType', {
  /** Unix time, seconds. */
  TimeAnchor: unsignedLong,
  EVPowerScheduleEntries: EVPowerScheduleEntryListType,
});
export const EVEnergyOfferType = commonMessages.complex('EVEnergyOfferType', {
  EVPowerSchedule: EVPowerScheduleType,
  EVAbsolutePriceSchedule: EVAbsolutePriceScheduleType,
});
export const Scheduled_SEReqControlModeType = commonMessages.complex('Scheduled_SEReqControlModeType', {
  /** Seconds from the time of the message. */
  DepartureTime: optional(unsignedInt),
  EVTargetEnergyRequest: optional(RationalNumberType),
  EVMaximumEnergyRequest: optional(RationalNumberType),
  EVMinimumEnergyRequest: optional(RationalNumberType),
  EVEnergyOffer: optional(EVEnergyOfferType),
});
export const Dynamic_SEReqControlModeType = commonMessages.complex('Dynamic_SEReqControlModeType', {
  /** Seconds from the time of the message. */
  DepartureTime: unsignedInt,
  MinimumSOC: optional(percentValue),
  TargetSOC: optional(percentValue),
  EVTargetEnergyRequest: RationalNumberType,
  EVMaximumEnergyRequest: RationalNumberType,
  EVMinimumEnergyRequest: RationalNumberType,
  EVMaximumV2XEnergyRequest: optional(RationalNumberType),
  EVMinimumV2XEnergyRequest: optional(RationalNumberType),
});
export const PowerScheduleEntryType = commonMessages.complex('PowerScheduleEntryType', {
  /** Seconds. */
  Duration: unsignedInt,
  Power: RationalNumberType,
  Power_L2: optional(RationalNumberType),
  Power_L3: optional(RationalNumberType),
});
export const PowerScheduleEntryListType = commonMessages.complex('PowerScheduleEntryListType', {
  PowerScheduleEntry: list(PowerScheduleEntryType, { max: 1024 }),
});
export const PowerScheduleType = commonMessages.complex('PowerScheduleType', {
  /** Unix time, seconds. */
  TimeAnchor: unsignedLong,
  AvailableEnergy: optional(RationalNumberType),
  PowerTolerance: optional(RationalNumberType),
  PowerScheduleEntries: PowerScheduleEntryListType,
});
const priceSchedule = choice({
  AbsolutePriceSchedule: AbsolutePriceScheduleType,
  PriceLevelSchedule: PriceLevelScheduleType,
});
export const ChargingScheduleType = commonMessages.complex('ChargingScheduleType', {
  PowerSchedule: PowerScheduleType,
  price: optional(priceSchedule),
});
export const ScheduleTupleType = commonMessages.complex('ScheduleTupleType', {
  ScheduleTupleID: numericID,
  ChargingSchedule: ChargingScheduleType,
  DischargingSchedule: optional(ChargingScheduleType),
});
export const Scheduled_SEResControlModeType = commonMessages.complex('Scheduled_SEResControlModeType', {
  ScheduleTuple: list(ScheduleTupleType, { max: 3 }),
});
export const Dynamic_SEResControlModeType = commonMessages.complex('Dynamic_SEResControlModeType', {
  /** Seconds from the time of the message. */
  DepartureTime: optional(unsignedInt),
  MinimumSOC: optional(percentValue),
  TargetSOC: optional(percentValue),
  price: optional(priceSchedule),
});
export const EVPowerProfileEntryListType = commonMessages.complex('EVPowerProfileEntryListType', {
  EVPowerProfileEntry: list(PowerScheduleEntryType, { max: 2048 }),
});
export const Scheduled_EVPPTControlModeType = commonMessages.complex('Scheduled_EVPPTControlModeType', {
  SelectedScheduleTupleID: numericID,
  PowerToleranceAcceptance: optional(powerToleranceAcceptance),
});
export const Dynamic_EVPPTControlModeType = commonMessages.complex('Dynamic_EVPPTControlModeType', {});
export const EVPowerProfileType = commonMessages.complex('EVPowerProfileType', {
  /** Unix time, seconds. */
  TimeAnchor: unsignedLong,
  mode: choice({
    Dynamic_EVPPTControlMode: Dynamic_EVPPTControlModeType,
    Scheduled_EVPPTControlMode: Scheduled_EVPPTControlModeType,
  }),
  EVPowerProfileEntries: EVPowerProfileEntryListType,
});
