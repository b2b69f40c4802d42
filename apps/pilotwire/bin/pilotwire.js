#!/usr/bin/env node
// `npx pilotwire` straight after `npm ci`: the program is bundled from its sources on first use, and again when one of
// them is newer than the bundle. Everything else is in src/.
import { bundle, isFresh } from './sources.js';

if (!isFresh()) {
  try {
    const { build } = await import('./build.js');
    await build();
  } catch (error) {
    console.error(`pilotwire: cannot be built: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
await import(bundle.href);
