import { codec } from '@pilotwire/exi';
import * as compiled from '../../generated/iso20-ac.js';
import { type MessageCodec, onlyKey } from '../../message-codec.js';
import { type Iso20AcMessage, iso20AcSchema } from './index.js';

/** ISO 15118-20:2022, AC. */
export const iso20Ac: MessageCodec<Iso20AcMessage> = {
  ...codec<Iso20AcMessage>(iso20AcSchema, compiled),
  typeOf: (value) => onlyKey(value),
};
