import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startBroker } from '@pilotwire/bus';
import type { Broker } from '@pilotwire/bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case, MortalCase } from './case.js';
import { every } from './every.js';
import { MortalRig } from './mortal.js';
import { page, rowOf, versionOf } from './page.js';
import { buildPrograms } from './programs.js';
import { runAt } from './run.js';
import { Workers } from './workers.js';

/** `PILOTWIRE_CASES=reservation` runs those with that in their names. */
const only = process.env['PILOTWIRE_CASES'] ?? '';
const cases = every.filter(({ name }) => name.includes(only));
const file = fileURLToPath(new URL('../../../../docs/reference/conformance.md', import.meta.url));
/** The page is written anew where this is set, and else held against what is seen. */
const writes = process.env['PILOTWIRE_WRITE'] === '1' && only === '';
/** What was seen in a case that went well. */
const found = new Map<Case | MortalCase, string>();
/** How often a case was tried before. */
const tries = new Map<Case | MortalCase, number>();
let broker: Broker;
let workers: Workers;

beforeAll(async () => {
  await buildPrograms();
  broker = await startBroker();
  workers = new Workers();
}, 120_000);
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await broker.close();
  if (writes && found.size === cases.length) writeFileSync(file, page(found));
});

/** Runs a case. The number of a case is the seed of its chance; it has another station each time, for which nothing is retained. */
function run(one: Case | MortalCase): Promise<string> {
  const tried = tries.get(one) ?? 0;
  tries.set(one, tried + 1);
  const place = every.indexOf(one);
  const station = `case-${place}${'b'.repeat(tried)}`;
  return one.mortal === true ? runAt(new MortalRig({ broker, station }), one, one.run) : workers.run({ place, station });
}

// As many at a time as the runner lets run.
describe.concurrent('conformance', { timeout: 600_000 }, () => {
  test.each(cases.map((one) => [`${versionOf(one)}: ${one.name}`, one] as const))('%s', async (_, one) => {
    const seen = await run(one);
    found.set(one, seen);
    const row = rowOf(one, seen);
    const written = readFileSync(file, 'utf8').split('\n').find((line) => line.startsWith(`| ${versionOf(one)} | ${one.name} |`));
    expect(row).toBe(writes ? row : written);
  });
});
