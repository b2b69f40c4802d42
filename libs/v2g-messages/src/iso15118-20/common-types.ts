import {
  base64Binary,
  boolean,
  byte,
  enumeration,
  hexBinary,
  integer,
  list,
  optional,
  short,
  string,
  unsignedInt,
  unsignedLong,
  unsignedShort,
} from '@pilotwire/exi';
import { Signature, X509IssuerSerialType } from '../xmldsig/index.js';
import { commonTypes } from './namespaces.js';

/* V2G_CI_CommonTypes.xsd: what the messages of all five schemas are made of. */

/** xs:ID, by which a signature refers to an element. */
export const id = string();
export const numericID = integer(1, 4294967295);
export const sessionID = hexBinary({ minLength: 8, maxLength: 8 });
export const EVSENotification = enumeration(
  'Pause',
  'ExitStandby',
  'Terminate',
  'ScheduleRenegotiation',
  'ServiceRenegotiation',
  'MeteringConfirmation',
);
export const processing = enumeration('Finished', 'Ongoing', 'Ongoing_WaitingForCustomerInteraction');
export const responseCode = enumeration(
  'OK',
  'OK_CertificateExpiresSoon',
  'OK_NewSessionEstablished',
  'OK_OldSessionJoined',
  'OK_PowerToleranceConfirmed',
  'WARNING_AuthorizationSelectionInvalid',
  'WARNING_CertificateExpired',
  'WARNING_CertificateNotYetValid',
  'WARNING_CertificateRevoked',
  'WARNING_CertificateValidationError',
  'WARNING_ChallengeInvalid',
  'WARNING_EIMAuthorizationFailure',
  'WARNING_eMSPUnknown',
  'WARNING_EVPowerProfileViolation',
  'WARNING_GeneralPnCAuthorizationError',
  'WARNING_NoCertificateAvailable',
  'WARNING_NoContractMatchingPCIDFound',
  'WARNING_PowerToleranceNotConfirmed',
  'WARNING_ScheduleRenegotiationFailed',
  'WARNING_StandbyNotAllowed',
  'WARNING_WPT',
  'FAILED',
  'FAILED_AssociationError',
  'FAILED_ContactorError',
  'FAILED_EVPowerProfileInvalid',
  'FAILED_EVPowerProfileViolation',
  'FAILED_MeteringSignatureNotValid',
  'FAILED_NoEnergyTransferServiceSelected',
  'FAILED_NoServiceRenegotiationSupported',
  'FAILED_PauseNotAllowed',
  'FAILED_PowerDeliveryNotApplied',
  'FAILED_PowerToleranceNotConfirmed',
  'FAILED_ScheduleRenegotiation',
  'FAILED_ScheduleSelectionInvalid',
  'FAILED_SequenceError',
  'FAILED_ServiceIDInvalid',
  'FAILED_ServiceSelectionInvalid',
  'FAILED_SignatureError',
  'FAILED_UnknownSession',
  'FAILED_WrongChargeParameter',
);
/** xs:byte of 0 to 100 */
export const percentValue = integer(0, 100);
export const identifier = string({ maxLength: 255 });
export const name = string({ maxLength: 80 });
export const description = string({ maxLength: 160 });
export const meterID = string({ maxLength: 32 });
export const meterSignature = base64Binary({ maxLength: 64 });
/** Value × 10^Exponent, in the SI unit of what it measures. */
export const RationalNumberType = commonTypes.complex('RationalNumberType', {
  Exponent: byte,
  Value: short,
});

export const MessageHeaderType = commonTypes.complex('MessageHeaderType', {
  SessionID: sessionID,
  /** Unix time, seconds. */
  TimeStamp: unsignedLong,
  Signature: optional(Signature),
});
/** What all messages begin with; abstract, as the six types that extend it here. */
export const V2GMessageType = commonTypes.complex('V2GMessageType', { Header: MessageHeaderType });
export const V2GRequestType = commonTypes.extension(V2GMessageType, 'V2GRequestType', {});
export const V2GResponseType = commonTypes.extension(V2GMessageType, 'V2GResponseType', {
  ResponseCode: responseCode,
});
export const ChargeParameterDiscoveryReqType = commonTypes.extension(V2GRequestType, 'ChargeParameterDiscoveryReqType', {});
export const ChargeParameterDiscoveryResType = commonTypes.extension(V2GResponseType, 'ChargeParameterDiscoveryResType', {});

/* What a charge loop shows beside its control mode */

export const DisplayParametersType = commonTypes.complex('DisplayParametersType', {
  PresentSOC: optional(percentValue),
  MinimumSOC: optional(percentValue),
  TargetSOC: optional(percentValue),
  MaximumSOC: optional(percentValue),
  /** Seconds, as the two that follow. */
  RemainingTimeToMinimumSOC: optional(unsignedInt),
  RemainingTimeToTargetSOC: optional(unsignedInt),
  RemainingTimeToMaximumSOC: optional(unsignedInt),
  ChargingComplete: optional(boolean),
  BatteryEnergyCapacity: optional(RationalNumberType),
  InletHot: optional(boolean),
});
export const ChargeLoopReqType = commonTypes.extension(V2GRequestType, 'ChargeLoopReqType', {
  DisplayParameters: optional(DisplayParametersType),
  MeterInfoRequested: boolean,
});
export const EVSEStatusType = commonTypes.complex('EVSEStatusType', {
  /** Seconds. */
  NotificationMaxDelay: unsignedShort,
  EVSENotification,
});

/* Meter readings and receipts */

export const MeterInfoType = commonTypes.complex('MeterInfoType', {
  MeterID: meterID,
  ChargedEnergyReadingWh: unsignedLong,
  BPT_DischargedEnergyReadingWh: optional(unsignedLong),
  CapacitiveEnergyReadingVARh: optional(unsignedLong),
  BPT_InductiveEnergyReadingVARh: optional(unsignedLong),
  MeterSignature: optional(meterSignature),
  MeterStatus: optional(short),
  /** Unix time, seconds. */
  MeterTimestamp: optional(unsignedLong),
});
export const DetailedCostType = commonTypes.complex('DetailedCostType', {
  Amount: RationalNumberType,
  CostPerUnit: RationalNumberType,
});
export const DetailedTaxType = commonTypes.complex('DetailedTaxType', {
  TaxRuleID: numericID,
  Amount: RationalNumberType,
});
export const ReceiptType = commonTypes.complex('ReceiptType', {
  /** Unix time, seconds. */
  TimeAnchor: unsignedLong,
  EnergyCosts: optional(DetailedCostType),
  OccupancyCosts: optional(DetailedCostType),
  AdditionalServicesCosts: optional(DetailedCostType),
  OverstayCosts: optional(DetailedCostType),
  TaxCosts: optional(list(DetailedTaxType, { max: 10 })),
});
export const ChargeLoopResType = commonTypes.extension(V2GResponseType, 'ChargeLoopResType', {
  EVSEStatus: optional(EVSEStatusType),
  MeterInfo: optional(MeterInfoType),
  Receipt: optional(ReceiptType),
});

/* Control modes of charge loops, all abstract: the schemas of AC and DC have what takes their place. */

export const CLReqControlModeType = commonTypes.complex('CLReqControlModeType', {});
export const CLReqControlMode = commonTypes.abstractElement('CLReqControlMode', CLReqControlModeType);
export const CLResControlModeType = commonTypes.complex('CLResControlModeType', {});
export const CLResControlMode = commonTypes.abstractElement('CLResControlMode', CLResControlModeType);
export const Scheduled_CLReqControlModeType = commonTypes.extension(CLReqControlModeType, 'Scheduled_CLReqControlModeType', {
  EVTargetEnergyRequest: optional(RationalNumberType),
  EVMaximumEnergyRequest: optional(RationalNumberType),
  EVMinimumEnergyRequest: optional(RationalNumberType),
});
export const Scheduled_CLResControlModeType = commonTypes.extension(CLResControlModeType, 'Scheduled_CLResControlModeType', {});
export const Dynamic_CLReqControlModeType = commonTypes.extension(CLReqControlModeType, 'Dynamic_CLReqControlModeType', {
  /** Seconds from the time of the message. */
  DepartureTime: optional(unsignedInt),
  EVTargetEnergyRequest: RationalNumberType,
  EVMaximumEnergyRequest: RationalNumberType,
  EVMinimumEnergyRequest: RationalNumberType,
});
export const Dynamic_CLResControlModeType = commonTypes.extension(CLResControlModeType, 'Dynamic_CLResControlModeType', {
  /** Seconds from the time of the message. */
  DepartureTime: optional(unsignedInt),
  MinimumSOC: optional(percentValue),
  TargetSOC: optional(percentValue),
  /** Seconds. */
  AckMaxDelay: optional(unsignedShort),
});

export const ListOfRootCertificateIDsType = commonTypes.complex('ListOfRootCertificateIDsType', {
  RootCertificateID: list(X509IssuerSerialType, { max: 20 }),
});
