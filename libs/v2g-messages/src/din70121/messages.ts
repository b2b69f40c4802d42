import { attribute, boolean, long, optional, short, string } from '@pilotwire/exi';
import {
  anyEVChargeParameter,
  anyEVPowerDeliveryParameter,
  anyEVSEChargeParameter,
  ChargingProfileType,
  EVRequestedEnergyTransferType,
} from './charge-parameters.js';
import {
  certificate,
  contractID,
  dHParams,
  evccID,
  evseID,
  EVSEProcessing,
  genChallenge,
  PhysicalValueType,
  privateKey,
  responseCode,
  SAID,
  serviceID,
  sessionID,
} from './common.js';
import { msgBody } from './namespaces.js';
import { anySASchedules } from './schedules.js';
import {
  CertificateChainType,
  ListOfRootCertificateIDsType,
  MeterInfoType,
  paymentOption,
  PaymentOptionsType,
  SelectedServiceListType,
  ServiceChargeType,
  serviceCategory,
  ServiceParameterListType,
  serviceScope,
  ServiceTagListType,
} from './services.js';
import { AC_EVSEStatusType, anyEVSEStatus, DC_EVSEStatusType, DC_EVStatusType } from './status.js';

/* V2G_CI_MsgBody.xsd: each message is an element of the same name, of the type named beside it. */

const ResponseCode = responseCode;
/** xs:IDREF, by which a signature refers to the message. */
const reference = string();

export const SessionSetupReq = msgBody.element(
  'SessionSetupReq',
  msgBody.complex('SessionSetupReqType', {
    /** The car's MAC address, mostly. */
    EVCCID: evccID,
  }),
);
export const SessionSetupRes = msgBody.element(
  'SessionSetupRes',
  msgBody.complex('SessionSetupResType', {
    ResponseCode,
    EVSEID: evseID,
    /** Unix time, seconds. */
    DateTimeNow: optional(long),
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
    PaymentOptions: PaymentOptionsType,
    ChargeService: ServiceChargeType,
    ServiceList: optional(ServiceTagListType),
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

export const ServicePaymentSelectionReq = msgBody.element(
  'ServicePaymentSelectionReq',
  msgBody.complex('ServicePaymentSelectionReqType', {
    SelectedPaymentOption: paymentOption,
    SelectedServiceList: SelectedServiceListType,
  }),
);
export const ServicePaymentSelectionRes = msgBody.element(
  'ServicePaymentSelectionRes',
  msgBody.complex('ServicePaymentSelectionResType', { ResponseCode }),
);

export const PaymentDetailsReq = msgBody.element(
  'PaymentDetailsReq',
  msgBody.complex('PaymentDetailsReqType', {
    ContractID: contractID,
    ContractSignatureCertChain: CertificateChainType,
  }),
);
export const PaymentDetailsRes = msgBody.element(
  'PaymentDetailsRes',
  msgBody.complex('PaymentDetailsResType', { ResponseCode, GenChallenge: genChallenge, DateTimeNow: long }),
);

export const ContractAuthenticationReq = msgBody.element(
  'ContractAuthenticationReq',
  msgBody.complex('ContractAuthenticationReqType', {
    Id: optional(attribute(reference)),
    GenChallenge: optional(genChallenge),
  }),
);
export const ContractAuthenticationRes = msgBody.element(
  'ContractAuthenticationRes',
  msgBody.complex('ContractAuthenticationResType', { ResponseCode, EVSEProcessing }),
);

export const ChargeParameterDiscoveryReq = msgBody.element(
  'ChargeParameterDiscoveryReq',
  msgBody.complex('ChargeParameterDiscoveryReqType', {
    EVRequestedEnergyTransferType,
    EVChargeParameter: anyEVChargeParameter,
  }),
);
export const ChargeParameterDiscoveryRes = msgBody.element(
  'ChargeParameterDiscoveryRes',
  msgBody.complex('ChargeParameterDiscoveryResType', {
    ResponseCode,
    EVSEProcessing,
    SASchedules: anySASchedules,
    EVSEChargeParameter: anyEVSEChargeParameter,
  }),
);

export const PowerDeliveryReq = msgBody.element(
  'PowerDeliveryReq',
  msgBody.complex('PowerDeliveryReqType', {
    /** Start or stop; ISO 15118-2 has an enumeration in its place, and mixing the two up ends in a sequence error. */
    ReadyToChargeState: boolean,
    ChargingProfile: optional(ChargingProfileType),
    EVPowerDeliveryParameter: optional(anyEVPowerDeliveryParameter),
  }),
);
export const PowerDeliveryRes = msgBody.element(
  'PowerDeliveryRes',
  msgBody.complex('PowerDeliveryResType', { ResponseCode, EVSEStatus: anyEVSEStatus }),
);

export const ChargingStatusReq = msgBody.element('ChargingStatusReq', msgBody.complex('ChargingStatusReqType', {}));
export const ChargingStatusRes = msgBody.element(
  'ChargingStatusRes',
  msgBody.complex('ChargingStatusResType', {
    ResponseCode,
    EVSEID: evseID,
    SAScheduleTupleID: SAID,
    EVSEMaxCurrent: optional(PhysicalValueType),
    MeterInfo: optional(MeterInfoType),
    ReceiptRequired: boolean,
    AC_EVSEStatus: AC_EVSEStatusType,
  }),
);

export const MeteringReceiptReq = msgBody.element(
  'MeteringReceiptReq',
  msgBody.complex('MeteringReceiptReqType', {
    Id: optional(attribute(reference)),
    SessionID: sessionID,
    SAScheduleTupleID: optional(SAID),
    MeterInfo: MeterInfoType,
  }),
);
export const MeteringReceiptRes = msgBody.element(
  'MeteringReceiptRes',
  msgBody.complex('MeteringReceiptResType', { ResponseCode, AC_EVSEStatus: AC_EVSEStatusType }),
);

export const SessionStopReq = msgBody.element('SessionStopReq', msgBody.complex('SessionStopType', {}));
export const SessionStopRes = msgBody.element('SessionStopRes', msgBody.complex('SessionStopResType', { ResponseCode }));

export const CertificateUpdateReq = msgBody.element(
  'CertificateUpdateReq',
  msgBody.complex('CertificateUpdateReqType', {
    Id: optional(attribute(reference)),
    ContractSignatureCertChain: CertificateChainType,
    ContractID: contractID,
    ListOfRootCertificateIDs: ListOfRootCertificateIDsType,
    DHParams: dHParams,
  }),
);
export const CertificateUpdateRes = msgBody.element(
  'CertificateUpdateRes',
  msgBody.complex('CertificateUpdateResType', {
    Id: attribute(reference),
    ResponseCode,
    ContractSignatureCertChain: CertificateChainType,
    ContractSignatureEncryptedPrivateKey: privateKey,
    DHParams: dHParams,
    ContractID: contractID,
    RetryCounter: short,
  }),
);

export const CertificateInstallationReq = msgBody.element(
  'CertificateInstallationReq',
  msgBody.complex('CertificateInstallationReqType', {
    Id: optional(attribute(reference)),
    OEMProvisioningCert: certificate,
    ListOfRootCertificateIDs: ListOfRootCertificateIDsType,
    DHParams: dHParams,
  }),
);
export const CertificateInstallationRes = msgBody.element(
  'CertificateInstallationRes',
  msgBody.complex('CertificateInstallationResType', {
    Id: attribute(reference),
    ResponseCode,
    ContractSignatureCertChain: CertificateChainType,
    ContractSignatureEncryptedPrivateKey: privateKey,
    DHParams: dHParams,
    ContractID: contractID,
  }),
);

/* Direct current */

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
