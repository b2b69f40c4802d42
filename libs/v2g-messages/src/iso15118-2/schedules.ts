import { attribute, enumeration, integer, list, optional, string, substitutionGroup, unsignedByte, unsignedInt } from '@pilotwire/exi';
import { id, PhysicalValueType, SAID, unitMultiplier } from './common.js';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: how much power when, and what it costs. */

export const TimeInterval = msgDataTypes.abstractElement('TimeInterval');
export const RelativeTimeInterval = msgDataTypes.element(
  'RelativeTimeInterval',
  msgDataTypes.complex('RelativeTimeIntervalType', {
    /** Seconds from now. */
    start: integer(0, 16777214),
    /** Seconds, a day at most. */
    duration: optional(integer(0, 86400)),
  }),
);
const anyTimeInterval = substitutionGroup(TimeInterval, RelativeTimeInterval);

/** Abstract: both kinds of entries begin with a time interval. */
const EntryType = msgDataTypes.complex('EntryType', { TimeInterval: anyTimeInterval });
export const Entry = msgDataTypes.abstractElement('Entry', EntryType);

export const PMaxScheduleEntry = msgDataTypes.element(
  'PMaxScheduleEntry',
  msgDataTypes.extension(EntryType, 'PMaxScheduleEntryType', { PMax: PhysicalValueType }),
);
export const PMaxScheduleType = msgDataTypes.complex('PMaxScheduleType', {
  PMaxScheduleEntry: list(PMaxScheduleEntry, { max: 1024 }),
});

export const costKind = enumeration('relativePricePercentage', 'RenewableGenerationPercentage', 'CarbonDioxideEmission');
export const CostType = msgDataTypes.complex('CostType', {
  costKind,
  amount: unsignedInt,
  amountMultiplier: optional(unitMultiplier),
});
export const ConsumptionCostType = msgDataTypes.complex('ConsumptionCostType', {
  startValue: PhysicalValueType,
  Cost: list(CostType, { max: 3 }),
});
export const SalesTariffEntry = msgDataTypes.element(
  'SalesTariffEntry',
  msgDataTypes.extension(EntryType, 'SalesTariffEntryType', {
    EPriceLevel: optional(unsignedByte),
    ConsumptionCost: optional(list(ConsumptionCostType, { max: 3 })),
  }),
);
export const SalesTariffType = msgDataTypes.complex('SalesTariffType', {
  Id: optional(attribute(id)),
  SalesTariffID: SAID,
  SalesTariffDescription: optional(string({ maxLength: 32 })),
  NumEPriceLevels: optional(unsignedByte),
  SalesTariffEntry: list(SalesTariffEntry, { max: 1024 }),
});

export const SAScheduleTupleType = msgDataTypes.complex('SAScheduleTupleType', {
  SAScheduleTupleID: SAID,
  PMaxSchedule: PMaxScheduleType,
  SalesTariff: optional(SalesTariffType),
});
export const SASchedules = msgDataTypes.abstractElement('SASchedules');
export const SAScheduleList = msgDataTypes.element(
  'SAScheduleList',
  msgDataTypes.complex('SAScheduleListType', { SAScheduleTuple: list(SAScheduleTupleType, { max: 3 }) }),
);
export const anySASchedules = substitutionGroup(SASchedules, SAScheduleList);
