import { p256 } from '@noble/curves/nist.js';
import { toHex } from '@pilotwire/wire';
import { DerReader, tag } from './der.js';
import { SignatureError } from './errors.js';

/** The key of an ISO 15118-2 certificate: a point of the curve P-256 (secp256r1). */
export interface PublicKey {
  readonly curve: 'P-256';
  /** Uncompressed (65 bytes) or compressed (33), as the certificate has it. */
  readonly point: Uint8Array;
}

const ecPublicKey = '2a8648ce3d0201'; // 1.2.840.10045.2.1
const prime256v1 = '2a8648ce3d030107'; // 1.2.840.10045.3.1.7

/**
 * The public key of an X.509 certificate in DER (RFC 5280, section 4.1). Whether the certificate is to be trusted is
 * not asked here. Throws `SignatureError`.
 */
export function publicKeyOf(certificate: Uint8Array): PublicKey {
  const whole = new DerReader(certificate);
  const signed = whole.enter(tag.sequence);
  whole.finish();
  const fields = signed.enter(tag.sequence);
  if (fields.next === tag.version) fields.skip();
  fields.take(tag.integer); // the serial number
  for (let i = 0; i < 4; i++) fields.take(tag.sequence); // signature algorithm, issuer, validity, subject
  const info = fields.enter(tag.sequence);
  const algorithm = info.enter(tag.sequence);
  const kind = toHex(algorithm.take(tag.objectId));
  if (kind !== ecPublicKey) throw new SignatureError('unsupported-key', `the certificate's key is of the kind ${kind}, not of an elliptic curve`);
  const curve = toHex(algorithm.take(tag.objectId));
  if (curve !== prime256v1) throw new SignatureError('unsupported-key', `the certificate's key is of the curve ${curve}, not P-256`);
  algorithm.finish();
  const [unused, ...point] = info.take(tag.bitString);
  info.finish();
  return publicKey(unused === 0 ? Uint8Array.from(point) : new Uint8Array());
}

/** A key from the bytes of its point. Throws `SignatureError` where they are none of the curve. */
export function publicKey(point: Uint8Array): PublicKey {
  if (!p256.utils.isValidPublicKey(point)) throw new SignatureError('bad-key', 'no point of the curve P-256');
  return { curve: 'P-256', point };
}
