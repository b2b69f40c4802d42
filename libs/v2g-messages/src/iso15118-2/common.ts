import { base64Binary, enumeration, hexBinary, type Infer, integer, optional, short, string, unsignedShort } from '@pilotwire/exi';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: the types that many messages share. */

export const sessionID = hexBinary({ maxLength: 8 });
export const evccID = hexBinary({ maxLength: 6 });
export const evseID = string({ minLength: 7, maxLength: 37 });
/** The contract's name, such as `DE1ABC123456789`. */
export const eMAID = string({ minLength: 14, maxLength: 15 });
export const meterID = string({ maxLength: 32 });
export const serviceID = unsignedShort;
/** Of schedules and tariffs; 0 is not allowed. */
export const SAID = integer(1, 255);
/** xs:byte of 0 to 100 */
export const percentValue = integer(0, 100);
export const maxNumPhases = integer(1, 3);
/** Power of ten that a value is multiplied with. */
export const unitMultiplier = integer(-3, 3);
/** xs:ID, by which a signature refers to an element. */
export const id = string();

export const unitSymbol = enumeration('h', 'm', 's', 'A', 'V', 'W', 'Wh');

/** Value × 10^Multiplier, in Unit. */
export const PhysicalValueType = msgDataTypes.complex('PhysicalValueType', {
  Multiplier: unitMultiplier,
  Unit: unitSymbol,
  Value: short,
});

export const responseCode = enumeration(
  'OK',
  'OK_NewSessionEstablished',
  'OK_OldSessionJoined',
  'OK_CertificateExpiresSoon',
  'FAILED',
  'FAILED_SequenceError',
  'FAILED_ServiceIDInvalid',
  'FAILED_UnknownSession',
  'FAILED_ServiceSelectionInvalid',
  'FAILED_PaymentSelectionInvalid',
  'FAILED_CertificateExpired',
  'FAILED_SignatureError',
  'FAILED_NoCertificateAvailable',
  'FAILED_CertChainError',
  'FAILED_ChallengeInvalid',
  'FAILED_ContractCanceled',
  'FAILED_WrongChargeParameter',
  'FAILED_PowerDeliveryNotApplied',
  'FAILED_TariffSelectionInvalid',
  'FAILED_ChargingProfileInvalid',
  'FAILED_MeteringSignatureNotValid',
  'FAILED_NoChargeServiceSelected',
  'FAILED_WrongEnergyTransferMode',
  'FAILED_ContactorError',
  'FAILED_CertificateNotAllowedAtThisEVSE',
  'FAILED_CertificateRevoked',
);
export type Iso2ResponseCode = Infer<typeof responseCode>;

export const EVSEProcessing = enumeration('Finished', 'Ongoing', 'Ongoing_WaitingForCustomerInteraction');
export const chargeProgress = enumeration('Start', 'Stop', 'Renegotiate');
export const chargingSession = enumeration('Terminate', 'Pause');

export const faultCode = enumeration('ParsingError', 'NoTLSRootCertificatAvailable', 'UnknownError');
export const NotificationType = msgDataTypes.complex('NotificationType', {
  FaultCode: faultCode,
  FaultMsg: optional(string({ maxLength: 64 })),
});

export const genChallenge = base64Binary({ minLength: 16, maxLength: 16 });
