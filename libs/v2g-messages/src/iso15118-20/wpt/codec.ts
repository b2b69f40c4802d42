import { codec } from '@pilotwire/exi';
import * as compiled from '../../generated/iso20-wpt.js';
import { type MessageCodec, onlyKey } from '../../message-codec.js';
import { type Iso20WptMessage, iso20WptSchema } from './index.js';

/** ISO 15118-20:2022, WPT. */
export const iso20Wpt: MessageCodec<Iso20WptMessage> = {
  ...codec<Iso20WptMessage>(iso20WptSchema, compiled),
  typeOf: (value) => onlyKey(value),
};
