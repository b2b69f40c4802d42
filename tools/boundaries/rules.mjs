import { core, coreExternals, rings, scopes, specExternals } from './tables.mjs';

/**
 * @typedef {object} Project
 * @property {string} name as Nx knows it
 * @property {string | undefined} packageName undefined where it is no npm package
 * @property {readonly string[]} tags
 * @property {readonly string[]} targets what Nx can run of it
 * @property {readonly string[]} dependencies names of the packages it declares, those for its specs left out
 * @property {readonly string[]} devDependencies
 * @property {string | undefined} tsconfig what its tsconfig.json extends
 */

/**
 * One file's import of another project, or of an external package. An arrow that only the package.json draws comes
 * with that file.
 * @typedef {{ from: string, file: string, project: string } | { from: string, file: string, external: string }} Import
 */

/** @typedef {{ projects: readonly Project[], imports: readonly Import[] }} Workspace */

/**
 * Every breach of the module boundaries, a sentence each, naming both ends.
 * @param {Workspace} workspace
 * @returns {string[]}
 */
export function violations({ projects, imports }) {
  const byName = new Map(projects.map((project) => [project.name, project]));
  const found = projects.flatMap(ofProject);
  for (const one of imports) {
    const from = byName.get(one.from);
    if (!from) throw new Error(`${one.file} belongs to no project: ${one.from}`);
    if ('external' in one) {
      found.push(...ofExternal(from, one.file, one.external));
      continue;
    }
    const to = byName.get(one.project);
    if (!to) throw new Error(`${one.file} imports no project: ${one.project}`);
    if (to !== from) found.push(...ofImport(from, one.file, to));
  }
  return found;
}

/** @param {Project} project */
function ofProject(project) {
  const found = [];
  for (const [kind, table] of Object.entries({ ring: rings, scope: scopes })) {
    const tags = project.tags.filter((tag) => tag.startsWith(`${kind}:`));
    if (tags.length !== 1 || !(String(tags[0]) in table)) {
      const has = tags.length === 0 ? 'none' : tags.join(', ');
      found.push(`${project.name} needs one ${kind} tag of ${Object.keys(table).join(', ')}; it has ${has}`);
    }
  }
  if (!project.targets.includes('lint')) found.push(`${project.name} has no lint target, so nothing would check its sources`);
  if (!isCore(project)) return found;
  if (!(project.name in core)) {
    found.push(`${project.name} has no row in the table of core libraries (tools/boundaries/tables.mjs)`);
  }
  if (project.tsconfig !== '../../tsconfig.core.json') {
    found.push(`${project.name} is core, so its tsconfig.json must extend ../../tsconfig.core.json; it extends ${project.tsconfig}`);
  }
  return found;
}

/**
 * @param {Project} from
 * @param {string} file
 * @param {Project} to
 */
function ofImport(from, file, to) {
  if (to.tags.includes('ring:tools')) {
    if (isSpec(file) || from.tags.includes('ring:tools')) return [];
    return [`${file} (${from.name}) must not import ${to.name}: only spec files and the workspace's checks use its tools`];
  }
  const found = [];
  for (const [kind, table] of Object.entries({ ring: rings, scope: scopes })) {
    const tag = from.tags.find((one) => one.startsWith(`${kind}:`)) ?? '';
    const allowed = table[tag]; // a missing or unknown tag is a breach of its own
    if (allowed && !to.tags.some((other) => allowed.includes(other))) {
      found.push(`${file} (${from.name}, ${tag}) must not import ${to.name} (${own(to).join(', ')})`);
    }
  }
  if (isCore(from) && isCore(to) && core[from.name]?.includes(to.name) === false) {
    const arrow = `${from.name} -> ${to.name}`;
    found.push(`${file} (${from.name}) must not import ${to.name}: the arrow ${arrow} is not in the table of core libraries`);
  }
  if (to.packageName !== undefined && !declares(from, file, to.packageName)) {
    found.push(`${file} (${from.name}) imports ${to.packageName} (${to.name}), which ${from.name}'s package.json does not declare`);
  }
  return found;
}

/**
 * @param {Project} from
 * @param {string} file
 * @param {string} name
 */
function ofExternal(from, file, name) {
  if (isSpec(file) && specExternals.includes(name)) return [];
  if (isCore(from) && !(coreExternals[from.name] ?? []).includes(name)) {
    return [`${file} (${from.name}, ring:core) must not import the external package ${name}`];
  }
  // Tools run on what the workspace's root declares for all.
  if (from.packageName === undefined || declares(from, file, name)) return [];
  return [`${file} (${from.name}) imports ${name}, which ${from.name}'s package.json does not declare`];
}

/**
 * @param {Project} from
 * @param {string} file
 * @param {string} packageName
 */
function declares(from, file, packageName) {
  if (from.packageName === undefined || from.dependencies.includes(packageName)) return true;
  return (isSpec(file) || file.endsWith('package.json')) && from.devDependencies.includes(packageName);
}

/** @param {Project} project */
function isCore(project) {
  return project.tags.includes('ring:core');
}

/** @param {string} file */
function isSpec(file) {
  return file.endsWith('.spec.ts') || file.includes('/test/');
}

/** @param {Project} project */
function own(project) {
  return project.tags.filter((tag) => tag.startsWith('ring:') || tag.startsWith('scope:'));
}
