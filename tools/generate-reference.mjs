#!/usr/bin/env node
/**
 * Writes what is made of the code into docs/reference: of the MQTT contracts the AsyncAPI document, the page of topics and
 * the broker's access list; of the settings their page; of the station's device model its own. `node tools/generate-reference.mjs [--check] [contracts|configuration|station]`;
 * with --check nothing is written, and the exit code is 1 where a file is not what it should be. The settings name cars and
 * chargers of the sessions, whose messages must have been generated (`npm run build`).
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/reference');

/**
 * @param {string | undefined} only
 * @returns {Promise<Record<string, string>>} each file and its text
 */
async function documents(only) {
  const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-generate-'));
  /** @param {string} name of a library */
  const load = async (name) => {
    const outfile = join(scratch, `${name}.mjs`);
    const entryPoints = [join(root, 'libs', name, 'src/index.ts')];
    // Packages that are no ES modules ask for `require` in a bundle that is one.
    const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
    await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', conditions: ['@pilotwire/source'], banner, logLevel: 'warning' });
    return import(pathToFileURL(outfile).href);
  };
  try {
    /** @type {Record<string, string>} */
    const made = {};
    if (only === undefined || only === 'contracts') {
      const { asyncApi, mosquittoAcl, topicsPage } = await load('contracts');
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      made['asyncapi.json'] = `${JSON.stringify(asyncApi(version), undefined, 1)}\n`;
      made['mosquitto.acl'] = mosquittoAcl();
      made['topics.md'] = topicsPage();
    }
    if (only === undefined || only === 'station') {
      const { variablesPage } = await load('station');
      made['ocpp.md'] = variablesPage();
    }
    if (only === undefined || only === 'configuration') {
      const { keys, referencePage } = await load('configuration');
      made['configuration.md'] = referencePage(keys);
    }
    return made;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {string} path */
function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const check = process.argv.includes('--check');
const only = process.argv.slice(2).find((word) => word !== '--check');
for (const [name, text] of Object.entries(await documents(only))) {
  const path = join(folder, name);
  if (textOf(path) === text) continue;
  if (check) {
    console.error(`docs/reference/${name} is not what the code says: run node tools/generate-reference.mjs`);
    process.exitCode = 1;
  } else {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
    console.log(`docs/reference/${name}`);
  }
}
