import { attribute, base64Binary, list, optional } from '@pilotwire/exi';
import { X509IssuerSerialType } from '../xmldsig/index.js';
import { eMAID, id } from './common.js';
import { msgDataTypes } from './namespaces.js';

/* V2G_CI_MsgDataTypes.xsd: certificates and keys of contracts. */

/** An X.509 certificate in DER. */
export const certificate = base64Binary({ maxLength: 800 });

export const SubCertificatesType = msgDataTypes.complex('SubCertificatesType', { Certificate: list(certificate, { max: 4 }) });
export const CertificateChainType = msgDataTypes.complex('CertificateChainType', {
  Id: optional(attribute(id)),
  Certificate: certificate,
  SubCertificates: optional(SubCertificatesType),
});
export const ListOfRootCertificateIDsType = msgDataTypes.complex('ListOfRootCertificateIDsType', {
  RootCertificateID: list(X509IssuerSerialType, { max: 20 }),
});
/** An initialisation vector of 16 bytes, then the key of 32, encrypted. */
export const ContractSignatureEncryptedPrivateKeyType = msgDataTypes.simpleContent(
  'ContractSignatureEncryptedPrivateKeyType',
  base64Binary({ maxLength: 48 }),
  { Id: attribute(id) },
);
/** A point of the curve P-256, uncompressed. */
export const DiffieHellmanPublickeyType = msgDataTypes.simpleContent('DiffieHellmanPublickeyType', base64Binary({ maxLength: 65 }), {
  Id: attribute(id),
});
export const EMAIDType = msgDataTypes.simpleContent('EMAIDType', eMAID, { Id: attribute(id) });
