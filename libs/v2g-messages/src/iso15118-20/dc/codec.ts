import { codec } from '@pilotwire/exi';
import * as compiled from '../../generated/iso20-dc.js';
import { type MessageCodec, onlyKey } from '../../message-codec.js';
import { type Iso20DcMessage, iso20DcSchema } from './index.js';

/** ISO 15118-20:2022, DC. */
export const iso20Dc: MessageCodec<Iso20DcMessage> = {
  ...codec<Iso20DcMessage>(iso20DcSchema, compiled),
  typeOf: (value) => onlyKey(value),
};
