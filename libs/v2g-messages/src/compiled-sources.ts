import { compile } from '@pilotwire/exi/compile';
import { appProtocolSchema } from './app-protocol/index.js';
import { dinSchema } from './din70121/index.js';
import { iso2Schema } from './iso15118-2/index.js';
import { iso20AcSchema } from './iso15118-20/ac/index.js';
import { iso20AcdpSchema } from './iso15118-20/acdp/index.js';
import { iso20CommonSchema } from './iso15118-20/common/index.js';
import { iso20DcSchema } from './iso15118-20/dc/index.js';
import { iso20WptSchema } from './iso15118-20/wpt/index.js';

/** The modules that `tools/generate-messages.mjs` writes: the codecs compiled from the declarations. Not part of the library. */
export const compiledSources: Readonly<Record<string, string>> = {
  app: compile(appProtocolSchema),
  din: compile(dinSchema),
  iso2: compile(iso2Schema),
  'iso20-common': compile(iso20CommonSchema),
  'iso20-dc': compile(iso20DcSchema),
  'iso20-ac': compile(iso20AcSchema),
  'iso20-acdp': compile(iso20AcdpSchema),
  'iso20-wpt': compile(iso20WptSchema),
};
