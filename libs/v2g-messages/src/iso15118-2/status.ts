import { boolean, enumeration, type Infer, optional, substitutionGroup, unsignedShort } from '@pilotwire/exi';
import { percentValue } from './common.js';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: how the charger and the car are. */

export const EVSENotification = enumeration('None', 'StopCharging', 'ReNegotiation');

/** Abstract; what the charger wants of the car. */
const EVSEStatusType = msgDataTypes.complex('EVSEStatusType', {
  /** Seconds. */
  NotificationMaxDelay: unsignedShort,
  EVSENotification,
});
export const EVSEStatus = msgDataTypes.abstractElement('EVSEStatus', EVSEStatusType);
/** Abstract, without members. */
export const EVStatus = msgDataTypes.abstractElement('EVStatus');

export const AC_EVSEStatusType = msgDataTypes.extension(EVSEStatusType, 'AC_EVSEStatusType', {
  /** Whether the residual current device has tripped. */
  RCD: boolean,
});
export const AC_EVSEStatus = msgDataTypes.element('AC_EVSEStatus', AC_EVSEStatusType);

export const isolationLevel = enumeration('Invalid', 'Valid', 'Warning', 'Fault', 'No_IMD');

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

export const DC_EVSEStatusType = msgDataTypes.extension(EVSEStatusType, 'DC_EVSEStatusType', {
  EVSEIsolationStatus: optional(isolationLevel),
  EVSEStatusCode: DC_EVSEStatusCode,
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
  EVErrorCode: DC_EVErrorCode,
  /** Percent. */
  EVRESSSOC: percentValue,
});
export const DC_EVStatus = msgDataTypes.element('DC_EVStatus', DC_EVStatusType);
export type DC_EVStatus = Infer<typeof DC_EVStatus>;

export const anyEVSEStatus = substitutionGroup(EVSEStatus, AC_EVSEStatus, DC_EVSEStatus);
