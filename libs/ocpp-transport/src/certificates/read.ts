import { createHash, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { partsOf } from './der.js';
import type { CertificateHash } from './types.js';

const block = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The certificates of a PEM, in their order; undefined where one cannot be read. */
export function certificatesIn(pem: string): readonly X509Certificate[] | undefined {
  try {
    return [...pem.matchAll(block)].map(([text]) => new X509Certificate(text));
  } catch {
    return undefined;
  }
}

export const asPem = (certificate: X509Certificate): string => certificate.toString().trimEnd() + '\n';

/** What OCPP calls a certificate by. A root has signed itself, so its issuer's key is its own. */
export function hashOf(root: X509Certificate, hashAlgorithm: CertificateHash['hashAlgorithm'] = 'SHA256'): CertificateHash {
  const { issuer, publicKey } = partsOf(root.raw);
  const hash = (bytes: Uint8Array): string => createHash(hashAlgorithm).update(bytes).digest('hex');
  return { hashAlgorithm, issuerNameHash: hash(issuer), issuerKeyHash: hash(publicKey), serialNumber: serial(root.serialNumber) };
}

/** Whether a certificate is the one that is meant: hexadecimal of either case, with zeros before it or without. */
export function isMeant(root: X509Certificate, wanted: CertificateHash): boolean {
  const own = hashOf(root, wanted.hashAlgorithm);
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return same(own.issuerNameHash, wanted.issuerNameHash) && same(own.issuerKeyHash, wanted.issuerKeyHash) && same(own.serialNumber, serial(wanted.serialNumber));
}

const serial = (text: string): string => text.toLowerCase().replace(/^0+(?=.)/, '');

/** Why a certificate is of no use as a root, if it is of none (OCPP 2.0.1 part 2, A00 and M05). */
export function rootObjection(root: X509Certificate, utc: number | undefined): string | undefined {
  if (!root.ca) return 'it may not sign others: it is no certificate authority';
  if (!root.verify(root.publicKey)) return 'it has not signed itself: it is no root';
  return timeObjection(root, utc) ?? keyObjection(root.publicKey);
}

/**
 * Why a chain is no certificate for one of these keys: the first of it has to be of the station, and each has to be signed
 * by the one behind it.
 */
export function chainObjection(chain: readonly X509Certificate[], utc: number | undefined): string | undefined {
  for (const [index, certificate] of chain.entries()) {
    const objection = timeObjection(certificate, utc) ?? keyObjection(certificate.publicKey);
    if (objection !== undefined) return `certificate ${index + 1} of the chain: ${objection}`;
    const signer = chain[index + 1];
    if (signer !== undefined && !(certificate.checkIssued(signer) && certificate.verify(signer.publicKey))) {
      return `certificate ${index + 1} of the chain is not signed by the next one`;
    }
  }
  return undefined;
}

/** A clock that nobody has set yet refuses nothing. */
function timeObjection({ validFrom, validTo }: X509Certificate, utc: number | undefined): string | undefined {
  if (utc === undefined) return undefined;
  if (utc > timeOf(validTo)) return `it has expired: ${validTo}`;
  return utc < timeOf(validFrom) - clockMargin ? `it is not valid yet: ${validFrom}` : undefined;
}

/** A CSMS signs with its clock, we read with ours. */
const clockMargin = 86_400_000;
export const timeOf = (text: string): number => Date.parse(text);

/** RSA from 2048 bits, elliptic curves from 224 (2.0.1 part 2, A00.FR.507). */
function keyObjection({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType !== 'rsa') return undefined;
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < 2_048 ? `its key is too short: ${bits} bits` : undefined;
}
