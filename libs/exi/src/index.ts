export { arbitraryMessage, type Chooser } from './arbitrary.js';
export { codec, type Codec, type Compiled, decodeByGrammar, decodeFragment, encodeByGrammar, encodeFragment } from './codec.js';
export {
  anyElement,
  type AnyElement,
  attribute,
  choice,
  group,
  list,
  namespace,
  type Namespace,
  optional,
  substitutionGroup,
} from './declare.js';
export type { Decoded } from './decode.js';
export { type Anomaly, type AnomalyCode, ExiError, type ExiErrorCode, isExiError } from './errors.js';
export { type Item, itemsOf } from './items.js';
export type { Complex, Element, Infer, InferMembers, Inline, Optional, QName, Simple, Type } from './schema.js';
export { namesWithTypes, printGrammar, typesNamed } from './print-grammar.js';
export { schemaSet, type SchemaSet } from './schema-set.js';
export {
  base64Binary,
  bigInteger,
  boolean,
  byte,
  enumeration,
  hexBinary,
  int,
  integer,
  long,
  short,
  string,
  unsignedByte,
  unsignedInt,
  unsignedLong,
  unsignedShort,
} from './simple.js';
export { isXmlError, XmlError, type XmlErrorCode } from './xml/errors.js';
export { fromXml } from './xml/read.js';
export { toXml, type XmlOptions } from './xml/write.js';
