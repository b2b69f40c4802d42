import { codec } from '@pilotwire/exi';
import * as compiled from '../generated/iso2.js';
import { type MessageCodec, onlyKey } from '../message-codec.js';
import { type Iso2Message, iso2Schema } from './index.js';

/** ISO 15118-2:2013. An empty body has the name `V2G_Message`. */
export const iso2: MessageCodec<Iso2Message> = {
  ...codec<Iso2Message>(iso2Schema, compiled),
  typeOf: ({ V2G_Message }) => onlyKey(V2G_Message.Body) || 'V2G_Message',
};
