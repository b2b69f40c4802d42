import { din } from '../src/index.js';

/** Fills the memory that compiled code writes in with ones: nothing may be left of an earlier message in a later one. */
export function soil(): void {
  const ones = { ContractID: 'x', DHParams: 'FF'.repeat(256), ListOfRootCertificateIDs: { RootCertificateID: ['x'] } };
  const Certificate = 'FF'.repeat(1200);
  const SubCertificates = { Certificate: Array.from({ length: 6 }, () => Certificate) };
  din.encode({ V2G_Message: { Header: { SessionID: '' }, Body: { CertificateUpdateReq: { ...ones, ContractSignatureCertChain: { Certificate, SubCertificates } } } } });
}
