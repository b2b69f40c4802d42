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

/** @param {string} target */
async function bundleSources(target) {
  const { build: esbuild } = await import('esbuild');
  const made = join(dist, `.${process.pid}.mjs`);
  await esbuild({
    entryPoints: [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
    outfile: made,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@pilotwire/source'],
    external: ['esbuild'],
    legalComments: 'none',
    logLevel: 'silent',
  });
  for (const name of readdirSync(dist)) {
    if (/^pilotwire-.*\.mjs$/.test(name) && name !== basename(target)) rmSync(join(dist, name), { force: true });
  }
  renameSync(made, target);
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function hasCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
