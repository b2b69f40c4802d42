import { app } from './app-protocol/codec.js';
import { din } from './din70121/codec.js';
import { iso2 } from './iso15118-2/codec.js';

/** Every schema there is, by its short name. */
export const codecs = { app, din, iso2 } as const;
export type SchemaName = keyof typeof codecs;
