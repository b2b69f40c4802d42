#!/usr/bin/env node
/**
 * Puts into an empty folder what one app needs to run, and nothing else: its build, those of the libraries below it, and the
 * packages that they load, as they are installed here. `node tools/assemble.mjs APP FOLDER [--without PACKAGE]...`, after
 * `npm ci` and `npm run build`. `--without` leaves out a package that this way of running never loads, with what only it needs.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [app, folder, ...options] = process.argv.slice(2);
const usage = 'usage: node tools/assemble.mjs APP FOLDER [--without PACKAGE]...';
if (app === undefined || folder === undefined) throw new Error(usage);
const without = new Set(options.filter((_, i) => options[i - 1] === '--without'));
if (options.length !== 2 * without.size) throw new Error(usage);

/** By the place where it is found, so that two versions of one package both come along. @type {Map<string, string>} */
const found = new Map();
visit(join(root, 'apps', app), join('apps', app));
for (const [from, to] of found) copy(from, join(folder, to));
console.log(`${found.size} packages for ${app} in ${folder}`);

/**
 * @param {string} from the folder of a package
 * @param {string} to where it goes
 */
function visit(from, to) {
  if (found.has(from)) return;
  if (from.startsWith(join(root, 'libs')) || to.startsWith('apps')) if (!existsSync(join(from, 'dist'))) throw new Error(`${relative(root, from)} is not built: npm run build`);
  found.set(from, to);
  /** @type {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, { optional?: boolean }> }} */
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const must = [...Object.keys(dependencies), ...Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)];
  for (const name of [...must, ...Object.keys(optionalDependencies)]) {
    if (without.has(name)) continue;
    const place = lookUp(from, name);
    // A library of ours lies elsewhere than where it is found, and what it has of its own comes with it.
    if (place !== undefined) visit(realpathSync(place), place.startsWith(join(from, '/')) ? join(to, relative(from, place)) : relative(root, place));
    else if (must.includes(name) && !(name in optionalDependencies)) throw new Error(`${name}, which ${relative(root, from)} needs, is not installed: npm ci`);
  }
}

/**
 * As Node looks for it.
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
function lookUp(from, name) {
  for (let at = from; at.startsWith(root) || `${at}/` === root; at = dirname(at)) {
    const place = join(at, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
  }
  return undefined;
}

/**
 * Of our own packages what runs; of others all but what they bring for their own packages, which is visited by itself.
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  const ours = !relative(root, from).startsWith('node_modules');
  mkdirSync(to, { recursive: true });
  cpSync(from, to, {
    recursive: true,
    filter(path) {
      const inside = relative(from, path);
      if (inside === '') return true;
      const [first] = inside.split('/');
      if (first === 'node_modules') return false;
      if (!ours) return !/\.(map|d\.[cm]?ts)$/.test(path);
      if (inside === 'package.json' || first === 'bin') return true;
      return first === 'dist' && !inside.startsWith('dist/spec') && !/\.(map|d\.ts|tsbuildinfo)$/.test(basename(path));
    },
  });
}
