import { type InferMembers, unsignedShort } from '@pilotwire/exi';
import { commonMessages } from '../namespaces.js';
import { iso20SchemaSet } from '../schema-set.js';
import { SignedInstallationData } from './certificates.js';
import * as messages from './messages.js';
import { SignedMeteringData } from './metering.js';
import { PriceScheduleType } from './prices.js';

/** No message holds it. */
const TargetPositionType = commonMessages.complex('TargetPositionType', {
  TargetOffsetX: unsignedShort,
  TargetOffsetY: unsignedShort,
});

/** V2G_CI_CommonMessages.xsd */
export const iso20CommonSchema = iso20SchemaSet(
  'iso20-common',
  messages,
  [SignedInstallationData, SignedMeteringData],
  [PriceScheduleType, TargetPositionType],
);

export type Iso20CommonMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
