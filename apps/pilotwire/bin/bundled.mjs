#!/usr/bin/env node
// The program where there are no sources: the one bundle that `npm run build` left.
import { readdirSync } from 'node:fs';

const folder = new URL('../dist/', import.meta.url);
const bundle = readdirSync(folder).find((name) => /^pilotwire-[0-9a-f]{16}\.mjs$/.test(name));
if (bundle === undefined) throw new Error('the program is not built: npm run build');
await import(new URL(bundle, folder).href);
