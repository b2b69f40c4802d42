import { attribute, base64Binary, choice, enumeration, list, optional } from '@pilotwire/exi';
import { id, identifier } from '../common-types.js';
import { commonMessages } from '../namespaces.js';

/* V2G_CI_CommonMessages.xsd: certificates, and how new ones are installed. */

/** X.509, DER. */
export const certificate = base64Binary({ maxLength: 1600 });
export const SubCertificatesType = commonMessages.complex('SubCertificatesType', {
  Certificate: list(certificate, { max: 3 }),
});
export const CertificateChainType = commonMessages.complex('CertificateChainType', {
  Certificate: certificate,
  SubCertificates: optional(SubCertificatesType),
});
export const SignedCertificateChainType = commonMessages.complex('SignedCertificateChainType', {
  Id: attribute(id),
  Certificate: certificate,
  SubCertificates: optional(SubCertificatesType),
});
export const ContractCertificateChainType = commonMessages.complex('ContractCertificateChainType', {
  Certificate: certificate,
  SubCertificates: SubCertificatesType,
});
export const EMAIDListType = commonMessages.complex('EMAIDListType', { EMAID: list(identifier, { max: 8 }) });
export const ecdhCurve = enumeration('SECP521', 'X448');
export const dhPublicKey = base64Binary({ minLength: 133, maxLength: 133 });
export const secp521_EncryptedPrivateKey = base64Binary({ minLength: 94, maxLength: 94 });
export const x448_EncryptedPrivateKey = base64Binary({ minLength: 84, maxLength: 84 });
export const tpm_EncryptedPrivateKey = base64Binary({ minLength: 206, maxLength: 206 });
export const SignedInstallationDataType = commonMessages.complex('SignedInstallationDataType', {
  Id: attribute(id),
  ContractCertificateChain: ContractCertificateChainType,
  ECDHCurve: ecdhCurve,
  DHPublicKey: dhPublicKey,
  key: choice({
    SECP521_EncryptedPrivateKey: secp521_EncryptedPrivateKey,
    X448_EncryptedPrivateKey: x448_EncryptedPrivateKey,
    TPM_EncryptedPrivateKey: tpm_EncryptedPrivateKey,
  }),
});
export const SignedInstallationData = commonMessages.element('SignedInstallationData', SignedInstallationDataType);
