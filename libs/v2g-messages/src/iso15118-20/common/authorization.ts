import { attribute, base64Binary, enumeration, list, optional } from '@pilotwire/exi';
import { id, name } from '../common-types.js';
import { commonMessages } from '../namespaces.js';
import { ContractCertificateChainType } from './certificates.js';

/* V2G_CI_CommonMessages.xsd: who pays, shown from outside (EIM) or by contract (PnC). */

export const authorization = enumeration('EIM', 'PnC');
export const genChallenge = base64Binary({ minLength: 16, maxLength: 16 });
export const SupportedProvidersListType = commonMessages.complex('SupportedProvidersListType', {
  ProviderID: list(name, { max: 128 }),
});
export const PnC_ASResAuthorizationModeType = commonMessages.complex('PnC_ASResAuthorizationModeType', {
  GenChallenge: genChallenge,
  SupportedProviders: optional(SupportedProvidersListType),
});
export const EIM_ASResAuthorizationModeType = commonMessages.complex('EIM_ASResAuthorizationModeType', {});
export const PnC_AReqAuthorizationModeType = commonMessages.complex('PnC_AReqAuthorizationModeType', {
  Id: attribute(id),
  GenChallenge: genChallenge,
  ContractCertificateChain: ContractCertificateChainType,
});
export const EIM_AReqAuthorizationModeType = commonMessages.complex('EIM_AReqAuthorizationModeType', {});
