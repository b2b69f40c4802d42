/** What a root is good for: the words of 2.0.1. 1.6's CentralSystemRootCertificate is CSMSRootCertificate. */
export const rootUses = ['CSMSRootCertificate', 'ManufacturerRootCertificate', 'V2GRootCertificate', 'MORootCertificate', 'OEMRootCertificate'] as const;
export type RootUse = (typeof rootUses)[number];

/** CertificateHashDataType of OCPP, as OCSP has it (RFC 6960, 4.1.1). Hexadecimal. */
export interface CertificateHash {
  readonly hashAlgorithm: 'SHA256' | 'SHA384' | 'SHA512';
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serialNumber: string;
}

/** Who a certificate is asked for (2.0.1 A02): CN is the station's serial number or identity, O the operator. */
export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

/** What came of something, with the status that the CSMS is told; `why` is for people. */
export interface Verdict<Status extends string> {
  readonly status: Status;
  readonly why?: string;
}

/** The end of the station's own certificate, or of one that an install brought. */
export interface Expiry {
  readonly notAfter: number;
  readonly subject: string;
}

/**
 * The certificates of one station, in a folder of their own: 0700 and 0600, each file replaced as a whole. No key ever
 * leaves it but for the line's settings.
 */
export interface CertificateStore {
  /** For `LineSettings`: what the line needs of it, as it is now. */
  lineSettings(): { readonly ca?: string; readonly certificate?: string; readonly key?: string };
  /** A new key, kept until it is signed, and the request for it, in PEM: for SignCertificate. */
  makeCsr(subject: Subject): Promise<string>;
  /** CertificateSigned: the chain is checked against the keys that wait, and takes effect with the next connection. */
  accept(chain: string, utc: number | undefined): Promise<Verdict<'Accepted' | 'Rejected'>>;
  /** The certificate before this one is the station's again: where the CSMS refuses the new one. False where there is none. */
  revert(): Promise<boolean>;
  install(use: RootUse, certificate: string, utc: number | undefined): Promise<Verdict<'Accepted' | 'Rejected' | 'Failed'>>;
  /** The station's own certificate cannot be deleted, nor the last root by which the CSMS is known. */
  remove(hash: CertificateHash): Promise<Verdict<'Accepted' | 'Failed' | 'NotFound'>>;
  list(uses?: readonly RootUse[]): readonly { readonly use: RootUse; readonly hash: CertificateHash }[];
  /** Of the station's own certificate, where it has one. */
  expiry(): Expiry | undefined;
}

export interface CertificateStoreOptions {
  /** CertificateStoreMaxLength of 1.6, CertificateEntries of 2.x: the most roots. */
  readonly maxLength: number;
  /** The roots of the settings, in PEM: trusted for the CSMS besides those that are installed; without them, Node's. */
  readonly ca?: string;
}
