import { codec } from '@pilotwire/exi';
import * as compiled from '../generated/app.js';
import { type MessageCodec, onlyKey } from '../message-codec.js';
import { type AppMessage, appProtocolSchema } from './index.js';

/** The handshake by which a car and a charger agree on a dialect. */
export const app: MessageCodec<AppMessage> = {
  ...codec<AppMessage>(appProtocolSchema, compiled),
  typeOf: (value) => onlyKey(value),
};
