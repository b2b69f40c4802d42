#!/usr/bin/env node
/** Writes grafana/dashboards out of the code in grafana/src. `node tools/generate-dashboards.mjs [--check]`; with --check nothing is written, and the exit code is 1 where a file is not what it should be. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../grafana', import.meta.url));
const folder = join(root, 'dashboards');
const check = process.argv.includes('--check');
const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-dashboards-'));
try {
  const outfile = join(scratch, 'dashboards.mjs');
  await build({ entryPoints: [join(root, 'src/index.ts')], outfile, bundle: true, format: 'esm', platform: 'node', conditions: ['@pilotwire/source'], logLevel: 'warning' });
  /** @type {{ dashboards: Record<string, unknown> }} */
  const { dashboards } = await import(pathToFileURL(outfile).href);
  const wrong = readdirSync(folder).filter((name) => !(name in dashboards)).map((name) => `${name} is no dashboard of ours`);
  for (const [name, dashboard] of Object.entries(dashboards)) {
    const text = `${JSON.stringify(dashboard, undefined, 1)}\n`;
    const path = join(folder, name);
    if (readdirSync(folder).includes(name) && readFileSync(path, 'utf8') === text) continue;
    if (check) wrong.push(`${name} is not what the code says: run node tools/generate-dashboards.mjs`);
    else {
      writeFileSync(path, text);
      console.log(`grafana/dashboards/${name}`);
    }
  }
  for (const why of wrong) console.error(`grafana/dashboards/${why}`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
