import { boolean, enumeration, optional } from '@pilotwire/exi';
import { percentValue, processing, RationalNumberType, V2GRequestType, V2GResponseType } from '../common-types.js';
import { acdp } from '../namespaces.js';

/* V2G_CI_ACDP.xsd: what the messages of the automated connection device (a pantograph) hold. */

export const cpStatus = enumeration('StateA', 'StateB', 'StateC', 'StateD', 'StateE');
export const errorCode = enumeration(
  'OK_NoEVError',
  'FAILED',
  'FAILED_EmergencyEvent',
  'FAILED_Breaker',
  'FAILED_RESSTemperatureInhibit',
  'FAILED_RESS',
  'FAILED_ChargingCurrentDifferential',
  'FAILED_ChargingVoltageOutOfRange',
  'FAILED_Reserved1',
  'FAILED_Reserved2',
);
export const isolationStatus = enumeration('Invalid', 'Safe', 'Warning', 'Fault');
export const electricalChargingDeviceStatus = enumeration('State_A', 'State_B', 'State_C', 'State_D');
export const mechanicalChargingDeviceStatus = enumeration('Home', 'Moving', 'EndPosition');

export const ACDP_ConnectReqType = acdp.extension(V2GRequestType, 'ACDP_ConnectReqType', {
  EVElectricalChargingDeviceStatus: electricalChargingDeviceStatus,
});
export const ACDP_ConnectResType = acdp.extension(V2GResponseType, 'ACDP_ConnectResType', {
  EVSEProcessing: processing,
  EVSEElectricalChargingDeviceStatus: electricalChargingDeviceStatus,
  EVSEMechanicalChargingDeviceStatus: mechanicalChargingDeviceStatus,
});

export const EVTechnicalStatusType = acdp.complex('EVTechnicalStatusType', {
  EVReadyToCharge: boolean,
  EVImmobilizationRequest: boolean,
  EVImmobilized: optional(boolean),
  EVWLANStrength: optional(RationalNumberType),
  EVCPStatus: optional(cpStatus),
  EVSOC: optional(percentValue),
  EVErrorCode: optional(errorCode),
  EVTimeout: optional(boolean),
});
