import { createPrivateKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CsmsOptions } from './options.js';

const day = 86_400_000;
const validDays = 365;

/**
 * Signs what a station asks to be signed, and gives the chain, the authority behind it; in PEM. Rejects where the request
 * cannot be read, is not of its own key, or the authority's key is of a kind that is not known here.
 */
export async function signRequest(csr: string, { certificate, key }: NonNullable<CsmsOptions['authority']>, utc: number): Promise<{ readonly chain: string; readonly subject: string }> {
  await import('reflect-metadata');
  const { BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, Pkcs10CertificateRequest, X509Certificate, X509CertificateGenerator } = await import('@peculiar/x509');
  const request = new Pkcs10CertificateRequest(csr);
  if (!(await request.verify(globalThis.crypto))) throw new Error('the request is not signed by its own key');
  const issuer = new X509Certificate(certificate);
  const { importAs, signAs } = algorithmsOf(createPrivateKey(key));
  const signingKey = await globalThis.crypto.subtle.importKey('pkcs8', createPrivateKey(key).export({ type: 'pkcs8', format: 'der' }), importAs, false, ['sign']);
  const signed = await X509CertificateGenerator.create({
    // Positive, and not to be guessed (RFC 5280, 4.1.2.2).
    serialNumber: `1${randomBytes(15).toString('hex')}`.padStart(32, '0'),
    issuer: issuer.subject, subject: request.subject, publicKey: await request.publicKey.export(globalThis.crypto), signingKey, signingAlgorithm: signAs,
    notBefore: new Date(utc - day), notAfter: new Date(utc + validDays * day),
    extensions: [new BasicConstraintsExtension(false), new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  }, globalThis.crypto);
  return { chain: `${signed.toString('pem')}\n${issuer.toString('pem')}\n`, subject: request.subject };
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384' };

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'rsa') {
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    return { importAs: rsa, signAs: rsa };
  }
  const namedCurve = curves[asymmetricKeyDetails?.namedCurve ?? ''];
  if (asymmetricKeyType !== 'ec' || namedCurve === undefined) throw new Error('the key of the authority is neither RSA nor of P-256 or P-384');
  return { importAs: { name: 'ECDSA', namedCurve }, signAs: { name: 'ECDSA', hash: 'SHA-256' } };
}
