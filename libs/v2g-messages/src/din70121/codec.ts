import { codec } from '@pilotwire/exi';
import * as compiled from '../generated/din.js';
import { type MessageCodec, onlyKey } from '../message-codec.js';
import { type DinMessage, dinSchema } from './index.js';

/** DIN SPEC 70121:2012. An empty body has the name `V2G_Message`. */
export const din: MessageCodec<DinMessage> = {
  ...codec<DinMessage>(dinSchema, compiled),
  typeOf: ({ V2G_Message }) => onlyKey(V2G_Message.Body) || 'V2G_Message',
};
