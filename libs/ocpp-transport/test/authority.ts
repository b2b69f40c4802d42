import 'reflect-metadata';
import {
  BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, PemConverter, Pkcs10CertificateRequest, SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { X509Certificate } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const { subtle } = globalThis.crypto;
const day = 86_400_000;

interface Span {
  readonly from?: Date;
  readonly to?: Date;
}
/** A certificate with its key, in PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority that a test makes. */
export interface Authority {
  /** Its own, in PEM. */
  readonly root: string;
  /** And its key. */
  readonly key: string;
  issue(name: string, span?: Span): Promise<Issued>;
  sign(csr: string, span?: Span): Promise<string>;
}

const keyPem = (pkcs8: ArrayBuffer): string => `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`;
const pem = (certificate: X509Certificate): string => `${certificate.toString('pem')}\n`;
const span = ({ from = new Date(Date.now() - day), to = new Date(Date.now() + 365 * day) }: Span) => ({ notBefore: from, notAfter: to });
let serial = 1;
const serialNumber = (): string => (serial++).toString(16).padStart(4, '0');

export async function authority(name = 'Test Root', options: Span & { readonly ca?: boolean } = {}): Promise<Authority> {
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(), name: `CN=${name}`, keys, signingAlgorithm: algorithm, ...span(options),
    extensions: [new BasicConstraintsExtension(options.ca ?? true, undefined, true)],
  });
  const signing = { issuer: root.subject, signingKey: keys.privateKey, signingAlgorithm: algorithm };
  return {
    root: pem(root),
    key: keyPem(await subtle.exportKey('pkcs8', keys.privateKey)),
    async issue(subject, when = {}) {
      const own = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.create({
        ...signing, ...span(when), serialNumber: serialNumber(), subject: `CN=${subject}`, publicKey: own.publicKey,
        extensions: [
          new SubjectAlternativeNameExtension([{ type: 'dns', value: subject }]),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        ],
      });
      return { certificate: pem(certificate), key: keyPem(await subtle.exportKey('pkcs8', own.privateKey)) };
    },
    async sign(csr, when = {}) {
      const request = new Pkcs10CertificateRequest(csr);
      return pem(await X509CertificateGenerator.create({
        ...signing, ...span(when), serialNumber: serialNumber(), subject: request.subject, publicKey: await request.publicKey.export(globalThis.crypto),
      }));
    },
  };
}
