import { attribute, boolean, byte, choice, int, integer, list, short } from '@pilotwire/exi';
import { name, RationalNumberType } from '../common-types.js';
import { commonMessages } from '../namespaces.js';

/* V2G_CI_CommonMessages.xsd: what is on offer, and what was chosen of it. */

export const serviceID = integer(0, 65535);
export const ServiceIDListType = commonMessages.complex('ServiceIDListType', {
  ServiceID: list(serviceID, { max: 16 }),
});
export const ServiceType = commonMessages.complex('ServiceType', {
  ServiceID: serviceID,
  FreeService: boolean,
});
export const ServiceListType = commonMessages.complex('ServiceListType', { Service: list(ServiceType, { max: 8 }) });
export const ParameterType = commonMessages.complex('ParameterType', {
  Name: attribute(name),
  value: choice({
    boolValue: boolean,
    byteValue: byte,
    shortValue: short,
    intValue: int,
    rationalNumber: RationalNumberType,
    finiteString: name,
  }),
});
export const ParameterSetType = commonMessages.complex('ParameterSetType', {
  ParameterSetID: serviceID,
  Parameter: list(ParameterType, { max: 32 }),
});
export const ServiceParameterListType = commonMessages.complex('ServiceParameterListType', {
  ParameterSet: list(ParameterSetType, { max: 32 }),
});
export const SelectedServiceType = commonMessages.complex('SelectedServiceType', {
  ServiceID: serviceID,
  ParameterSetID: serviceID,
});
export const SelectedServiceListType = commonMessages.complex('SelectedServiceListType', {
  SelectedService: list(SelectedServiceType, { max: 16 }),
});
