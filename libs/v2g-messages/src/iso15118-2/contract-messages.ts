import { attribute, long, optional, short } from '@pilotwire/exi';
import {
  certificate,
  CertificateChainType,
  ContractSignatureEncryptedPrivateKeyType,
  DiffieHellmanPublickeyType,
  EMAIDType,
  ListOfRootCertificateIDsType,
} from './certificates.js';
import { eMAID, EVSEProcessing, genChallenge, id, responseCode, SAID, sessionID } from './common.js';
import { msgBody } from './namespaces.js';
import { MeterInfoType } from './services.js';
import { anyEVSEStatus } from './status.js';

/* V2G_CI_MsgBody.xsd: the messages of Plug & Charge, and Authorization, which every session has. */

const ResponseCode = responseCode;

export const PaymentDetailsReq = msgBody.element(
  'PaymentDetailsReq',
  msgBody.complex('PaymentDetailsReqType', { eMAID, ContractSignatureCertChain: CertificateChainType }),
);
export const PaymentDetailsRes = msgBody.element(
  'PaymentDetailsRes',
  msgBody.complex('PaymentDetailsResType', {
    ResponseCode,
    GenChallenge: genChallenge,
    /** Unix time, seconds. */
    EVSETimeStamp: long,
  }),
);

export const AuthorizationReq = msgBody.element(
  'AuthorizationReq',
  msgBody.complex('AuthorizationReqType', { Id: optional(attribute(id)), GenChallenge: optional(genChallenge) }),
);
export const AuthorizationRes = msgBody.element(
  'AuthorizationRes',
  msgBody.complex('AuthorizationResType', { ResponseCode, EVSEProcessing }),
);

export const MeteringReceiptReq = msgBody.element(
  'MeteringReceiptReq',
  msgBody.complex('MeteringReceiptReqType', {
    Id: optional(attribute(id)),
    SessionID: sessionID,
    SAScheduleTupleID: optional(SAID),
    MeterInfo: MeterInfoType,
  }),
);
export const MeteringReceiptRes = msgBody.element(
  'MeteringReceiptRes',
  msgBody.complex('MeteringReceiptResType', { ResponseCode, EVSEStatus: anyEVSEStatus }),
);

export const CertificateUpdateReq = msgBody.element(
  'CertificateUpdateReq',
  msgBody.complex('CertificateUpdateReqType', {
    Id: attribute(id),
    ContractSignatureCertChain: CertificateChainType,
    eMAID,
    ListOfRootCertificateIDs: ListOfRootCertificateIDsType,
  }),
);
export const CertificateUpdateRes = msgBody.element(
  'CertificateUpdateRes',
  msgBody.complex('CertificateUpdateResType', {
    ResponseCode,
    SAProvisioningCertificateChain: CertificateChainType,
    ContractSignatureCertChain: CertificateChainType,
    ContractSignatureEncryptedPrivateKey: ContractSignatureEncryptedPrivateKeyType,
    DHpublickey: DiffieHellmanPublickeyType,
    eMAID: EMAIDType,
    RetryCounter: optional(short),
  }),
);

export const CertificateInstallationReq = msgBody.element(
  'CertificateInstallationReq',
  msgBody.complex('CertificateInstallationReqType', {
    Id: attribute(id),
    OEMProvisioningCert: certificate,
    ListOfRootCertificateIDs: ListOfRootCertificateIDsType,
  }),
);
export const CertificateInstallationRes = msgBody.element(
  'CertificateInstallationRes',
  msgBody.complex('CertificateInstallationResType', {
    ResponseCode,
    SAProvisioningCertificateChain: CertificateChainType,
    ContractSignatureCertChain: CertificateChainType,
    ContractSignatureEncryptedPrivateKey: ContractSignatureEncryptedPrivateKeyType,
    DHpublickey: DiffieHellmanPublickeyType,
    eMAID: EMAIDType,
  }),
);
