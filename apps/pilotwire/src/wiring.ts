import { standardTypes } from '@pilotwire/conversation';
import { fromXml, namesWithTypes, printGrammar, toXml, typesNamed } from '@pilotwire/exi';
import { codecs as known, type MessageCodec } from '@pilotwire/v2g-messages';
import { readCapture } from './captures.js';
import { benchCommand } from './commands/bench.js';
import { decodeCommand } from './commands/decode.js';
import { encodeCommand } from './commands/encode.js';
import { grammarCommand } from './commands/grammar.js';
import type { Codec, Libraries } from './libraries.js';

/** A codec with what is made of its declarations. */
const declared = (codec: MessageCodec<unknown>): Codec => ({
  ...codec,
  toXml: (value, options) => toXml(codec.set, value, options),
  fromXml: (text) => fromXml(codec.set, text),
  grammarsOf: (name) => typesNamed(codec.set, name).map(printGrammar),
  grammarNames: () => namesWithTypes(codec.set),
});
const codecs = Object.fromEntries(Object.entries(known).map(([name, codec]) => [name, declared(codec as MessageCodec<unknown>)]));
const libraries: Libraries = { codecs, readCapture, types: standardTypes };

export const decode = decodeCommand(libraries);
export const encode = encodeCommand(libraries);
export const grammar = grammarCommand(libraries);
export const bench = benchCommand(libraries);
