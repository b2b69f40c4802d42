import { codec } from '@pilotwire/exi';
import * as compiled from '../../generated/iso20-common.js';
import { type MessageCodec, onlyKey } from '../../message-codec.js';
import { type Iso20CommonMessage, iso20CommonSchema } from './index.js';

/** ISO 15118-20:2022, the messages of every energy transfer service (CommonMessages). */
export const iso20Common: MessageCodec<Iso20CommonMessage> = {
  ...codec<Iso20CommonMessage>(iso20CommonSchema, compiled),
  typeOf: (value) => onlyKey(value),
};
