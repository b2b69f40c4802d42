import { fromXml, toXml } from '@pilotwire/exi';
import { codecs as known, type MessageCodec } from '@pilotwire/v2g-messages';
import { readCapture } from './captures.js';
import { benchCommand } from './commands/bench.js';
import { decodeCommand } from './commands/decode.js';
import { encodeCommand } from './commands/encode.js';
import type { Codec, Libraries } from './libraries.js';

const withXml = (codec: MessageCodec<unknown>): Codec => ({
  ...codec,
  toXml: (value) => toXml(codec.set, value),
  fromXml: (text) => fromXml(codec.set, text),
});
const codecs = Object.fromEntries(Object.entries(known).map(([name, codec]) => [name, withXml(codec as MessageCodec<unknown>)]));
const libraries: Libraries = { codecs, readCapture };

export const decode = decodeCommand(libraries);
export const encode = encodeCommand(libraries);
export const bench = benchCommand(libraries);
