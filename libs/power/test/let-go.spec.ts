import { expect, test } from 'vitest';
import type { Instant } from '@pilotwire/machine';
import { limits, powerPath, timing } from '../src/index.js';
import type { PowerInput } from '../src/index.js';
import { Bench, ev } from './bench.js';

// What fell to off by itself stays off until a new cable check: nobody knows what was done at the plug meanwhile.

const first: PowerInput[] = [
  { kind: 'pilot', level: 'C' }, { kind: 'demand', voltage: 400, current: 100 }, { kind: 'limits', evse: new Bench().state.evse },
];
const gaps = Array.from({ length: 193 }, (_, i) => 80 + 10 * i);

test.each(first)('a path that was kept from telling its devices switches nothing on again: $kind first', (input) => {
  for (const gap of gaps) {
    const { state } = new Bench().to('charging');
    // As a process that was stopped: everything comes late, the pilot's word before the tick.
    const told = state.refreshAt - timing.refresh;
    const after = powerPath.step(state, input, (told + gap) as Instant);
    const kinds = after.outputs.map(({ kind }) => kind);
    expect(kinds.slice(0, 4), `${gap} ms`).toEqual(['supply.off', 'imd.stop', 'fault', 'contactors.open']);
    expect(kinds, `${gap} ms`).not.toContain('supply.set');
    expect(kinds, `${gap} ms`).not.toContain('contactors.close');
    expect(after.outputs).toContainEqual({ kind: 'fault', why: 'emergency' });
    expect(after.state.phase.at).toBe('opening');
  }
});

test('one that was late by less than the devices wait goes on', () => {
  const { state } = new Bench().to('charging');
  const told = state.refreshAt - timing.refresh;
  const { state: next, outputs } = powerPath.step(state, { kind: 'pilot', level: 'C' }, (told + 79) as Instant);
  expect([next.phase.at, outputs.map(({ kind }) => kind)]).toEqual(['delivery', ['contactors.close', 'supply.set']]);
});

test('a cable check begins by telling source and contactors to be off', () => {
  const bench = new Bench();
  bench.wait(100);
  bench.ask({ kind: 'cableCheck', ev });
  expect(bench.log.map(({ output }) => output.kind).filter((kind) => kind !== 'measured')).toEqual(['supply.off', 'contactors.open', 'contactors.close']);
});

test('the pilot that nobody can tell is lost at once, not 60 ms later', () => {
  const bench = new Bench().to('charging');
  const from = bench.time.now;
  bench.knobs.pilot = 'silent';
  bench.ask({ kind: 'pilot', level: undefined });
  expect([bench.faults, bench.when('supply.off')]).toEqual([['pilot-lost'], from]);
  bench.wait(2_000);
  expect([bench.phase, bench.closed, bench.voltage]).toEqual(['failed', false, 0]);
});

test('an untold pilot at rest is no fault, and no cable check begins with it', () => {
  const bench = new Bench();
  bench.knobs.pilot = 'silent';
  bench.ask({ kind: 'pilot', level: undefined });
  bench.ask({ kind: 'cableCheck', ev });
  bench.wait(5_000);
  expect([bench.faults, bench.outputs('contactors.close')]).toEqual([[], []]);
});

test('a source that says no number disagrees with the meter', () => {
  const bench = new Bench().to('charging');
  bench.knobs.supplyError = Number.NaN;
  bench.wait(timing.voltageSpread + 200);
  expect(bench.faults).toEqual(['voltage-spread']);
});

test("a car's maximum is breached by what is no number", () => {
  const { state } = new Bench().to('charging');
  const at = state.line.meter?.at ?? (0 as Instant);
  const { state: next } = powerPath.step(state, { kind: 'meter', at, voltage: Number.NaN, current: 0, energy: 0 }, at);
  expect([next.line.aboveSince, next.line.spreadSince, limits.voltageSpread]).toEqual([at, at, 50]);
});
