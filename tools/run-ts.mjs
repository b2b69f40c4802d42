#!/usr/bin/env node
/** Runs a TypeScript program of this workspace from its sources: `node tools/run-ts.mjs FILE [ARGUMENT...]`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node tools/run-ts.mjs FILE [ARGUMENT...]');
// Beside the other build products, so that the bundle finds node_modules and its own folder is no temporary one.
const dist = fileURLToPath(new URL('dist', import.meta.url));
mkdirSync(dist, { recursive: true });
const folder = mkdtempSync(join(dist, 'run-'));
try {
  const outfile = join(folder, 'program.mjs');
  const conditions = ['@pilotwire/source'];
  await build({ entryPoints: [file], outfile, bundle: true, platform: 'node', format: 'esm', conditions, sourcemap: 'inline', logLevel: 'warning' });
  // A bundle does not know where it came from.
  const env = { PILOTWIRE_SHARED: fileURLToPath(new URL('../../shared', import.meta.url)), ...process.env };
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...args], { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
