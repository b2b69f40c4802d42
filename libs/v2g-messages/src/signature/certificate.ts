import { toHex } from '@pilotwire/wire';
import { algorithms, type Curve } from './algorithms.js';
import { DerReader, tag } from './der.js';
import { SignatureError } from './errors.js';

/** The key of a certificate. */
export interface PublicKey {
  readonly curve: Curve;
  /** As the certificate has it: of the curves P, uncompressed mostly (a byte 4, then both coordinates). */
  readonly point: Uint8Array;
}

const ecPublicKey = '2a8648ce3d0201'; // 1.2.840.10045.2.1
const ed448 = '2b6571'; // 1.3.101.113
const namedCurves: ReadonlyMap<string, Curve> = new Map([
  ['2a8648ce3d030107', 'P-256'], // 1.2.840.10045.3.1.7, prime256v1
  ['2b81040023', 'P-521'], // 1.3.132.0.35, secp521r1
]);

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
  const curve = curveOf(algorithm);
  algorithm.finish();
  const [unused, ...point] = info.take(tag.bitString);
  info.finish();
  return publicKey(unused === 0 ? Uint8Array.from(point) : new Uint8Array(), curve);
}

function curveOf(algorithm: DerReader): Curve {
  const kind = toHex(algorithm.take(tag.objectId));
  if (kind === ed448) return 'Ed448';
  if (kind !== ecPublicKey) throw new SignatureError('unsupported-key', `the certificate's key is of the kind ${kind}, not of an elliptic curve`);
  const name = toHex(algorithm.take(tag.objectId));
  const curve = namedCurves.get(name);
  if (curve === undefined) throw new SignatureError('unsupported-key', `the certificate's key is of the curve ${name}, which V2G does not use`);
  return curve;
}

/** A key from the bytes of its point. Throws `SignatureError` where they are none of the curve. */
export function publicKey(point: Uint8Array, curve: Curve): PublicKey {
  if (!algorithms[curve].isPublicKey(point)) throw new SignatureError('bad-key', `no point of the curve ${curve}`);
  return { curve, point };
}
