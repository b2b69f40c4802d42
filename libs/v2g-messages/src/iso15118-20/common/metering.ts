import { attribute, choice, optional } from '@pilotwire/exi';
import { id, MeterInfoType, numericID, ReceiptType, sessionID } from '../common-types.js';
import { commonMessages } from '../namespaces.js';

/* V2G_CI_CommonMessages.xsd: meter readings that the car signs. */

export const Scheduled_SMDTControlModeType = commonMessages.complex('Scheduled_SMDTControlModeType', {
  SelectedScheduleTupleID: numericID,
});
export const Dynamic_SMDTControlModeType = commonMessages.complex('Dynamic_SMDTControlModeType', {});
export const SignedMeteringDataType = commonMessages.complex('SignedMeteringDataType', {
  Id: attribute(id),
  SessionID: sessionID,
  MeterInfo: MeterInfoType,
  Receipt: optional(ReceiptType),
  mode: choice({
    Dynamic_SMDTControlMode: Dynamic_SMDTControlModeType,
    Scheduled_SMDTControlMode: Scheduled_SMDTControlModeType,
  }),
});
export const SignedMeteringData = commonMessages.element('SignedMeteringData', SignedMeteringDataType);
