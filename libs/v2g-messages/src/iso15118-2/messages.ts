import { boolean, long, optional, unsignedShort } from '@pilotwire/exi';
import {
  anyEVChargeParameter,
  anyEVPowerDeliveryParameter,
  anyEVSEChargeParameter,
  ChargingProfileType,
  EnergyTransferMode,
} from './charge-parameters.js';
import {
  chargeProgress,
  chargingSession,
  evccID,
  evseID,
  EVSEProcessing,
  PhysicalValueType,
  responseCode,
  SAID,
  serviceID,
} from './common.js';
import { msgBody } from './namespaces.js';
import { anySASchedules } from './schedules.js';
import {
  ChargeServiceType,
  MeterInfoType,
  paymentOption,
  PaymentOptionListType,
  SelectedServiceListType,
  serviceCategory,
  ServiceListType,
  ServiceParameterListType,
  serviceScope,
} from './services.js';
import { AC_EVSEStatusType, anyEVSEStatus } from './status.js';

/* V2G_CI_MsgBody.xsd: the messages of every session, and that of alternating current. Each is an element of the same name, of the type named beside it. */

const ResponseCode = responseCode;

export const SessionSetupReq = msgBody.element(
  'SessionSetupReq',
  msgBody.complex('SessionSetupReqType', {
    /** The car's MAC address. */
    EVCCID: evccID,
  }),
);
export const SessionSetupRes = msgBody.element(
  'SessionSetupRes',
  msgBody.complex('SessionSetupResType', {
    ResponseCode,
    EVSEID: evseID,
    /** Unix time, seconds. */
    EVSETimeStamp: optional(long),
  }),
);

export const ServiceDiscoveryReq = msgBody.element(
  'ServiceDiscoveryReq',
  msgBody.complex('ServiceDiscoveryReqType', {
    ServiceScope: optional(serviceScope),
    ServiceCategory: optional(serviceCategory),
  }),
);
export const ServiceDiscoveryRes = msgBody.element(
  'ServiceDiscoveryRes',
  msgBody.complex('ServiceDiscoveryResType', {
    ResponseCode,
    PaymentOptionList: PaymentOptionListType,
    ChargeService: ChargeServiceType,
    ServiceList: optional(ServiceListType),
  }),
);

export const ServiceDetailReq = msgBody.element(
  'ServiceDetailReq',
  msgBody.complex('ServiceDetailReqType', { ServiceID: serviceID }),
);
export const ServiceDetailRes = msgBody.element(
  'ServiceDetailRes',
  msgBody.complex('ServiceDetailResType', {
    ResponseCode,
    ServiceID: serviceID,
    ServiceParameterList: optional(ServiceParameterListType),
  }),
);

export const PaymentServiceSelectionReq = msgBody.element(
  'PaymentServiceSelectionReq',
  msgBody.complex('PaymentServiceSelectionReqType', {
    SelectedPaymentOption: paymentOption,
    SelectedServiceList: SelectedServiceListType,
  }),
);
export const PaymentServiceSelectionRes = msgBody.element(
  'PaymentServiceSelectionRes',
  msgBody.complex('PaymentServiceSelectionResType', { ResponseCode }),
);

export const ChargeParameterDiscoveryReq = msgBody.element(
  'ChargeParameterDiscoveryReq',
  msgBody.complex('ChargeParameterDiscoveryReqType', {
    MaxEntriesSAScheduleTuple: optional(unsignedShort),
    RequestedEnergyTransferMode: EnergyTransferMode,
    EVChargeParameter: anyEVChargeParameter,
  }),
);
export const ChargeParameterDiscoveryRes = msgBody.element(
  'ChargeParameterDiscoveryRes',
  msgBody.complex('ChargeParameterDiscoveryResType', {
    ResponseCode,
    EVSEProcessing,
    SASchedules: optional(anySASchedules),
    EVSEChargeParameter: anyEVSEChargeParameter,
  }),
);

export const PowerDeliveryReq = msgBody.element(
  'PowerDeliveryReq',
  msgBody.complex('PowerDeliveryReqType', {
    ChargeProgress: chargeProgress,
    SAScheduleTupleID: SAID,
    ChargingProfile: optional(ChargingProfileType),
    EVPowerDeliveryParameter: optional(anyEVPowerDeliveryParameter),
  }),
);
export const PowerDeliveryRes = msgBody.element(
  'PowerDeliveryRes',
  msgBody.complex('PowerDeliveryResType', { ResponseCode, EVSEStatus: anyEVSEStatus }),
);

export const SessionStopReq = msgBody.element(
  'SessionStopReq',
  msgBody.complex('SessionStopReqType', { ChargingSession: chargingSession }),
);
export const SessionStopRes = msgBody.element('SessionStopRes', msgBody.complex('SessionStopResType', { ResponseCode }));

/* Alternating current */

export const ChargingStatusReq = msgBody.element('ChargingStatusReq', msgBody.complex('ChargingStatusReqType', {}));
export const ChargingStatusRes = msgBody.element(
  'ChargingStatusRes',
  msgBody.complex('ChargingStatusResType', {
    ResponseCode,
    EVSEID: evseID,
    SAScheduleTupleID: SAID,
    EVSEMaxCurrent: optional(PhysicalValueType),
    MeterInfo: optional(MeterInfoType),
    ReceiptRequired: optional(boolean),
    AC_EVSEStatus: AC_EVSEStatusType,
  }),
);
