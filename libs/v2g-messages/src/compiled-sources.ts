import { compile } from '@pilotwire/exi/compile';
import { appProtocolSchema } from './app-protocol/index.js';
import { dinSchema } from './din70121/index.js';
import { iso2Schema } from './iso15118-2/index.js';

/** The modules that `tools/generate-messages.mjs` writes: the codecs compiled from the declarations. Not part of the library. */
export const compiledSources: Readonly<Record<string, string>> = {
  app: compile(appProtocolSchema),
  din: compile(dinSchema),
  iso2: compile(iso2Schema),
};
