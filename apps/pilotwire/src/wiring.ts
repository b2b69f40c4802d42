import { codecs } from '@pilotwire/v2g-messages';
import { readCapture } from './captures.js';
import { benchCommand } from './commands/bench.js';
import { decodeCommand } from './commands/decode.js';
import { encodeCommand } from './commands/encode.js';
import type { Libraries } from './libraries.js';

const libraries: Libraries = { codecs, readCapture };

export const decode = decodeCommand(libraries);
export const encode = encodeCommand(libraries);
export const bench = benchCommand(libraries);
