import { ed448 } from '@noble/curves/ed448.js';
import { p256, p521 } from '@noble/curves/nist.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

export type Curve = 'P-256' | 'P-521' | 'Ed448';

/** One way to sign. Signatures of the curves P are the two numbers behind each other, not DER. */
export interface Algorithm {
  /** The names in SignedInfo. */
  readonly signature: string;
  readonly digest: string;
  /** Bytes of a signature. */
  readonly length: number;
  hash(bytes: Uint8Array): Uint8Array;
  /** Deterministic (RFC 6979, RFC 8032): nothing is left to chance. */
  sign(bytes: Uint8Array, secretKey: Uint8Array): Uint8Array;
  verify(signature: Uint8Array, bytes: Uint8Array, publicKey: Uint8Array): boolean;
  isPublicKey(bytes: Uint8Array): boolean;
  isSecretKey(bytes: Uint8Array): boolean;
}

/** ISO 15118-2 signs with P-256, ISO 15118-20 with one of the others. */
export const algorithms: Readonly<Record<Curve, Algorithm>> = {
  'P-256': {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
    length: 64,
    hash: (bytes) => sha256(bytes),
    sign: (bytes, secretKey) => p256.sign(bytes, secretKey, { lowS: false }),
    verify: (signature, bytes, publicKey) => p256.verify(signature, bytes, publicKey, { lowS: false }),
    isPublicKey: (bytes) => p256.utils.isValidPublicKey(bytes),
    isSecretKey: (bytes) => p256.utils.isValidSecretKey(bytes),
  },
  'P-521': {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    length: 132,
    hash: (bytes) => sha512(bytes),
    sign: (bytes, secretKey) => p521.sign(bytes, secretKey, { lowS: false }),
    verify: (signature, bytes, publicKey) => p521.verify(signature, bytes, publicKey, { lowS: false }),
    isPublicKey: (bytes) => p521.utils.isValidPublicKey(bytes),
    isSecretKey: (bytes) => p521.utils.isValidSecretKey(bytes),
  },
  Ed448: {
    signature: 'http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    length: 114,
    hash: (bytes) => sha512(bytes),
    sign: (bytes, secretKey) => ed448.sign(bytes, secretKey),
    verify: (signature, bytes, publicKey) => ed448.verify(signature, bytes, publicKey),
    isPublicKey: (bytes) => ed448.utils.isValidPublicKey(bytes),
    isSecretKey: (bytes) => ed448.utils.isValidSecretKey(bytes),
  },
};
