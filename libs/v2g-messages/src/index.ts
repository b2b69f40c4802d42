// Only names: whoever imports one dialect bundles no other.
export { app } from './app-protocol/codec.js';
export { type AppMessage, appProtocolSchema } from './app-protocol/index.js';
export { codecs, type SchemaName } from './codecs.js';
export { din } from './din70121/codec.js';
export type { PhysicalValue, ResponseCode } from './din70121/common.js';
export { type DinBody, type DinContent, type DinMessage, type DinMessageName, dinSchema } from './din70121/index.js';
export type { DC_EVSEStatus, DC_EVStatus } from './din70121/status.js';
export { iso2 } from './iso15118-2/codec.js';
export {
  type Iso2Body,
  type Iso2Content,
  type Iso2Message,
  type Iso2MessageName,
  iso2Schema,
} from './iso15118-2/index.js';
export { iso20Ac } from './iso15118-20/ac/codec.js';
export { type Iso20AcMessage, iso20AcSchema } from './iso15118-20/ac/index.js';
export { iso20Acdp } from './iso15118-20/acdp/codec.js';
export { type Iso20AcdpMessage, iso20AcdpSchema } from './iso15118-20/acdp/index.js';
export { iso20Common } from './iso15118-20/common/codec.js';
export { type Iso20CommonMessage, iso20CommonSchema } from './iso15118-20/common/index.js';
export { iso20Dc } from './iso15118-20/dc/codec.js';
export { type Iso20DcMessage, iso20DcSchema } from './iso15118-20/dc/index.js';
export { iso20Wpt } from './iso15118-20/wpt/codec.js';
export { type Iso20WptMessage, iso20WptSchema } from './iso15118-20/wpt/index.js';
export type { MessageCodec } from './message-codec.js';
export type { Curve } from './signature/algorithms.js';
export { type PublicKey, publicKey, publicKeyOf } from './signature/certificate.js';
export { isSignatureError, SignatureError, type SignatureErrorCode } from './signature/errors.js';
export {
  checkReferences,
  type ReferenceCheck,
  type ReferenceState,
  type SecretKey,
  type SignableMessage,
  type SignatureCheck,
  type SignatureVerdict,
  signMessage,
  verifySignature,
} from './signature/signature.js';
export { SignedInfo, xmldsigSchema } from './xmldsig/index.js';
