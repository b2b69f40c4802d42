import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspaceCopy } from './workspace-copy.js';

let copy: ReturnType<typeof workspaceCopy>;
beforeAll(() => void (copy = workspaceCopy()));
afterAll(() => copy.remove());

function node(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy.root, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Runs the check while one file of the copy has other content. */
function boundariesWith(path: string, change: (before: string) => string, added = false): { status: number | null; output: string } {
  const file = join(copy.root, path);
  const before = added ? '' : readFileSync(file, 'utf8');
  writeFileSync(file, change(before));
  const result = node('tools/boundaries.mjs');
  if (added) rmSync(file);
  else writeFileSync(file, before);
  return result;
}

describe('boundaries.mjs in a copy of this workspace', () => {
  test('passes as it stands', () => {
    expect(node('tools/boundaries.mjs')).toEqual({ status: 0, output: expect.stringContaining('none refused') });
  });

  test('fails on a forbidden import and names both ends', () => {
    const source = "import type { V2GMessage } from '@pilotwire/v2g-messages';\nexport type Refused = V2GMessage;\n";
    const { status, output } = boundariesWith('libs/slac/src/refused.ts', () => source, true);
    expect(output).toContain('libs/slac/src/refused.ts (slac, scope:slac) must not import v2g-messages (ring:core, scope:v2g)');
    expect(status).toBe(1);
  });

  test('fails on a forbidden import by a relative path', () => {
    const source = "export { refused } from '../../exi/src/index.js';\n";
    const { status, output } = boundariesWith('libs/wire/src/refused.ts', () => source, true);
    expect(output).toContain('libs/wire/src/refused.ts (wire) must not import exi');
    expect(status).toBe(1);
  });

  test('fails on an untagged project', () => {
    const { status, output } = boundariesWith('libs/wire/package.json', (before) => before.replace(/"tags": \[[^\]]*\]/, '"tags": []'));
    expect(output).toContain('wire needs one ring tag');
    expect(status).toBe(1);
  });

  test('fails where Nx is not told to read source files, since it would see no import then', () => {
    const { status, output } = boundariesWith('nx.json', (before) => before.replace('"analyzeSourceFiles": true', '"analyzeSourceFiles": false'));
    expect(output).toContain('analyzeSourceFiles');
    expect(status).toBe(1);
  });
});

test('a core library that reaches for Node or the DOM does not compile', () => {
  const probe = [
    "import { connect } from 'node:net';",
    "import 'node:fs';",
    'export const refused = [connect, setTimeout, process, Buffer, console, document];',
  ];
  writeFileSync(join(copy.root, 'libs/wire/src/probe.ts'), probe.join('\n'));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status, output } = node(tsc, '-p', 'libs/wire/tsconfig.json', '--pretty', 'false');
  const refused = [...output.matchAll(/probe\.ts\((\d+),\d+\): error TS\d+: [^']*'([^']+)'/g)].map(([, line, what]) => [line, what]);
  expect(refused).toEqual([
    ['1', 'node:net'],
    ['2', 'node:fs'],
    ['3', 'setTimeout'],
    ['3', 'process'],
    ['3', 'Buffer'],
    ['3', 'console'],
    ['3', 'document'],
  ]);
  expect(status).not.toBe(0);
});
