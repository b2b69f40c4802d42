import { app } from './app-protocol/codec.js';
import { din } from './din70121/codec.js';
import { iso2 } from './iso15118-2/codec.js';
import { iso20Ac } from './iso15118-20/ac/codec.js';
import { iso20Acdp } from './iso15118-20/acdp/codec.js';
import { iso20Common } from './iso15118-20/common/codec.js';
import { iso20Dc } from './iso15118-20/dc/codec.js';
import { iso20Wpt } from './iso15118-20/wpt/codec.js';

/** Every schema there is, by its short name. */
export const codecs = {
  app,
  din,
  iso2,
  'iso20-common': iso20Common,
  'iso20-dc': iso20Dc,
  'iso20-ac': iso20Ac,
  'iso20-acdp': iso20Acdp,
  'iso20-wpt': iso20Wpt,
} as const;
export type SchemaName = keyof typeof codecs;
