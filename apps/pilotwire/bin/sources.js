/** What the bundle is made from, and which bundle is the one for it. Loaded at every start, so it stays small. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('..', import.meta.url));
const root = join(app, '..', '..');

export const dist = join(app, 'dist');

/**
 * Where the bundle of the sources as they are now is, or goes: its name stands for the times at which they were last
 * changed, so a bundle that exists is never out of date.
 */
export function bundlePath() {
  const times = [statSync(join(root, 'package-lock.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0];
  collect(join(app, 'bin'), times);
  for (const { folder, manifest } of packages()) {
    times.push(statSync(join(folder, 'package.json')).mtimeMs);
    const generator = manifest.scripts?.['generate']?.split(' ')[1];
    if (generator !== undefined) times.push(statSync(join(folder, generator)).mtimeMs);
    collect(join(folder, 'src'), times);
  }
  return join(dist, `pilotwire-${createHash('sha1').update(times.join()).digest('hex').slice(0, 16)}.mjs`);
}

/**
 * This app and the workspace packages it is made of, dependencies before dependents.
 * @returns {{ folder: string, manifest: { scripts?: Record<string, string>, dependencies?: Record<string, string> } }[]}
 */
export function packages() {
  /** @type {Map<string, ReturnType<typeof packages>[number]>} */
  const found = new Map();
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {string} folder */
  const visit = (folder) => {
    if (seen.has(folder)) return;
    seen.add(folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (name.startsWith('@pilotwire/')) visit(folderOf(name.slice('@pilotwire/'.length)));
    }
    found.set(folder, { folder, manifest });
  };
  visit(app);
  return [...found.values()];
}

/** @param {string} name of a library, of an app that this one composes, or of the dashboards */
function folderOf(name) {
  return [join(root, 'libs', name), join(root, 'apps', name)].find((folder) => existsSync(folder)) ?? join(root, name);
}

/**
 * What is generated follows from the rest.
 * @param {string} folder
 * @param {number[]} times
 */
function collect(folder, times) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'generated' || entry.name.endsWith('.spec.ts')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path, times);
    else times.push(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  }
}
