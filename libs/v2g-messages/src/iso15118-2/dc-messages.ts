import { boolean, optional } from '@pilotwire/exi';
import { evseID, EVSEProcessing, PhysicalValueType, responseCode, SAID } from './common.js';
import { msgBody } from './namespaces.js';
import { MeterInfoType } from './services.js';
import { DC_EVSEStatusType, DC_EVStatusType } from './status.js';

/* V2G_CI_MsgBody.xsd: the messages of direct current. */

const ResponseCode = responseCode;

export const CableCheckReq = msgBody.element('CableCheckReq', msgBody.complex('CableCheckReqType', { DC_EVStatus: DC_EVStatusType }));
export const CableCheckRes = msgBody.element(
  'CableCheckRes',
  msgBody.complex('CableCheckResType', { ResponseCode, DC_EVSEStatus: DC_EVSEStatusType, EVSEProcessing }),
);

export const PreChargeReq = msgBody.element(
  'PreChargeReq',
  msgBody.complex('PreChargeReqType', {
    DC_EVStatus: DC_EVStatusType,
    EVTargetVoltage: PhysicalValueType,
    EVTargetCurrent: PhysicalValueType,
  }),
);
export const PreChargeRes = msgBody.element(
  'PreChargeRes',
  msgBody.complex('PreChargeResType', { ResponseCode, DC_EVSEStatus: DC_EVSEStatusType, EVSEPresentVoltage: PhysicalValueType }),
);

export const CurrentDemandReq = msgBody.element(
  'CurrentDemandReq',
  msgBody.complex('CurrentDemandReqType', {
    DC_EVStatus: DC_EVStatusType,
    EVTargetCurrent: PhysicalValueType,
    EVMaximumVoltageLimit: optional(PhysicalValueType),
    EVMaximumCurrentLimit: optional(PhysicalValueType),
    EVMaximumPowerLimit: optional(PhysicalValueType),
    BulkChargingComplete: optional(boolean),
    ChargingComplete: boolean,
    RemainingTimeToFullSoC: optional(PhysicalValueType),
    RemainingTimeToBulkSoC: optional(PhysicalValueType),
    EVTargetVoltage: PhysicalValueType,
  }),
);
export const CurrentDemandRes = msgBody.element(
  'CurrentDemandRes',
  msgBody.complex('CurrentDemandResType', {
    ResponseCode,
    DC_EVSEStatus: DC_EVSEStatusType,
    EVSEPresentVoltage: PhysicalValueType,
    EVSEPresentCurrent: PhysicalValueType,
    EVSECurrentLimitAchieved: boolean,
    EVSEVoltageLimitAchieved: boolean,
    EVSEPowerLimitAchieved: boolean,
    EVSEMaximumVoltageLimit: optional(PhysicalValueType),
    EVSEMaximumCurrentLimit: optional(PhysicalValueType),
    EVSEMaximumPowerLimit: optional(PhysicalValueType),
    EVSEID: evseID,
    SAScheduleTupleID: SAID,
    MeterInfo: optional(MeterInfoType),
    ReceiptRequired: optional(boolean),
  }),
);

export const WeldingDetectionReq = msgBody.element(
  'WeldingDetectionReq',
  msgBody.complex('WeldingDetectionReqType', { DC_EVStatus: DC_EVStatusType }),
);
export const WeldingDetectionRes = msgBody.element(
  'WeldingDetectionRes',
  msgBody.complex('WeldingDetectionResType', { ResponseCode, DC_EVSEStatus: DC_EVSEStatusType, EVSEPresentVoltage: PhysicalValueType }),
);
