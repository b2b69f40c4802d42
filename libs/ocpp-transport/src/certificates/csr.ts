import type { Subject } from './types.js';

/** A key of the station's own, and the request to have it signed; both in PEM. */
export interface SigningRequest {
  readonly key: string;
  readonly csr: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Makes a key and its request: ECDSA on P-256, as 2.0.1 asks for (part 2, A00.FR.508). The library is loaded when it is
 * needed: a station without certificates never does.
 */
export async function signingRequest({ commonName, organization }: Subject): Promise<SigningRequest> {
  await import('reflect-metadata');
  const { PemConverter, Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const { subtle } = globalThis.crypto;
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const name = [{ CN: [commonName] }, ...(organization === undefined ? [] : [{ O: [organization] }])];
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm }, globalThis.crypto);
  return {
    key: `${PemConverter.encode(await subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`,
    csr: `${request.toString('pem')}\n`,
  };
}
