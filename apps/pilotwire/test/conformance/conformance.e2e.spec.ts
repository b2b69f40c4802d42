import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startBroker } from '@pilotwire/bus';
import type { Broker } from '@pilotwire/bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case, MortalCase } from './case.js';
import { fastDay } from './day.js';
import { every } from './every.js';
import { buildLife, MortalRig } from './mortal.js';
import { page, rowOf, versionOf } from './page.js';
import { Rig } from './rig.js';

/** `PILOTWIRE_CASES=reservation` runs those with that in their names. */
const only = process.env['PILOTWIRE_CASES'] ?? '';
const cases = every.filter(({ name }) => name.includes(only));
const file = fileURLToPath(new URL('../../../../docs/reference/conformance.md', import.meta.url));
/** The page is written anew where this is set, and else held against what is seen. */
const writes = process.env['PILOTWIRE_WRITE'] === '1' && only === '';
const day = fastDay({ at: Date.UTC(2026, 0, 1, 12), speed: 10 });
// Services stamp what they say by the clock of the machine.
Date.now = day.utc;
/** What was seen in a case that went well. */
const found = new Map<Case | MortalCase, string>();
/** How often a case was tried before. */
const tries = new Map<Case | MortalCase, number>();
let broker: Broker;

beforeAll(async () => {
  await buildLife();
  broker = await startBroker();
}, 120_000);
afterAll(async () => {
  await broker.close();
  if (writes && found.size === cases.length) writeFileSync(file, page(found));
});

/** Runs a case at a station of its own. Throws where it comes to nothing, or where a frame of the station is wrong. */
function run(one: Case | MortalCase): Promise<string> {
  // The number of a case is the seed of its chance. Another station each time: what is retained of a try is not for the next.
  const tried = tries.get(one) ?? 0;
  tries.set(one, tried + 1);
  const station = `case-${every.indexOf(one)}${'b'.repeat(tried)}`;
  if (one.mortal === true) return runAt(new MortalRig({ broker, station }), one, one.run);
  const { protocol = 'ocpp1.6', evses = 1, variables = '', settings = {}, program, certificates = false } = one;
  return runAt(new Rig({ broker, day, station, protocol, evses, variables, settings, program, certificates }), one, one.run);
}

async function runAt<Of extends Rig | MortalRig>(rig: Of, { name, answers = {} }: Case | MortalCase, go: (rig: Of) => Promise<string>): Promise<string> {
  rig.answer(answers);
  try {
    await rig.open();
    if (!name.includes('pending')) await rig.accepted();
    const seen = await go(rig);
    if (rig.csms.problems.length > 0) throw new Error(rig.csms.problems.join('\n'));
    return seen;
  } finally {
    await rig.close();
  }
}

// As many at a time as the runner lets run: they share a broker and a clock, and each has a station of its own.
describe.concurrent('conformance', { timeout: 600_000 }, () => {
  test.each(cases.map((one) => [`${versionOf(one)}: ${one.name}`, one] as const))('%s', async (_, one) => {
    const seen = await run(one);
    found.set(one, seen);
    const row = rowOf(one, seen);
    const written = readFileSync(file, 'utf8').split('\n').find((line) => line.startsWith(`| ${versionOf(one)} | ${one.name} |`));
    expect(row).toBe(writes ? row : written);
  });
});
