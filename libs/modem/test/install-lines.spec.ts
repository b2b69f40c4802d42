import { patchPib, pibRoles } from '@pilotwire/homeplug';
import { seconds } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barePib, containedPib, MODEM, runInstall, same } from './bench.js';
import type { EmulatedOptions } from './emulated-modem.js';

const qca: EmulatedOptions = { mac: MODEM, pib: containedPib() };
const int: EmulatedOptions = { mac: MODEM, pib: barePib(), access: 'module', version: 'INT6400-MAC-4-4-4406', deviceClass: 0x03, ident: 0x6400 };
const kinds = { qca, int };
const toEvse = { change: { kind: 'role', role: 'evse' }, force: true } as const;

/** Anything that a line, a power supply and a modem may do at once. */
const trials = fc.record({
  seed: fc.nat(1e6),
  lost: fc.constantFrom(0, 0.05, 0.2, 0.4, 0.7),
  doubled: fc.constantFrom(0, 0.1, 0.6),
  late: fc.constantFrom(0, 0.1, 0.4),
  kind: fc.constantFrom('qca', 'int'),
  restart: fc.constantFrom(seconds(0.5), seconds(6), seconds(45)),
  powerCutAt: fc.constantFrom(undefined, 1, 2, 5, 6, 7, 8, 9, 14),
  powerCut: fc.constantFrom(seconds(2), seconds(40), seconds(400)),
});

describe('whatever a line loses, doubles or delays, and wherever the power goes', () => {
  test('a modem that writes at the close ends with the old or the new block, and what is said of it is so', () => {
    const outcomes = new Set<string>();
    fc.assert(fc.property(trials, ({ seed, lost, doubled, late, kind, restart, powerCutAt, powerCut }) => {
      const modem = kinds[kind as keyof typeof kinds];
      const options: EmulatedOptions = { ...modem, restart, powerCut, ...(powerCutAt !== undefined && { powerCutAt }) };
      const { end, modems: [emulated] } = runInstall(toEvse, options, { seed, lost, doubled, late });
      outcomes.add(end.outcome);
      const image = patchPib(modem.pib, pibRoles.evse);
      const [isNew, isOld] = [same(emulated?.flash, image), same(emulated?.flash, modem.pib)];
      expect(isNew || isOld, 'old or new').toBe(true);
      if (end.outcome === 'written') expect(isNew).toBe(true);
      if (end.outcome === 'kept' || end.outcome === 'restored' || end.outcome === 'untouched') expect(isOld).toBe(true);
    }), { seed: 7, numRuns: 400 });
    expect(outcomes).toContain('written');
    expect(outcomes).toContain('untouched');
  });

  test('of a modem that writes as the octets come nothing is said that is not so', () => {
    const outcomes = new Set<string>();
    fc.assert(fc.property(trials, fc.boolean(), ({ seed, lost, doubled, late, restart, powerCutAt, powerCut }, careless) => {
      const options: EmulatedOptions = { ...qca, flash: 'direct', careless, restart, powerCut, ...(powerCutAt !== undefined && { powerCutAt }) };
      const { end, modems: [emulated] } = runInstall(toEvse, options, { seed, lost, doubled, late });
      outcomes.add(end.outcome);
      if (end.outcome === 'written') expect(same(emulated?.flash, patchPib(qca.pib, pibRoles.evse))).toBe(true);
      if (end.outcome === 'kept' || end.outcome === 'restored' || end.outcome === 'untouched') expect(same(emulated?.flash, qca.pib)).toBe(true);
    }), { seed: 8, numRuns: 400 });
    expect(outcomes).toContain('written');
    expect(outcomes).toContain('unknown');
  });

  test('a line that loses one frame in ten is no hindrance', () => {
    for (let seed = 0; seed < 30; seed++) {
      for (const modem of [qca, int]) {
        expect(runInstall(toEvse, modem, { seed, lost: 0.1, doubled: 0.1 }).end, `seed ${seed}`).toEqual({ outcome: 'written' });
      }
    }
  });
});
