/** What the bundle is made from, and whether it is newer than that. Loaded at every start, so it stays small. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('..', import.meta.url));
const root = join(app, '..', '..');

export const dist = join(app, 'dist');
export const bundle = new URL('../dist/pilotwire.mjs', import.meta.url);

/** True while no source is newer than the bundle. */
export function isFresh() {
  const { mtimeMs } = statSync(bundle, { throwIfNoEntry: false }) ?? { mtimeMs: -Infinity };
  return mtimeMs >= newestSource();
}

/** When a source was last changed, added or removed: the newest time of a file or folder, in ms. */
export function newestSource() {
  const lock = statSync(join(root, 'package-lock.json'), { throwIfNoEntry: false });
  let newest = Math.max(lock?.mtimeMs ?? 0, newestIn(join(app, 'bin')));
  for (const { folder } of packages()) {
    newest = Math.max(newest, statSync(join(folder, 'package.json')).mtimeMs, newestIn(join(folder, 'src')));
  }
  return newest;
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
      if (name.startsWith('@pilotwire/')) visit(join(root, 'libs', name.slice('@pilotwire/'.length)));
    }
    found.set(folder, { folder, manifest });
  };
  visit(app);
  return [...found.values()];
}

/**
 * Folders count too: theirs is the only time that changes when a file goes.
 * @param {string} folder
 * @returns {number}
 */
function newestIn(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'generated' || entry.name.endsWith('.spec.ts')) continue;
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
  }
  return newest;
}
