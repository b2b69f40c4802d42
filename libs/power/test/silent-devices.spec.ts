import { expect, test } from 'vitest';
import { Bench, ev, evse } from './bench.js';

// A cable check must not be finished on what a device said before it fell silent.

const silences = [
  ['supplySilent', 'supply-lost'], ['contactorsSilent', 'contactors-lost'], ['meterSilent', 'measurement-lost'],
] as const;
const moments = ['selfTest', 'raising', 'measuring', 'lowering'];
test.each(silences.flatMap(([knob, why]) => moments.map((step) => [knob, step, why] as const)))(
  '%s from %s on: no check is finished on what was said before', (knob, step, why) => {
    const bench = new Bench();
    bench.wait(100);
    bench.ask({ kind: 'cableCheck', ev });
    bench.until(step);
    bench.knobs[knob] = true;
    const from = bench.time.now;
    bench.until('opening');
    expect(bench.outputs('cableCheck.finished')).toEqual([{ kind: 'cableCheck.finished', isolation: 'fault' }]);
    expect(bench.faults).toEqual([why]);
    expect(bench.time.now - from).toBeLessThanOrEqual(2_000);
  });

test.each(silences.slice(0, 2))('%s for half a second before its end: noticed at its end', (knob, why) => {
  const bench = new Bench();
  bench.wait(100);
  bench.ask({ kind: 'cableCheck', ev });
  bench.until('lowering');
  // The cable takes its time to discharge, and the driver falls silent on the way.
  bench.knobs.meterError = 60;
  bench.wait(1_000);
  bench.knobs[knob] = true;
  bench.wait(600);
  bench.knobs.meterError = 0;
  const from = bench.time.now;
  bench.until('opening');
  expect([bench.faults, bench.outputs('cableCheck.finished').length]).toEqual([[why], 1]);
  expect(bench.time.now - from).toBeLessThanOrEqual(100);
});

test('without an isolation monitor, too, nothing is finished on old readings', () => {
  const bench = new Bench({ ...evse, isolationMonitor: false });
  bench.knobs.supplySilent = true;
  bench.wait(100);
  bench.ask({ kind: 'cableCheck', ev });
  bench.until('failed');
  expect(bench.faults).toEqual(['supply-lost']);
});
