#!/usr/bin/env node
/**
 * The module boundaries, over Nx's own project graph: rings, scopes, the direction inside the core, external packages,
 * declared dependencies. Prints every breach with both its ends; exit code 1 if there is one. `node tools/boundaries.mjs`
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { violations } from './boundaries/rules.mjs';

process.env['NX_DAEMON'] = 'false';
process.env['NX_NO_CLOUD'] = 'true';

// Which file imports what is not in the graph that Nx exports, only in the map it was made from.
const require = createRequire(import.meta.url);
/** @type {typeof import('nx/src/devkit-exports.js')} */
const nx = require('nx/src/devkit-exports');
/** @type {typeof import('nx/src/project-graph/nx-deps-cache.js')} */
const { readFileMapCache } = require('nx/src/project-graph/nx-deps-cache');

// Without it Nx reads no source file, its graph shows the package.json files alone, and every check below is green.
if (json('nx.json')?.pluginsConfig?.['@nx/js']?.analyzeSourceFiles !== true) {
  fail(['nx.json must set pluginsConfig["@nx/js"].analyzeSourceFiles to true']);
}

const graph = await nx.createProjectGraphAsync({ exitOnError: true });
const files = readFileMapCache()?.fileMap.projectFileMap ?? {};

const projects = Object.values(graph.nodes).map(({ name, data }) => {
  const manifest = json(join(data.root, 'package.json'));
  return {
    name,
    packageName: manifest?.name,
    tags: data.tags ?? [],
    targets: Object.keys(data.targets ?? {}),
    dependencies: Object.keys(manifest?.dependencies ?? {}),
    devDependencies: Object.keys(manifest?.devDependencies ?? {}),
    tsconfig: json(join(data.root, 'tsconfig.json'))?.extends,
  };
});

const imports = Object.entries(files).flatMap(([from, list]) =>
  list.flatMap(({ file, deps = [] }) =>
    deps.map((dep) => {
      const target = typeof dep === 'string' ? dep : dep.length === 2 ? dep[0] : dep[1];
      const external = graph.externalNodes?.[target]?.data.packageName;
      return external === undefined ? { from, file, project: target } : { from, file, external };
    }),
  ),
);

const found = violations({ projects, imports });
if (found.length > 0) fail(found);
console.log(`boundaries: ${projects.length} projects, ${imports.length} imports, none refused`);

/** @param {string} path */
function json(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string[]} messages
 * @returns {never}
 */
function fail(messages) {
  for (const message of messages) console.error(`boundaries: ${message}`);
  console.error(`boundaries: ${messages.length} refused`);
  process.exit(1);
}
