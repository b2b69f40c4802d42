import {
  anyElement,
  attribute,
  base64Binary,
  bigInteger,
  choice,
  type Element,
  group,
  type Infer,
  list,
  namespace,
  optional,
  schemaSet,
  string,
} from '@pilotwire/exi';

/**
 * xmldsig-core-schema.xsd, the W3C's schema of XML Signature: the header of every V2G message can carry one. Attributes
 * are not qualified here.
 */
const ds = namespace('http://www.w3.org/2000/09/xmldsig#');

const text = string();
const bytes = base64Binary();
const id = { Id: optional(attribute(text)) };
const algorithm = { Algorithm: attribute(text) };
/** xs:any, any number of them. */
const any = optional(list(anyElement));

/* What is signed, and how */

export const CanonicalizationMethod = ds.element('CanonicalizationMethod', ds.mixed('CanonicalizationMethodType', { ...algorithm, any }));
export const SignatureMethod = ds.element(
  'SignatureMethod',
  ds.mixed('SignatureMethodType', { ...algorithm, HMACOutputLength: optional(bigInteger), any }),
);
export const Transform = ds.element(
  'Transform',
  ds.mixed('TransformType', { ...algorithm, step: optional(list(choice({ any: anyElement, XPath: text }))) }),
);
export const Transforms = ds.element('Transforms', ds.complex('TransformsType', { Transform: list(Transform) }));
export const DigestMethod = ds.element('DigestMethod', ds.mixed('DigestMethodType', { ...algorithm, any }));
export const DigestValue = ds.element('DigestValue', bytes);
export const Reference = ds.element(
  'Reference',
  ds.complex('ReferenceType', {
    ...id,
    URI: optional(attribute(text)),
    Type: optional(attribute(text)),
    Transforms: optional(Transforms),
    DigestMethod,
    DigestValue,
  }),
);
export const SignedInfo = ds.element(
  'SignedInfo',
  ds.complex('SignedInfoType', { ...id, CanonicalizationMethod, SignatureMethod, Reference: list(Reference) }),
);
export const SignatureValue = ds.element('SignatureValue', ds.simpleContent('SignatureValueType', bytes, id));

/* Whose key it is: no V2G message of the field says it here */

export const KeyName = ds.element('KeyName', text);
export const MgmtData = ds.element('MgmtData', text);
export const DSAKeyValue = ds.element(
  'DSAKeyValue',
  ds.complex('DSAKeyValueType', {
    primes: optional(group({ P: bytes, Q: bytes })),
    G: optional(bytes),
    Y: bytes,
    J: optional(bytes),
    generation: optional(group({ Seed: bytes, PgenCounter: bytes })),
  }),
);
export const RSAKeyValue = ds.element('RSAKeyValue', ds.complex('RSAKeyValueType', { Modulus: bytes, Exponent: bytes }));
export const KeyValue = ds.element(
  'KeyValue',
  ds.mixed('KeyValueType', { key: choice({ DSAKeyValue, RSAKeyValue, any: anyElement }) }),
);
export const RetrievalMethod = ds.element(
  'RetrievalMethod',
  ds.complex('RetrievalMethodType', {
    URI: optional(attribute(text)),
    Type: optional(attribute(text)),
    Transforms: optional(Transforms),
  }),
);
export const X509IssuerSerialType = ds.complex('X509IssuerSerialType', { X509IssuerName: text, X509SerialNumber: bigInteger });
export const X509Data = ds.element(
  'X509Data',
  ds.complex('X509DataType', {
    entry: list(
      choice({
        X509IssuerSerial: X509IssuerSerialType,
        X509SKI: bytes,
        X509SubjectName: text,
        X509Certificate: bytes,
        X509CRL: bytes,
        any: anyElement,
      }),
    ),
  }),
);
export const PGPData = ds.element(
  'PGPData',
  ds.complex('PGPDataType', {
    key: choice({
      byID: group({ PGPKeyID: bytes, PGPKeyPacket: optional(bytes), any }),
      byPacket: group({ PGPKeyPacket: bytes, any }),
    }),
  }),
);
export const SPKIData = ds.element(
  'SPKIData',
  ds.complex('SPKIDataType', { entry: list(group({ SPKISexp: bytes, any: optional(anyElement) })) }),
);
export const KeyInfo = ds.element(
  'KeyInfo',
  ds.mixed('KeyInfoType', {
    ...id,
    key: list(choice({ KeyName, KeyValue, RetrievalMethod, X509Data, PGPData, SPKIData, MgmtData, any: anyElement })),
  }),
);

/* The signature, and what else may be signed with it */

export const ObjectElement = ds.element(
  'Object',
  ds.mixed('ObjectType', {
    ...id,
    MimeType: optional(attribute(text)),
    Encoding: optional(attribute(text)),
    any,
  }),
);
const SignatureType = ds.complex('SignatureType', {
  ...id,
  SignedInfo,
  SignatureValue,
  KeyInfo: optional(KeyInfo),
  Object: optional(list(ObjectElement)),
});
/** Has a name, as few types have: written out in every message it would make up most of their declaration files. */
export interface SignatureContent extends Infer<typeof SignatureType> {}
export const Signature: Element<'Signature', SignatureContent> = ds.element('Signature', SignatureType);
export const Manifest = ds.element('Manifest', ds.complex('ManifestType', { ...id, Reference: list(Reference) }));
export const SignatureProperty = ds.element(
  'SignatureProperty',
  ds.mixed('SignaturePropertyType', { Target: attribute(text), ...id, any: list(anyElement) }),
);
export const SignatureProperties = ds.element(
  'SignatureProperties',
  ds.complex('SignaturePropertiesType', { ...id, SignatureProperty: list(SignatureProperty) }),
);

/** Every global element of the schema. */
export const xmldsigElements: readonly Element<string, unknown>[] = [
  CanonicalizationMethod,
  DSAKeyValue,
  DigestMethod,
  DigestValue,
  KeyInfo,
  KeyName,
  KeyValue,
  Manifest,
  MgmtData,
  ObjectElement,
  PGPData,
  RSAKeyValue,
  Reference,
  RetrievalMethod,
  SPKIData,
  Signature,
  SignatureMethod,
  SignatureProperties,
  SignatureProperty,
  SignatureValue,
  SignedInfo,
  Transform,
  Transforms,
  X509Data,
];

/** XML Signature alone: what is signed is a fragment of it, whatever the dialect of the message around. */
export const xmldsigSchema = schemaSet('xmldsig', [], xmldsigElements);
