import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { variableNames, variablesPage } from '../index.js';

test('the page of the reference is what the code says, a row for each variable', () => {
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['tools/generate-reference.mjs', '--check', 'station'], { cwd: root, encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
  const page = variablesPage();
  for (const name of variableNames) expect(page).toContain(`| \`${name}\` |`);
});
