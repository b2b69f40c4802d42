export { Conversation } from './conversation.js';
export type { Decoded, Decoders } from './decoders.js';
export { recordToJson } from './record.js';
export type {
  ConversationRecord,
  Direction,
  HomeplugRecord,
  JsonRecord,
  KeyLogRecord,
  RecordError,
  RecordKind,
  SchemaName,
  SdpExchange,
  SdpRecord,
  TcpRecord,
  TlsRecord,
  TlsSummary,
  V2gtpRecord,
} from './record.js';
export type { Stats } from './stats.js';
export { standardDecoders, standardTypes } from './standard.js';
