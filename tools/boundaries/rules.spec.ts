import { describe, expect, test } from 'vitest';
import { violations } from './rules.mjs';

type Workspace = Parameters<typeof violations>[0];
type Project = Workspace['projects'][number];
type Import = Workspace['imports'][number];

function lib(name: string, scope = 'shared', dependencies: string[] = [], ring = 'core'): Project {
  const packageName = `@pilotwire/${name}`;
  const tags = ['npm:public', `ring:${ring}`, `scope:${scope}`];
  return { name, packageName, tags, targets: ['build', 'lint'], dependencies, devDependencies: [], tsconfig: '../../tsconfig.core.json' };
}

function check(projects: Project[], ...imports: Import[]): string[] {
  return violations({ projects, imports });
}

const wire = lib('wire');
const exi = lib('exi', 'shared', ['@pilotwire/wire']);

describe('tags', () => {
  test('a project without tags is refused, for its ring and for its scope', () => {
    expect(check([{ ...wire, tags: ['npm:public'] }])).toEqual([
      'wire needs one ring tag of ring:core, ring:adapter, ring:app, ring:runner, ring:tools; it has none',
      'wire needs one scope tag of scope:slac, scope:v2g, scope:shared; it has none',
    ]);
  });

  test('two rings or an unknown ring are refused', () => {
    expect(check([{ ...wire, tags: ['ring:core', 'ring:app', 'scope:shared'] }])[0]).toContain('it has ring:core, ring:app');
    expect(check([{ ...wire, tags: ['ring:kernel', 'scope:shared'] }])[0]).toContain('it has ring:kernel');
  });

  test('a project that nothing lints is refused', () => {
    expect(check([{ ...wire, targets: ['build', 'test'] }])).toEqual(['wire has no lint target, so nothing would check its sources']);
  });

  test('a core library outside the table of core libraries is refused', () => {
    expect(check([lib('novelty')])).toEqual([expect.stringContaining('novelty has no row in the table')]);
  });

  test('a core library that compiles with other types than the core has is refused', () => {
    expect(check([{ ...wire, tsconfig: '../../tsconfig.node.json' }])).toEqual([
      'wire is core, so its tsconfig.json must extend ../../tsconfig.core.json; it extends ../../tsconfig.node.json',
    ]);
  });
});

describe('rings', () => {
  const link = lib('link', 'shared', ['@pilotwire/wire'], 'adapter');
  const gateway = lib('v2g-gateway', 'v2g', ['@pilotwire/link', '@pilotwire/wire'], 'app');

  test('core, adapters and apps import inwards', () => {
    expect(
      check(
        [wire, exi, link, gateway],
        { from: 'exi', file: 'libs/exi/src/index.ts', project: 'wire' },
        { from: 'link', file: 'libs/link/src/index.ts', project: 'wire' },
        { from: 'v2g-gateway', file: 'apps/v2g-gateway/src/main.ts', project: 'link' },
      ),
    ).toEqual([]);
  });

  test('core never imports an adapter, and an adapter never an app', () => {
    const outward = lib('exi', 'shared', ['@pilotwire/link']);
    expect(check([outward, link], { from: 'exi', file: 'libs/exi/src/index.ts', project: 'link' })).toEqual([
      'libs/exi/src/index.ts (exi, ring:core) must not import link (ring:adapter, scope:shared)',
    ]);
    const adapter = { ...link, dependencies: ['@pilotwire/v2g-gateway'] };
    expect(check([adapter, gateway], { from: 'link', file: 'libs/link/src/a.ts', project: 'v2g-gateway' })).toHaveLength(1);
  });

  test('an app is imported by the runner alone', () => {
    const other = lib('history', 'shared', ['@pilotwire/v2g-gateway'], 'app');
    const runner = lib('pilotwire', 'shared', ['@pilotwire/v2g-gateway'], 'runner');
    expect(check([other, gateway], { from: 'history', file: 'apps/history/src/main.ts', project: 'v2g-gateway' })).toHaveLength(1);
    expect(check([runner, gateway], { from: 'pilotwire', file: 'apps/pilotwire/src/main.ts', project: 'v2g-gateway' })).toEqual([]);
  });

  test("the workspace's tools are for spec files and for its checks", () => {
    const tools: Project = {
      name: 'tools', packageName: undefined, tags: ['ring:tools', 'scope:shared'], targets: ['lint'], dependencies: [], devDependencies: [], tsconfig: undefined,
    };
    expect(check([wire, tools], { from: 'wire', file: 'libs/wire/src/a.spec.ts', project: 'tools' })).toEqual([]);
    expect(check([wire, tools], { from: 'wire', file: 'libs/wire/src/a.ts', project: 'tools' })).toHaveLength(1);
    const checks: Project = { ...tools, name: 'checks' };
    expect(check([checks, tools], { from: 'checks', file: 'checks/hostile-bytes/main.ts', project: 'tools' })).toEqual([]);
  });
});

describe('scopes and the direction inside the core', () => {
  const messages = lib('v2g-messages', 'v2g');
  const homeplug = lib('homeplug', 'slac');

  test('slac never imports v2g, nor v2g slac, even where it is declared', () => {
    const slac = lib('slac', 'slac', ['@pilotwire/v2g-messages']);
    expect(check([slac, messages], { from: 'slac', file: 'libs/slac/src/evse.ts', project: 'v2g-messages' })[0]).toBe(
      'libs/slac/src/evse.ts (slac, scope:slac) must not import v2g-messages (ring:core, scope:v2g)',
    );
    const session = lib('v2g-session', 'v2g', ['@pilotwire/homeplug']);
    expect(check([session, homeplug], { from: 'v2g-session', file: 'libs/v2g-session/src/a.ts', project: 'homeplug' })[0]).toContain(
      'scope:v2g) must not import homeplug',
    );
  });

  test('an arrow against the table is refused, even inside one scope', () => {
    const lower = lib('wire', 'shared', ['@pilotwire/exi']);
    expect(check([lower, exi], { from: 'wire', file: 'libs/wire/src/a.ts', project: 'exi' })).toEqual([
      'libs/wire/src/a.ts (wire) must not import exi: the arrow wire -> exi is not in the table of core libraries',
    ]);
  });

  test('an arrow that only the package.json draws counts too', () => {
    const lower = lib('wire', 'shared', ['@pilotwire/exi']);
    expect(check([lower, exi], { from: 'wire', file: 'libs/wire/package.json', project: 'exi' })).toHaveLength(1);
  });
});

describe('declared dependencies', () => {
  test('an import of a workspace package that is not declared is refused', () => {
    expect(check([lib('exi'), wire], { from: 'exi', file: 'libs/exi/src/a.ts', project: 'wire' })).toEqual([
      "libs/exi/src/a.ts (exi) imports @pilotwire/wire (wire), which exi's package.json does not declare",
    ]);
  });

  test('what only specs need is declared for development, and then only specs may import it', () => {
    const declared = { ...lib('exi'), devDependencies: ['@pilotwire/wire'] };
    expect(check([declared, wire], { from: 'exi', file: 'libs/exi/src/a.spec.ts', project: 'wire' })).toEqual([]);
    expect(check([declared, wire], { from: 'exi', file: 'libs/exi/src/a.ts', project: 'wire' })).toHaveLength(1);
  });
});

describe('external packages', () => {
  test('core imports none but the ones listed for it', () => {
    const homeplug = lib('homeplug', 'slac', ['@noble/hashes']);
    expect(check([homeplug], { from: 'homeplug', file: 'libs/homeplug/src/keys.ts', external: '@noble/hashes' })).toEqual([]);
    expect(check([wire], { from: 'wire', file: 'libs/wire/src/a.ts', external: '@noble/hashes' })).toEqual([
      'libs/wire/src/a.ts (wire, ring:core) must not import the external package @noble/hashes',
    ]);
  });

  test('a listed package must be declared as well', () => {
    expect(check([lib('homeplug', 'slac')], { from: 'homeplug', file: 'libs/homeplug/src/keys.ts', external: '@noble/hashes' })).toEqual([
      "libs/homeplug/src/keys.ts (homeplug) imports @noble/hashes, which homeplug's package.json does not declare",
    ]);
  });

  test('specs have their test packages, sources have not', () => {
    expect(check([wire], { from: 'wire', file: 'libs/wire/src/a.spec.ts', external: 'fast-check' })).toEqual([]);
    expect(check([wire], { from: 'wire', file: 'libs/wire/src/a.ts', external: 'fast-check' })).toHaveLength(1);
  });
});
