import { boolean, enumeration, list, optional, substitutionGroup, unsignedInt } from '@pilotwire/exi';
import { maxNumPhases, percentValue, PhysicalValueType } from './common.js';
import { msgDataTypes } from './namespaces.js';
import { AC_EVSEStatus, DC_EVSEStatus, DC_EVStatus } from './status.js';

/* V2G_CI_MsgDataTypes.xsd: what the car asks for and the charger can give. */

export const EnergyTransferMode = enumeration(
  'AC_single_phase_core',
  'AC_three_phase_core',
  'DC_core',
  'DC_extended',
  'DC_combo_core',
  'DC_unique',
);

/** Abstract. */
const EVChargeParameterType = msgDataTypes.complex('EVChargeParameterType', {
  /** Seconds from now. */
  DepartureTime: optional(unsignedInt),
});
export const EVChargeParameter = msgDataTypes.abstractElement('EVChargeParameter', EVChargeParameterType);
export const AC_EVChargeParameter = msgDataTypes.element(
  'AC_EVChargeParameter',
  msgDataTypes.extension(EVChargeParameterType, 'AC_EVChargeParameterType', {
    EAmount: PhysicalValueType,
    EVMaxVoltage: PhysicalValueType,
    EVMaxCurrent: PhysicalValueType,
    EVMinCurrent: PhysicalValueType,
  }),
);
export const DC_EVChargeParameter = msgDataTypes.element(
  'DC_EVChargeParameter',
  msgDataTypes.extension(EVChargeParameterType, 'DC_EVChargeParameterType', {
    DC_EVStatus,
    EVMaximumCurrentLimit: PhysicalValueType,
    EVMaximumPowerLimit: optional(PhysicalValueType),
    EVMaximumVoltageLimit: PhysicalValueType,
    EVEnergyCapacity: optional(PhysicalValueType),
    EVEnergyRequest: optional(PhysicalValueType),
    FullSOC: optional(percentValue),
    BulkSOC: optional(percentValue),
  }),
);
export const anyEVChargeParameter = substitutionGroup(EVChargeParameter, AC_EVChargeParameter, DC_EVChargeParameter);

export const EVSEChargeParameter = msgDataTypes.abstractElement('EVSEChargeParameter');
export const AC_EVSEChargeParameter = msgDataTypes.element(
  'AC_EVSEChargeParameter',
  msgDataTypes.complex('AC_EVSEChargeParameterType', {
    AC_EVSEStatus,
    EVSENominalVoltage: PhysicalValueType,
    EVSEMaxCurrent: PhysicalValueType,
  }),
);
export const DC_EVSEChargeParameter = msgDataTypes.element(
  'DC_EVSEChargeParameter',
  msgDataTypes.complex('DC_EVSEChargeParameterType', {
    DC_EVSEStatus,
    EVSEMaximumCurrentLimit: PhysicalValueType,
    EVSEMaximumPowerLimit: PhysicalValueType,
    EVSEMaximumVoltageLimit: PhysicalValueType,
    EVSEMinimumCurrentLimit: PhysicalValueType,
    EVSEMinimumVoltageLimit: PhysicalValueType,
    EVSECurrentRegulationTolerance: optional(PhysicalValueType),
    EVSEPeakCurrentRipple: PhysicalValueType,
    EVSEEnergyToBeDelivered: optional(PhysicalValueType),
  }),
);
export const anyEVSEChargeParameter = substitutionGroup(EVSEChargeParameter, AC_EVSEChargeParameter, DC_EVSEChargeParameter);

export const EVPowerDeliveryParameter = msgDataTypes.abstractElement('EVPowerDeliveryParameter');
export const DC_EVPowerDeliveryParameter = msgDataTypes.element(
  'DC_EVPowerDeliveryParameter',
  msgDataTypes.complex('DC_EVPowerDeliveryParameterType', {
    DC_EVStatus,
    BulkChargingComplete: optional(boolean),
    ChargingComplete: boolean,
  }),
);
export const anyEVPowerDeliveryParameter = substitutionGroup(EVPowerDeliveryParameter, DC_EVPowerDeliveryParameter);

export const ProfileEntryType = msgDataTypes.complex('ProfileEntryType', {
  /** Seconds from now. */
  ChargingProfileEntryStart: unsignedInt,
  ChargingProfileEntryMaxPower: PhysicalValueType,
  ChargingProfileEntryMaxNumberOfPhasesInUse: optional(maxNumPhases),
});
export const ChargingProfileType = msgDataTypes.complex('ChargingProfileType', {
  ProfileEntry: list(ProfileEntryType, { max: 24 }),
});
