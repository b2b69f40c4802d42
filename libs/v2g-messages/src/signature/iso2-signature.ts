import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeFragment, type Infer, isExiError } from '@pilotwire/exi';
import { fromHex, toHex } from '@pilotwire/wire';
import { type Iso2Message, iso2Schema, V2G_Message } from '../iso15118-2/index.js';
import { SignedInfo, xmldsigSchema } from '../xmldsig/index.js';
import type { PublicKey } from './certificate.js';
import { SignatureError } from './errors.js';
import { type Identified, identified } from './referred.js';

/*
 * Signatures of ISO 15118-2: ECDSA of P-256 and SHA-256 over SignedInfo, a fragment of XML Signature
 * alone; it holds a SHA-256 of each element that is signed, a fragment of the message's own schemas.
 */

type SignedInfo = Infer<typeof SignedInfo>;
type Reference = SignedInfo['Reference'][number];

const algorithms = {
  canonicalization: 'http://www.w3.org/TR/canonical-exi/',
  signature: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
} as const;

export type ReferenceState =
  | 'matches' // the element is as it was signed
  | 'altered' // the element is not as it was signed
  | 'stale' // nothing in this message has the Id (seen: RISE-V2G repeats its last signature on later messages)
  | 'ambiguous' // several elements have the Id
  | 'unsupported'; // another algorithm, or a reference that is no Id

export interface ReferenceCheck {
  /** As the signature has it: `#ID1`. */
  readonly uri: string;
  readonly state: ReferenceState;
  /** The element referred to, where there is just one: `V2G_Message/Body/AuthorizationReq`. */
  readonly path?: string;
}

export type SignatureVerdict =
  | 'valid' // the key signed all elements referred to, and they are unchanged
  | 'unsigned' // the message has no signature
  | 'not-by-key' // the signature is not one of this key over these references
  | Exclude<ReferenceState, 'matches'>; // it is one of the key, but the first such reference fails

export interface SignatureCheck {
  readonly verdict: SignatureVerdict;
  /** Valid says nothing of other elements: see that the one you rely on is among these paths. */
  readonly references: readonly ReferenceCheck[];
}

/** Verifies the signature in a message's header with a key, such as `publicKeyOf` a certificate of the same session. */
export function verifySignature(message: Iso2Message, key: PublicKey): SignatureCheck {
  const signature = message.V2G_Message.Header.Signature;
  const references = checkReferences(message);
  if (!signature) return { verdict: 'unsigned', references };
  const { SignedInfo: signedInfo, SignatureValue } = signature;
  if (!isSupported(signedInfo)) return { verdict: 'unsupported', references };
  const bytes = canonical(xmldsigSchema, SignedInfo, SignedInfo.type, signedInfo);
  const value = fromHex(SignatureValue.CONTENT);
  const byKey = bytes !== undefined && value?.length === 64 && p256.verify(value, bytes, key.point, { lowS: false });
  if (!byKey) return { verdict: 'not-by-key', references };
  const failed = references.find(({ state }) => state !== 'matches');
  return { verdict: failed === undefined ? 'valid' : (failed.state as Exclude<ReferenceState, 'matches'>), references };
}

/** What a message's signature refers to, and whether that is still as it was signed. No key is needed to see it. */
export function checkReferences(message: Iso2Message): readonly ReferenceCheck[] {
  const signedInfo = message.V2G_Message.Header.Signature?.SignedInfo;
  if (!signedInfo) return [];
  const elements = identified(V2G_Message, message.V2G_Message);
  return signedInfo.Reference.map((reference) => checkReference(reference, elements));
}

function checkReference(reference: Reference, elements: readonly Identified[]): ReferenceCheck {
  const uri = reference.URI ?? '';
  const transforms = reference.Transforms?.Transform ?? [];
  const known = reference.DigestMethod.Algorithm === algorithms.digest && transforms.every(({ Algorithm }) => isCanonicalExi(Algorithm));
  if (!known || !uri.startsWith('#')) return { uri, state: 'unsupported' };
  const [element, ...others] = elements.filter(({ id }) => `#${id}` === uri);
  if (!element) return { uri, state: 'stale' };
  if (others.length > 0) return { uri, state: 'ambiguous' };
  const { name, type, value, path } = element;
  const bytes = canonical(iso2Schema, name, type, value);
  const matches = bytes !== undefined && toHex(sha256(bytes)) === reference.DigestValue.toLowerCase();
  return { uri, state: matches ? 'matches' : 'altered', path };
}

/**
 * The message with a signature of the elements with these Ids in its header, in the place of any that it had. The
 * signature is deterministic (RFC 6979). Throws `SignatureError`, and `ExiError` where an element is not valid.
 */
export function signMessage(message: Iso2Message, ids: readonly string[], privateKey: Uint8Array): Iso2Message {
  if (!p256.utils.isValidSecretKey(privateKey)) throw new SignatureError('bad-key', 'no private key of the curve P-256');
  const elements = identified(V2G_Message, message.V2G_Message);
  const signedInfo: SignedInfo = {
    CanonicalizationMethod: { Algorithm: algorithms.canonicalization },
    SignatureMethod: { Algorithm: algorithms.signature },
    Reference: ids.map((id) => referenceTo(id, elements)),
  };
  const bytes = encodeFragment(xmldsigSchema, SignedInfo, SignedInfo.type, signedInfo);
  const value = p256.sign(bytes, privateKey, { lowS: false });
  const { Header, Body } = message.V2G_Message;
  const Signature = { SignedInfo: signedInfo, SignatureValue: { CONTENT: upperHex(value) } };
  return { V2G_Message: { Header: { ...Header, Signature }, Body } };
}

function referenceTo(id: string, elements: readonly Identified[]): Reference {
  const [element, ...others] = elements.filter((candidate) => candidate.id === id);
  if (!element) throw new SignatureError('unknown-id', `no element of the message has the Id ${id}`);
  if (others.length > 0) throw new SignatureError('ambiguous-id', `${others.length + 1} elements of the message have the Id ${id}`);
  return {
    URI: `#${id}`,
    Transforms: { Transform: [{ Algorithm: algorithms.canonicalization }] },
    DigestMethod: { Algorithm: algorithms.digest },
    DigestValue: upperHex(sha256(encodeFragment(iso2Schema, element.name, element.type, element.value))),
  };
}

/** The bytes that are digested; undefined for what was read but cannot be written, so cannot have been signed either. */
function canonical(...fragment: Parameters<typeof encodeFragment>): Uint8Array | undefined {
  try {
    return encodeFragment(...fragment);
  } catch (error) {
    if (!isExiError(error)) throw error;
    return undefined;
  }
}

function isSupported({ CanonicalizationMethod, SignatureMethod }: SignedInfo): boolean {
  return isCanonicalExi(CanonicalizationMethod.Algorithm) && SignatureMethod.Algorithm === algorithms.signature;
}

/** Some write the name without its slash (seen: a message published with V2Gdecoder). */
function isCanonicalExi(algorithm: string): boolean {
  return algorithm === algorithms.canonicalization || `${algorithm}/` === algorithms.canonicalization;
}

function upperHex(bytes: Uint8Array): string {
  return toHex(bytes).toUpperCase();
}
