import {
  attribute,
  boolean,
  list,
  optional,
  string,
  unsignedByte,
  unsignedInt,
  unsignedLong,
  unsignedShort,
} from '@pilotwire/exi';
import { description, id, identifier, name, numericID, RationalNumberType } from '../common-types.js';
import { commonMessages } from '../namespaces.js';

/* V2G_CI_CommonMessages.xsd: what energy costs, and when. */

export const currency = string({ maxLength: 3 });
export const language = string({ maxLength: 3 });
/** Abstract: what both kinds of price schedules begin with. */
export const PriceScheduleType = commonMessages.complex('PriceScheduleType', {
  /** Unix time, seconds. */
  TimeAnchor: unsignedLong,
  PriceScheduleID: numericID,
  PriceScheduleDescription: optional(description),
});
export const EVPriceRuleType = commonMessages.complex('EVPriceRuleType', {
  EnergyFee: RationalNumberType,
  PowerRangeStart: RationalNumberType,
});
export const EVPriceRuleStackType = commonMessages.complex('EVPriceRuleStackType', {
  /** Seconds. */
  Duration: unsignedInt,
  EVPriceRule: list(EVPriceRuleType, { max: 8 }),
});
export const EVPriceRuleStackListType = commonMessages.complex('EVPriceRuleStackListType', {
  EVPriceRuleStack: list(EVPriceRuleStackType, { max: 1024 }),
});
export const EVAbsolutePriceScheduleType = commonMessages.complex('EVAbsolutePriceScheduleType', {
  /** Unix time, seconds. */
  TimeAnchor: unsignedLong,
  Currency: currency,
  PriceAlgorithm: identifier,
  EVPriceRuleStacks: EVPriceRuleStackListType,
});
export const PriceLevelScheduleEntryType = commonMessages.complex('PriceLevelScheduleEntryType', {
  /** Seconds. */
  Duration: unsignedInt,
  PriceLevel: unsignedByte,
});
export const PriceLevelScheduleEntryListType = commonMessages.complex('PriceLevelScheduleEntryListType', {
  PriceLevelScheduleEntry: list(PriceLevelScheduleEntryType, { max: 1024 }),
});
export const PriceLevelScheduleType = commonMessages.extension(PriceScheduleType, 'PriceLevelScheduleType', {
  Id: optional(attribute(id)),
  NumberOfPriceLevels: unsignedByte,
  PriceLevelScheduleEntries: PriceLevelScheduleEntryListType,
});
export const TaxRuleType = commonMessages.complex('TaxRuleType', {
  TaxRuleID: numericID,
  TaxRuleName: optional(name),
  TaxRate: RationalNumberType,
  TaxIncludedInPrice: optional(boolean),
  AppliesToEnergyFee: boolean,
  AppliesToParkingFee: boolean,
  AppliesToOverstayFee: boolean,
  AppliesMinimumMaximumCost: boolean,
});
export const TaxRuleListType = commonMessages.complex('TaxRuleListType', { TaxRule: list(TaxRuleType, { max: 10 }) });
export const PriceRuleType = commonMessages.complex('PriceRuleType', {
  EnergyFee: RationalNumberType,
  ParkingFee: optional(RationalNumberType),
  /** Seconds. */
  ParkingFeePeriod: optional(unsignedInt),
  CarbonDioxideEmission: optional(unsignedShort),
  RenewableGenerationPercentage: optional(unsignedByte),
  PowerRangeStart: RationalNumberType,
});
export const PriceRuleStackType = commonMessages.complex('PriceRuleStackType', {
  /** Seconds. */
  Duration: unsignedInt,
  PriceRule: list(PriceRuleType, { max: 8 }),
});
export const PriceRuleStackListType = commonMessages.complex('PriceRuleStackListType', {
  PriceRuleStack: list(PriceRuleStackType, { max: 1024 }),
});
export const OverstayRuleType = commonMessages.complex('OverstayRuleType', {
  OverstayRuleDescription: optional(description),
  StartTime: unsignedInt,
  OverstayFee: RationalNumberType,
  /** Seconds. */
  OverstayFeePeriod: unsignedInt,
});
export const OverstayRuleListType = commonMessages.complex('OverstayRuleListType', {
  OverstayTimeThreshold: optional(unsignedInt),
  OverstayPowerThreshold: optional(RationalNumberType),
  OverstayRule: list(OverstayRuleType, { max: 5 }),
});
export const AdditionalServiceType = commonMessages.complex('AdditionalServiceType', {
  ServiceName: name,
  ServiceFee: RationalNumberType,
});
export const AdditionalServiceListType = commonMessages.complex('AdditionalServiceListType', {
  AdditionalService: list(AdditionalServiceType, { max: 5 }),
});
export const AbsolutePriceScheduleType = commonMessages.extension(PriceScheduleType, 'AbsolutePriceScheduleType', {
  Id: optional(attribute(id)),
  Currency: currency,
  Language: language,
  PriceAlgorithm: identifier,
  MinimumCost: optional(RationalNumberType),
  MaximumCost: optional(RationalNumberType),
  TaxRules: optional(TaxRuleListType),
  PriceRuleStacks: PriceRuleStackListType,
  OverstayRules: optional(OverstayRuleListType),
  AdditionalSelectedServices: optional(AdditionalServiceListType),
});
