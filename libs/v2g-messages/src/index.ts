import { codec } from '@pilotwire/exi';
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

/** The handshake by which a car and a charger agree on a dialect. */
export const app = codec<AppMessage>(appProtocolSchema, compiledApp);
/** DIN SPEC 70121:2012. */
export const din = codec<DinMessage>(dinSchema, compiledDin);

/** Every schema there is, by its short name. */
export const codecs = { app, din } as const;
export type SchemaName = keyof typeof codecs;

/** The name of a message: of the element in its body, or of the document element where there is no body. */
export function messageType(value: object): string | undefined {
  const [root, content] = Object.entries(value)[0] ?? [];
  const body = root === 'V2G_Message' ? (content as { readonly Body?: object }).Body : undefined;
  return body ? Object.keys(body)[0] : root;
}
