import { type Element, encodeFragment, type Infer, isExiError, type SchemaSet } from '@pilotwire/exi';
import { fromHex, toHex } from '@pilotwire/wire';
import { type Iso2Message, iso2Schema } from '../iso15118-2/index.js';
import { type Iso20CommonMessage, iso20CommonSchema } from '../iso15118-20/common/index.js';
import { type Signature, SignedInfo, xmldsigSchema } from '../xmldsig/index.js';
import { algorithms, type Curve } from './algorithms.js';
import type { PublicKey } from './certificate.js';
import { SignatureError } from './errors.js';
import { type Identified, identified } from './referred.js';

/*
 * What is signed is SignedInfo, a fragment of XML Signature alone. It holds a digest of each element that is meant, a
 * fragment of the message's own schemas. (ISO 15118-2: so verify all signatures seen. Of ISO 15118-20 none was.)
 */

/** The messages that can be signed: those of ISO 15118-20 are all among its common ones. */
export type SignableMessage = Iso2Message | Iso20CommonMessage;

/** A private key: 32 bytes of P-256, 66 of P-521, 57 of Ed448. */
export interface SecretKey {
  readonly curve: Curve;
  readonly secret: Uint8Array;
}

type SignedInfo = Infer<typeof SignedInfo>;
type Reference = SignedInfo['Reference'][number];

const canonicalExi = 'http://www.w3.org/TR/canonical-exi/';

interface Dialect {
  readonly set: SchemaSet;
  readonly curves: readonly Curve[];
}
const iso2: Dialect = { set: iso2Schema, curves: ['P-256'] };
const iso20: Dialect = { set: iso20CommonSchema, curves: ['P-521', 'Ed448'] };

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
export function verifySignature(message: SignableMessage, key: PublicKey): SignatureCheck {
  const { dialect, header } = partsOf(message);
  const references = checkReferences(message);
  if (!header.Signature) return { verdict: 'unsigned', references };
  const { SignedInfo: signedInfo, SignatureValue } = header.Signature;
  const curve = dialect.curves.find((of) => algorithms[of].signature === signedInfo.SignatureMethod.Algorithm);
  if (curve === undefined || !isCanonicalExi(signedInfo.CanonicalizationMethod.Algorithm)) return { verdict: 'unsupported', references };
  const { length, verify } = algorithms[curve];
  const bytes = canonical(xmldsigSchema, SignedInfo, SignedInfo.type, signedInfo);
  const value = fromHex(SignatureValue.CONTENT);
  const byKey = key.curve === curve && bytes !== undefined && value?.length === length && verify(value, bytes, key.point);
  if (!byKey) return { verdict: 'not-by-key', references };
  const failed = references.find(({ state }) => state !== 'matches');
  return { verdict: failed === undefined ? 'valid' : (failed.state as Exclude<ReferenceState, 'matches'>), references };
}

/** What a message's signature refers to, and whether that is still as it was signed. No key is needed to see it. */
export function checkReferences(message: SignableMessage): readonly ReferenceCheck[] {
  const { dialect, root, content, header } = partsOf(message);
  if (!header.Signature) return [];
  const elements = identified(root, content);
  return header.Signature.SignedInfo.Reference.map((reference) => checkReference(reference, elements, dialect));
}

function checkReference(reference: Reference, elements: readonly Identified[], { set, curves }: Dialect): ReferenceCheck {
  const uri = reference.URI ?? '';
  const curve = curves.find((of) => algorithms[of].digest === reference.DigestMethod.Algorithm);
  const transforms = reference.Transforms?.Transform ?? [];
  const isKnown = transforms.every(({ Algorithm }) => isCanonicalExi(Algorithm));
  if (curve === undefined || !isKnown || !uri.startsWith('#')) return { uri, state: 'unsupported' };
  const [element, ...others] = elements.filter(({ id }) => `#${id}` === uri);
  if (!element) return { uri, state: 'stale' };
  if (others.length > 0) return { uri, state: 'ambiguous' };
  const { name, type, value, path } = element;
  const bytes = canonical(set, name, type, value);
  const matches = bytes !== undefined && toHex(algorithms[curve].hash(bytes)) === reference.DigestValue.toLowerCase();
  return { uri, state: matches ? 'matches' : 'altered', path };
}

/**
 * The message with a signature of the elements with these Ids in its header, in the place of any that it had. The
 * signature is deterministic. Throws `SignatureError`, and `ExiError` where an element is not valid.
 */
export function signMessage<M extends SignableMessage>(message: M, ids: readonly string[], { curve, secret }: SecretKey): M {
  const { dialect, root, content, header } = partsOf(message);
  const algorithm = algorithms[curve];
  if (!dialect.curves.includes(curve)) throw new SignatureError('unsupported-key', `${curve} does not sign messages of the ${dialect.set.name} schema`);
  if (!algorithm.isSecretKey(secret)) throw new SignatureError('bad-key', `no private key of the curve ${curve}`);
  const elements = identified(root, content);
  const referenceTo = (id: string): Reference => {
    const { name, type, value } = only(id, elements);
    return {
      URI: `#${id}`,
      Transforms: { Transform: [{ Algorithm: canonicalExi }] },
      DigestMethod: { Algorithm: algorithm.digest },
      DigestValue: upperHex(algorithm.hash(encodeFragment(dialect.set, name, type, value))),
    };
  };
  const signedInfo: SignedInfo = {
    CanonicalizationMethod: { Algorithm: canonicalExi },
    SignatureMethod: { Algorithm: algorithm.signature },
    Reference: ids.map(referenceTo),
  };
  const value = algorithm.sign(encodeFragment(xmldsigSchema, SignedInfo, SignedInfo.type, signedInfo), secret);
  const Signature = { SignedInfo: signedInfo, SignatureValue: { CONTENT: upperHex(value) } };
  return { [root.name]: { ...content, Header: { ...header, Signature } } } as unknown as M;
}

interface Parts {
  readonly dialect: Dialect;
  readonly root: Element<string, unknown>;
  readonly content: object;
  readonly header: { readonly Signature?: Infer<typeof Signature> };
}

/** The header is a member of the document element in both dialects. */
function partsOf(message: SignableMessage): Parts {
  const dialect = 'V2G_Message' in message ? iso2 : iso20;
  const [name, content] = Object.entries(message).find(([, of]) => of !== undefined) as [string, { readonly Header: Parts['header'] }];
  const root = dialect.set.messages.find((of) => of.name === name) as Element<string, unknown>;
  return { dialect, root, content, header: content.Header };
}

function only(id: string, elements: readonly Identified[]): Identified {
  const [element, ...others] = elements.filter((candidate) => candidate.id === id);
  if (!element) throw new SignatureError('unknown-id', `no element of the message has the Id ${id}`);
  if (others.length > 0) throw new SignatureError('ambiguous-id', `${others.length + 1} elements of the message have the Id ${id}`);
  return element;
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

/** Some write the name without its slash (seen: a message published with V2Gdecoder). */
function isCanonicalExi(algorithm: string): boolean {
  return algorithm === canonicalExi || `${algorithm}/` === canonicalExi;
}

function upperHex(bytes: Uint8Array): string {
  return toHex(bytes).toUpperCase();
}
