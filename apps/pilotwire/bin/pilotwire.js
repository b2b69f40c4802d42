#!/usr/bin/env node
// `npx pilotwire` straight after `npm ci`: the program is bundled from its sources on first use, and again when one of
// them has changed. Everything else is in src/.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundlePath } from './sources.js';

let bundle = bundlePath();
if (!existsSync(bundle)) {
  try {
    const { build } = await import('./build.js');
    bundle = await build();
  } catch (error) {
    console.error(`pilotwire: cannot be built: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
await import(pathToFileURL(bundle).href);
