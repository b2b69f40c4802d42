import { attribute, boolean, byte, choice, enumeration, int, list, long, optional, short, string } from '@pilotwire/exi';
import { EVSESupportedEnergyTransferType } from './charge-parameters.js';
import {
  certificate,
  meterID,
  PhysicalValueType,
  rootCertificateID,
  serviceID,
  sigMeterReading,
} from './common.js';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: services, payment, certificates, metering. */

export const serviceCategory = enumeration('EVCharging', 'Internet', 'ContractCertificate', 'OtherCustom');
export const serviceName = string({ maxLength: 32 });
export const serviceScope = string({ maxLength: 32 });

export const ServiceTagType = msgDataTypes.complex('ServiceTagType', {
  ServiceID: serviceID,
  ServiceName: optional(serviceName),
  ServiceCategory: serviceCategory,
  ServiceScope: optional(serviceScope),
});
export const ServiceType = msgDataTypes.complex('ServiceType', { ServiceTag: ServiceTagType, FreeService: boolean });
export const ServiceTagListType = msgDataTypes.complex('ServiceTagListType', { Service: list(ServiceType) });
export const ServiceChargeType = msgDataTypes.extension(ServiceType, 'ServiceChargeType', {
  EnergyTransferType: EVSESupportedEnergyTransferType,
});
export const ServiceCharge = msgDataTypes.element('ServiceCharge', ServiceChargeType);

export const SelectedServiceType = msgDataTypes.complex('SelectedServiceType', {
  ServiceID: serviceID,
  ParameterSetID: optional(short),
});
export const SelectedServiceListType = msgDataTypes.complex('SelectedServiceListType', {
  SelectedService: list(SelectedServiceType),
});

export const valueType = enumeration('bool', 'byte', 'short', 'int', 'physicalValue', 'string');
export const ParameterType = msgDataTypes.complex('ParameterType', {
  Name: attribute(string()),
  ValueType: attribute(valueType),
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
  Parameter: list(ParameterType),
});
export const ServiceParameterListType = msgDataTypes.complex('ServiceParameterListType', {
  ParameterSet: list(ParameterSetType),
});

export const paymentOption = enumeration('Contract', 'ExternalPayment');
export const PaymentOptionsType = msgDataTypes.complex('PaymentOptionsType', { PaymentOption: list(paymentOption) });

export const SubCertificatesType = msgDataTypes.complex('SubCertificatesType', { Certificate: list(certificate) });
export const CertificateChainType = msgDataTypes.complex('CertificateChainType', {
  Certificate: certificate,
  SubCertificates: optional(SubCertificatesType),
});
export const ListOfRootCertificateIDsType = msgDataTypes.complex('ListOfRootCertificateIDsType', {
  RootCertificateID: list(rootCertificateID),
});

export const MeterInfoType = msgDataTypes.complex('MeterInfoType', {
  MeterID: meterID,
  MeterReading: optional(PhysicalValueType),
  SigMeterReading: optional(sigMeterReading),
  MeterStatus: optional(short),
  TMeter: optional(long),
});
