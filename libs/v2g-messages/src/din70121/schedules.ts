import { attribute, enumeration, list, optional, string, substitutionGroup, unsignedByte, unsignedInt } from '@pilotwire/exi';
import { PMax, SAID, unitMultiplier } from './common.js';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: how much power when, and what it costs. */

export const TimeInterval = msgDataTypes.abstractElement('TimeInterval');
export const RelativeTimeInterval = msgDataTypes.element(
  'RelativeTimeInterval',
  msgDataTypes.complex('RelativeTimeIntervalType', {
    /** Seconds from now. */
    start: unsignedInt,
    /** Seconds. */
    duration: optional(unsignedInt),
  }),
);
const anyTimeInterval = substitutionGroup(TimeInterval, RelativeTimeInterval);

/** The abstract EntryType: both kinds of entries begin with a time interval. */
export const Entry = msgDataTypes.abstractElement('Entry');
const EntryType = msgDataTypes.complex('EntryType', { TimeInterval: anyTimeInterval });

export const PMaxScheduleEntry = msgDataTypes.element(
  'PMaxScheduleEntry',
  msgDataTypes.extension(EntryType, 'PMaxScheduleEntryType', { PMax }),
);
export const PMaxScheduleType = msgDataTypes.complex('PMaxScheduleType', {
  PMaxScheduleID: SAID,
  PMaxScheduleEntry: list(PMaxScheduleEntry),
});

export const costKind = enumeration('relativePricePercentage', 'RenewableGenerationPercentage', 'CarbonDioxideEmission');
export const CostType = msgDataTypes.complex('CostType', {
  costKind,
  amount: unsignedInt,
  amountMultiplier: optional(unitMultiplier),
});
export const ConsumptionCostType = msgDataTypes.complex('ConsumptionCostType', {
  startValue: unsignedInt,
  Cost: optional(list(CostType)),
});
export const SalesTariffEntry = msgDataTypes.element(
  'SalesTariffEntry',
  msgDataTypes.extension(EntryType, 'SalesTariffEntryType', {
    EPriceLevel: unsignedByte,
    ConsumptionCost: optional(list(ConsumptionCostType)),
  }),
);
export const SalesTariffType = msgDataTypes.complex('SalesTariffType', {
  Id: attribute(string()),
  SalesTariffID: SAID,
  SalesTariffDescription: optional(string({ maxLength: 32 })),
  NumEPriceLevels: unsignedByte,
  SalesTariffEntry: list(SalesTariffEntry),
});

export const SAScheduleTupleType = msgDataTypes.complex('SAScheduleTupleType', {
  SAScheduleTupleID: SAID,
  PMaxSchedule: PMaxScheduleType,
  SalesTariff: optional(SalesTariffType),
});
export const SASchedules = msgDataTypes.abstractElement('SASchedules');
export const SAScheduleList = msgDataTypes.element(
  'SAScheduleList',
  msgDataTypes.complex('SAScheduleListType', { SAScheduleTuple: list(SAScheduleTupleType) }),
);
export const anySASchedules = substitutionGroup(SASchedules, SAScheduleList);
