import { codec } from '@pilotwire/exi';
import * as compiled from '../../generated/iso20-acdp.js';
import { type MessageCodec, onlyKey } from '../../message-codec.js';
import { type Iso20AcdpMessage, iso20AcdpSchema } from './index.js';

/** ISO 15118-20:2022, ACDP. */
export const iso20Acdp: MessageCodec<Iso20AcdpMessage> = {
  ...codec<Iso20AcdpMessage>(iso20AcdpSchema, compiled),
  typeOf: (value) => onlyKey(value),
};
