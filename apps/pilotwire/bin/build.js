/** Makes the bundle. Two first uses at once: one builds, the other waits for it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundlePath, dist, packages } from './sources.js';

const lock = join(dist, '.building');

/** Resolves to the path of the bundle. */
export async function build() {
  mkdirSync(dist, { recursive: true });
  while (!tryLock()) await sleep(50);
  try {
    const bundle = bundlePath();
    if (existsSync(bundle)) return bundle; // another process has just built it
    if (process.stderr.isTTY) process.stderr.write('pilotwire: preparing for first use\n');
    generate();
    await bundleSources(bundle);
    return bundle;
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @returns {boolean} false while another living process builds */
function tryLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  // Where two find the same dead lock and both take it, both build, and the rename below still leaves a whole bundle.
  if (!holderLives()) rmSync(lock, { force: true });
  return false;
}

function holderLives() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs < 5_000; // made, and its number about to be written
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH') && !hasCode(error, 'ENOENT');
  }
}

/** Code that is generated from declarations is not committed, so it is made here, dependencies first. */
function generate() {
  for (const { folder, manifest } of packages()) {
    const script = manifest.scripts?.['generate'];
    if (script === undefined) continue;
    // Run without a shell, so that it works alike everywhere.
    const [program, ...args] = script.split(' ');
    if (program !== 'node') {
      throw new Error(`${join(folder, 'package.json')}: the generate script must be: node FILE [ARGUMENT...]`);
    }
    const { status, error, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (error) throw error;
    if (status !== 0) throw new Error(`${script} in ${folder} failed:\n${stderr}`);
  }
}

/** What is loaded as it is installed: large, or looked for by name at run time. */
const external = ['esbuild', 'aedes', 'mqtt', '@nestjs/*', 'rxjs', 'reflect-metadata', 'ocpp-rpc', '@peculiar/x509', 'basic-ftp', 'pg', 'ws', 'prom-client'];

/**
 * The program in pieces, so that each command loads what it needs and no more. Its own file comes last: where that is,
 * all is.
 * @param {string} target
 */
async function bundleSources(target) {
  const { build: esbuild } = await import('esbuild');
  const made = join(dist, `.${process.pid}`);
  const name = basename(target, '.mjs');
  try {
    await esbuild({
      entryPoints: { [name]: fileURLToPath(new URL('../src/main.ts', import.meta.url)) },
      outdir: made,
      outExtension: { '.js': '.mjs' },
      chunkNames: `${name}-[hash]`,
      splitting: true,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      conditions: ['@pilotwire/source'],
      external,
      // CommonJS among the libraries asks for modules of Node. Its name is no library's: they make a require of their own.
      banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
      legalComments: 'none',
      logLevel: 'silent',
    });
    for (const old of readdirSync(dist)) if (/^pilotwire-.*\.mjs$/.test(old) && !old.startsWith(name)) rmSync(join(dist, old), { force: true });
    const pieces = readdirSync(made).toSorted((a, b) => Number(a === basename(target)) - Number(b === basename(target)));
    for (const piece of pieces) renameSync(join(made, piece), join(dist, piece));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function hasCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
