import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../../tools/fresh-database.js';
import { fakeIo } from '../../test/console.js';
import { run } from '../cli.js';
import { history } from './history.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-history-'));
beforeAll(() => freshDatabase(join(folder, 'one', 'history-main')), 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function pilotwire(...args: string[]) {
  const { io, printed, errors } = fakeIo({});
  const code = await run({ history: { summary: '', load: async () => history } }, ['history', ...args], io);
  return { code, printed, error: errors.join('') };
}

test('a history goes to a file of its owner, from there into another folder, and forgets whom it is told to', async () => {
  const file = join(folder, 'history.jsonl.gz');
  expect(await pilotwire('export', file, '--data', join(folder, 'one'))).toMatchObject({ code: 0, printed: [`0 rows in ${file}`] });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await pilotwire('export', file, '--data', join(folder, 'one'))).toMatchObject({ code: 1, error: expect.stringContaining('EEXIST') as string });
  expect(await pilotwire('import', file, '--data', join(folder, 'two'))).toMatchObject({ code: 0, printed: [`0 rows of ${file}`] });
  expect(existsSync(join(folder, 'two', 'history-main', 'database', 'pglite'))).toBe(true);
  expect(await pilotwire('forget', '02:00:00:00:00:02', '--data', join(folder, 'two'))).toMatchObject({ code: 0, printed: ['0 sessions know them no more'] });
}, 120_000);

test.each([[[]], [['export']], [['burn', 'it']], [['import', 'a', 'b']]])('%o is refused', async (args) => {
  expect(await pilotwire(...args)).toMatchObject({ code: 2, error: expect.stringContaining('history export FILE') as string });
});

test('nobody is forgotten by no name', async () => {
  expect(await pilotwire('forget', '0123456789AB', ' ')).toMatchObject({ code: 2, error: expect.stringContaining('an IDENTITY is empty') as string });
});

test('a file that is not there, and one that is none of ours', async () => {
  writeFileSync(join(folder, 'text'), 'hello');
  expect(await pilotwire('import', join(folder, 'text'), '--data', join(folder, 'one'))).toMatchObject({ code: 1, error: expect.stringContaining('incorrect header check') as string });
  expect(await pilotwire('import', join(folder, 'nothing'), '--data', join(folder, 'one'))).toMatchObject({ code: 1, error: expect.stringContaining('ENOENT') as string });
}, 120_000);
