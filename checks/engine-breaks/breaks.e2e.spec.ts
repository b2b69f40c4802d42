import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { Outcome } from './break.js';
import { breaks, chosen, subjectOf } from './breaks.js';

/*
 * Whether the tests of the engine see what they are there for: each break of a rule turns the test that is named red. A
 * slice of them, one of each subject; `PILOTWIRE_BREAKS=all` tries all.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
let outcomes: readonly Outcome[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-breaks-'));
  const file = join(folder, 'outcomes.json');
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'checks/engine-breaks/vitest.config.ts'];
  // Of what a run of tests leaves to the runs within it, nothing is to be passed on.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && name !== 'NODE_ENV' && name !== 'TEST');
  try {
    await new Promise((resolve, reject) => {
      spawn(process.execPath, args, { cwd: root, env: { ...Object.fromEntries(own), PILOTWIRE_OUTCOMES: file }, stdio: ['ignore', 'ignore', 'inherit'] }).on('close', resolve).on('error', reject);
    });
    outcomes = JSON.parse(readFileSync(file, 'utf8')) as Outcome[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 1_200_000);

test('each subject has its breaks', () => {
  expect(new Set(breaks.map(subjectOf))).toEqual(new Set(Array.from({ length: 19 }, (_, n) => `B${n + 1}`)));
});

test.each(chosen.map(({ rule, test: name }, n) => [rule, name, n] as const))('%s: %s', (_, __, n) => {
  expect(outcomes[n]).toBe('red');
});
