import { compile } from '@pilotwire/exi/compile';
import { appProtocolSchema, supportedAppProtocolReq, supportedAppProtocolRes } from './app-protocol/index.js';
import { dinSchema, V2G_Message } from './din70121/index.js';

/** The modules that `tools/generate-messages.mjs` writes: the codecs compiled from the declarations. Not part of the library. */
export const compiledSources: Readonly<Record<string, string>> = {
  app: compile(appProtocolSchema, [supportedAppProtocolReq, supportedAppProtocolRes]),
  din: compile(dinSchema, [V2G_Message]),
};
