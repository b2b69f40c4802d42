import { base64Binary, enumeration, hexBinary, type Infer, integer, optional, short, string, unsignedShort } from '@pilotwire/exi';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: the types that many messages share. */

export const sessionID = hexBinary({ maxLength: 8 });
export const evccID = hexBinary({ maxLength: 8 });
export const evseID = hexBinary({ maxLength: 32 });
export const contractID = string({ maxLength: 24 });
export const meterID = string({ maxLength: 32 });
export const serviceID = unsignedShort;
/** Of schedules, tariffs and their tuples. */
export const SAID = short;
/** Watts; chargers above 32,767 W let it overflow (seen: -2135 for 63,401). */
export const PMax = short;
/** xs:byte of 0 to 100 */
export const percentValue = integer(0, 100);
/** Power of ten that a value is multiplied with. */
export const unitMultiplier = integer(-3, 3);

export const unitSymbol = enumeration('h', 'm', 's', 'A', 'Ah', 'V', 'VA', 'W', 'W/s', 'Wh');

/** Value × 10^Multiplier, in Unit where it is given. */
export const PhysicalValueType = msgDataTypes.complex('PhysicalValueType', {
  Multiplier: unitMultiplier,
  Unit: optional(unitSymbol),
  Value: short,
});
export type PhysicalValue = Infer<typeof PhysicalValueType>;

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
  'FAILED_EVSEPresentVoltageToLow',
  'FAILED_MeteringSignatureNotValid',
  'FAILED_WrongEnergyTransferType',
);
export type ResponseCode = Infer<typeof responseCode>;

export const EVSEProcessing = enumeration('Finished', 'Ongoing');

export const faultCode = enumeration('ParsingError', 'NoTLSRootCertificatAvailable', 'UnknownError');
export const NotificationType = msgDataTypes.complex('NotificationType', {
  FaultCode: faultCode,
  FaultMsg: optional(string({ maxLength: 64 })),
});

/** An xs:string without bounds. */
export const genChallenge = string();
export const certificate = base64Binary({ maxLength: 1200 });
export const rootCertificateID = string({ maxLength: 40 });
export const dHParams = base64Binary({ maxLength: 256 });
export const privateKey = base64Binary({ maxLength: 128 });
export const sigMeterReading = base64Binary({ maxLength: 32 });
