import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspaceCopy } from '../../../tools/workspace-copy.js';

let copy: ReturnType<typeof workspaceCopy>;
beforeAll(() => void (copy = workspaceCopy()));
afterAll(() => copy.remove());

const at = (...parts: string[]): string => join(copy.root, 'apps', 'pilotwire', ...parts);

function pilotwire(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [at('bin', 'pilotwire.js'), ...args], { encoding: 'utf8', cwd: copy.root });
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [at('bin', 'pilotwire.js'), ...args], { cwd: copy.root });
}

const bundles = (): string[] => readdirSync(at('dist')).filter((name) => /^pilotwire-[0-9a-f]{16}\.mjs$/.test(name));

describe('the program in a fresh checkout', () => {
  test('two first uses at once both work, one of them builds, and one bundle is left', async () => {
    expect(existsSync(at('dist'))).toBe(false);
    // A library that generates code: what it runs is counted, and takes long enough for the two to meet.
    const wire = join(copy.root, 'libs', 'wire');
    const manifest = JSON.parse(readFileSync(join(wire, 'package.json'), 'utf8'));
    manifest.scripts.generate = 'node generate.mjs built';
    writeFileSync(join(wire, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(wire, 'generate.mjs'),
      "import { appendFileSync } from 'node:fs';\nappendFileSync(process.argv[2], 'x');\nfor (const end = Date.now() + 300; Date.now() < end; );\n",
    );
    const codes = await Promise.all([start('--version'), start('--version')].map((child) => once(child, 'close')));
    expect(codes).toEqual([[0, null], [0, null]]);
    expect(readFileSync(join(wire, 'built'), 'utf8')).toBe('x');
    const [name = ''] = bundles();
    expect(bundles()).toHaveLength(1);
    expect(readdirSync(at('dist')).filter((one) => !one.startsWith(name.slice(0, -4)))).toEqual([]);
  });

  test('is not built again while nothing changed', () => {
    const [bundle = ''] = bundles();
    const { mtimeMs, ino } = statSync(at('dist', bundle));
    expect(pilotwire('--version')).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(at('dist', bundle))).toMatchObject({ mtimeMs, ino });
  });

  test('is built again when a source changed, its own or that of a library, or is gone', () => {
    const extra = at('src', 'extra.ts');
    const changes = [
      () => utimesSync(at('src', 'cli.ts'), 1e9, 1e9),
      () => utimesSync(join(copy.root, 'libs', 'wire', 'src', 'hex.ts'), 2e9, 2e9),
      () => writeFileSync(extra, ''),
      () => rmSync(extra),
    ];
    for (const change of changes) {
      const before = bundles();
      change();
      expect(pilotwire('--version').status).toBe(0);
      expect(bundles()).toHaveLength(1);
      expect(bundles()).not.toEqual(before);
    }
  });

  test('the lock of a process that died is taken over', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    rmSync(at('dist', bundles()[0] ?? ''));
    writeFileSync(at('dist', '.building'), String(pid));
    expect(pilotwire('--version').status).toBe(0);
    expect(existsSync(at('dist', '.building'))).toBe(false);
  });

  test('ends quietly where nobody reads on', async () => {
    const child = spawn(process.execPath, [at('bin', 'pilotwire.js'), 'encode', '-'], { cwd: copy.root, stdio: 'pipe' });
    const errors: Buffer[] = [];
    child.stderr.on('data', (bytes: Buffer) => errors.push(bytes));
    child.stdin.on('error', () => undefined); // it ends before it has read all
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end('{}\n'.repeat(200_000));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(Buffer.concat(errors).toString()).toBe('');
  });

  test('a source that does not compile is told on standard error, and the lock is let go', () => {
    appendFileSync(at('src', 'lines.ts'), '\nexport const = 1;\n');
    const { status, stdout, stderr } = pilotwire('--version');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^pilotwire: cannot be built: [^]*lines\.ts:\d+/);
    expect(existsSync(at('dist', '.building'))).toBe(false);
  });
});
