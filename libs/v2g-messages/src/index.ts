import { type Codec, codec } from '@pilotwire/exi';
import { type AppMessage, appProtocolSchema } from './app-protocol/index.js';
import { type DinMessage, dinSchema } from './din70121/index.js';
import * as compiledApp from './generated/app.js';
import * as compiledDin from './generated/din.js';

export type { AppMessage } from './app-protocol/index.js';
export { appProtocolSchema } from './app-protocol/index.js';
export type { PhysicalValue, ResponseCode } from './din70121/common.js';
export type { DinBody, DinContent, DinMessage, DinMessageName } from './din70121/index.js';
export { dinSchema } from './din70121/index.js';
export type { DC_EVSEStatus, DC_EVStatus } from './din70121/status.js';
export { SignedInfo, xmldsigSchema } from './xmldsig/index.js';

/** A codec that can also name a message: by the element in its body, or by its document element where it has no body. */
export interface MessageCodec<T> extends Codec<T> {
  typeOf(value: T): string;
}

/** The handshake by which a car and a charger agree on a dialect. */
export const app: MessageCodec<AppMessage> = {
  ...codec<AppMessage>(appProtocolSchema, compiledApp),
  typeOf: (value) => onlyKey(value),
};

/** DIN SPEC 70121:2012. An empty body has the name `V2G_Message`. */
export const din: MessageCodec<DinMessage> = {
  ...codec<DinMessage>(dinSchema, compiledDin),
  typeOf: ({ V2G_Message }) => onlyKey(V2G_Message.Body) || 'V2G_Message',
};

/** Every schema there is, by its short name. */
export const codecs = { app, din } as const;
export type SchemaName = keyof typeof codecs;

function onlyKey(value: object): string {
  for (const key in value) return key;
  return '';
}
