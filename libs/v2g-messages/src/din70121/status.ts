import { boolean, enumeration, type Infer, optional, substitutionGroup, unsignedInt } from '@pilotwire/exi';
import { percentValue } from './common.js';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: how the charger and the car are. */

/** Abstract, without members. */
export const EVSEStatus = msgDataTypes.abstractElement('EVSEStatus');
export const EVStatus = msgDataTypes.abstractElement('EVStatus');

export const EVSENotification = enumeration('None', 'StopCharging', 'ReNegotiation');

export const AC_EVSEStatusType = msgDataTypes.complex('AC_EVSEStatusType', {
  PowerSwitchClosed: boolean,
  RCD: boolean,
  /** Seconds. */
  NotificationMaxDelay: unsignedInt,
  EVSENotification,
});
export const AC_EVSEStatus = msgDataTypes.element('AC_EVSEStatus', AC_EVSEStatusType);

export const isolationLevel = enumeration('Invalid', 'Valid', 'Warning', 'Fault');

export const DC_EVSEStatusCode = enumeration(
  'EVSE_NotReady',
  'EVSE_Ready',
  'EVSE_Shutdown',
  'EVSE_UtilityInterruptEvent',
  'EVSE_IsolationMonitoringActive',
  'EVSE_EmergencyShutdown',
  'EVSE_Malfunction',
  'Reserved_8',
  'Reserved_9',
  'Reserved_A',
  'Reserved_B',
  'Reserved_C',
);

export const DC_EVSEStatusType = msgDataTypes.complex('DC_EVSEStatusType', {
  EVSEIsolationStatus: optional(isolationLevel),
  EVSEStatusCode: DC_EVSEStatusCode,
  /** Seconds. */
  NotificationMaxDelay: unsignedInt,
  EVSENotification,
});
export const DC_EVSEStatus = msgDataTypes.element('DC_EVSEStatus', DC_EVSEStatusType);
export type DC_EVSEStatus = Infer<typeof DC_EVSEStatus>;

export const DC_EVErrorCode = enumeration(
  'NO_ERROR',
  'FAILED_RESSTemperatureInhibit',
  'FAILED_EVShiftPosition',
  'FAILED_ChargerConnectorLockFault',
  'FAILED_EVRESSMalfunction',
  'FAILED_ChargingCurrentdifferential',
  'FAILED_ChargingVoltageOutOfRange',
  'Reserved_A',
  'Reserved_B',
  'Reserved_C',
  'FAILED_ChargingSystemIncompatibility',
  'NoData',
);

export const DC_EVStatusType = msgDataTypes.complex('DC_EVStatusType', {
  EVReady: boolean,
  EVCabinConditioning: optional(boolean),
  EVRESSConditioning: optional(boolean),
  EVErrorCode: DC_EVErrorCode,
  /** Percent. */
  EVRESSSOC: percentValue,
});
export const DC_EVStatus = msgDataTypes.element('DC_EVStatus', DC_EVStatusType);
export type DC_EVStatus = Infer<typeof DC_EVStatus>;

export const anyEVSEStatus = substitutionGroup(EVSEStatus, AC_EVSEStatus, DC_EVSEStatus);
