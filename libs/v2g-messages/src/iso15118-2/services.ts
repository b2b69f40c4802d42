import {
  attribute,
  base64Binary,
  boolean,
  byte,
  choice,
  enumeration,
  int,
  list,
  long,
  optional,
  short,
  string,
  unsignedLong,
} from '@pilotwire/exi';
import { EnergyTransferMode } from './charge-parameters.js';
import { meterID, PhysicalValueType, serviceID } from './common.js';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: services, payment, metering. */

export const serviceCategory = enumeration('EVCharging', 'Internet', 'ContractCertificate', 'OtherCustom');
export const serviceName = string({ maxLength: 32 });
export const serviceScope = string({ maxLength: 64 });

export const ServiceType = msgDataTypes.complex('ServiceType', {
  ServiceID: serviceID,
  ServiceName: optional(serviceName),
  ServiceCategory: serviceCategory,
  ServiceScope: optional(serviceScope),
  FreeService: boolean,
});
export const ServiceListType = msgDataTypes.complex('ServiceListType', { Service: list(ServiceType, { max: 8 }) });
export const SupportedEnergyTransferModeType = msgDataTypes.complex('SupportedEnergyTransferModeType', {
  EnergyTransferMode: list(EnergyTransferMode, { max: 6 }),
});
export const ChargeServiceType = msgDataTypes.extension(ServiceType, 'ChargeServiceType', {
  SupportedEnergyTransferMode: SupportedEnergyTransferModeType,
});

export const SelectedServiceType = msgDataTypes.complex('SelectedServiceType', {
  ServiceID: serviceID,
  ParameterSetID: optional(short),
});
export const SelectedServiceListType = msgDataTypes.complex('SelectedServiceListType', {
  SelectedService: list(SelectedServiceType, { max: 16 }),
});

export const ParameterType = msgDataTypes.complex('ParameterType', {
  Name: attribute(string()),
  value: choice({
    boolValue: boolean,
    byteValue: byte,
    shortValue: short,
    intValue: int,
    physicalValue: PhysicalValueType,
    stringValue: string(),
  }),
});
export const ParameterSetType = msgDataTypes.complex('ParameterSetType', {
  ParameterSetID: short,
  Parameter: list(ParameterType, { max: 16 }),
});
export const ServiceParameterListType = msgDataTypes.complex('ServiceParameterListType', {
  ParameterSet: list(ParameterSetType, { max: 255 }),
});

export const paymentOption = enumeration('Contract', 'ExternalPayment');
export const PaymentOptionListType = msgDataTypes.complex('PaymentOptionListType', {
  PaymentOption: list(paymentOption, { max: 2 }),
});

export const MeterInfoType = msgDataTypes.complex('MeterInfoType', {
  MeterID: meterID,
  /** Watt hours. */
  MeterReading: optional(unsignedLong),
  SigMeterReading: optional(base64Binary({ maxLength: 64 })),
  MeterStatus: optional(short),
  /** Unix time, seconds. */
  TMeter: optional(long),
});
