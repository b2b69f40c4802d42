import { describe, expect, test } from 'vitest';
import type { PowerFault } from '../src/index.js';
import { Bench, ev, evse } from './bench.js';

type Turn = (bench: Bench) => void;

describe('a charge', () => {
  test('goes from the cable check to the open contactors', () => {
    const bench = new Bench().to('charging');
    expect(bench.outputs('cableCheck.finished')).toEqual([{ kind: 'cableCheck.finished', isolation: 'valid' }]);
    expect(bench.outputs('preCharge.reached')).toHaveLength(1);
    expect(bench.outputs('measured').at(-1)).toMatchObject({ voltage: 400, current: 100 });
    bench.ask({ kind: 'stop' });
    bench.until('stopped');
    expect(bench.closed).toBe(true);
    bench.knobs.pilot = 'B';
    bench.wait(1_000);
    expect(bench.closed, 'for welding detection').toBe(true);
    bench.ask({ kind: 'release' });
    bench.wait(200);
    expect([bench.phase, bench.closed, bench.faults]).toEqual(['idle', false, []]);
    expect(bench.outputs('released')).toHaveLength(1);
  });

  test('a second charge follows the first', () => {
    const bench = new Bench().to('charging');
    bench.ask({ kind: 'release' });
    bench.wait(500);
    bench.to('charging');
    expect(bench.outputs('cableCheck.finished')).toHaveLength(2);
    expect(bench.faults).toEqual([]);
  });
});

describe('cable check', () => {
  test('raises the test voltage for a car of 420 V to 470 V at 2 A, and leaves the cable discharged', () => {
    const bench = new Bench().to('insulated');
    const sets = bench.outputs('supply.set');
    expect(new Set(sets.map(({ voltage, current }) => `${voltage} ${current}`))).toEqual(new Set(['470 2']));
    expect(bench.voltage).toBe(0);
    expect(bench.closed).toBe(true);
  });

  test('takes three samples, each of its own measurement', () => {
    const bench = new Bench().to('insulated');
    const [first] = bench.log.filter(({ output }) => output.kind === 'supply.set');
    expect((bench.when('cableCheck.finished') as number) - (first as { at: number }).at).toBeGreaterThan(1_400);
  });

  test('R18: a car that is late with state C is waited for, with a warning after 1.5 s', () => {
    const bench = new Bench();
    bench.knobs.pilot = 'B';
    bench.wait(100);
    bench.ask({ kind: 'cableCheck', ev });
    bench.wait(1_499);
    expect(bench.outputs('warning')).toEqual([]);
    bench.wait(1);
    expect(bench.outputs('warning')).toEqual([{ kind: 'warning', what: 'pilot-late' }]);
    expect(bench.outputs('contactors.close')).toEqual([]);
    bench.knobs.pilot = 'C';
    bench.until('insulated');
    expect(bench.faults).toEqual([]);
  });

  test('a car that gives it up before it is ready leaves nothing behind', () => {
    for (const kind of ['stop', 'release'] as const) {
      const bench = new Bench();
      bench.knobs.pilot = 'B';
      bench.wait(100);
      bench.ask({ kind: 'cableCheck', ev });
      bench.ask({ kind });
      bench.knobs.pilot = 'C';
      bench.wait(1_000);
      expect([bench.phase, bench.outputs('contactors.close')]).toEqual(['idle', []]);
      expect(bench.outputs('stopped')).toHaveLength(1);
    }
  });

  test('a car without limits is refused', () => {
    const bench = new Bench();
    for (const [maxVoltage, maxCurrent] of [[Number.NaN, 1], [0, 1], [400, Number.NaN], [400, -1]] as const) {
      bench.ask({ kind: 'cableCheck', ev: { maxVoltage, maxCurrent } });
    }
    expect(bench.outputs('refused')).toHaveLength(4);
  });

  test('without an isolation monitor it ends with no-imd, and raises no voltage', () => {
    const bench = new Bench({ ...evse, isolationMonitor: false }).to('insulated');
    expect(bench.outputs('cableCheck.finished')).toEqual([{ kind: 'cableCheck.finished', isolation: 'no-imd' }]);
    expect(bench.outputs('supply.set')).toEqual([]);
    bench.ask({ kind: 'preCharge', voltage: 350 });
    bench.wait(500);
    expect(bench.faults).toEqual([]);
  });

  const ends: [name: string, why: PowerFault, after: number, turn: Turn][] = [
    ['a car that never becomes ready', 'pilot-not-ready', 31_500, (b) => (b.knobs.pilot = 'B')],
    ['contactors that do not close', 'contactors-not-closed', 5_000, (b) => (b.knobs.closes = false)],
    ['a cable under voltage', 'not-discharged', 10_100, (b) => (b.knobs.meterError = 60)],
    ['a meter without a number', 'not-discharged', 10_100, (b) => (b.knobs.meterError = Number.NaN)],
    ['a meter that says nothing', 'not-discharged', 10_100, (b) => (b.knobs.meterSilent = true)],
    ['a self test that fails', 'self-test-failed', 2_500, (b) => (b.knobs.selfTest = 'failed')],
    ['a self test that does not end', 'self-test-timeout', 30_200, (b) => (b.knobs.selfTest = 'never')],
    ['a monitor that says nothing', 'self-test-timeout', 30_200, (b) => (b.knobs.imdSilent = true)],
    ['a test voltage that does not stand', 'test-voltage', 12_400, (b) => (b.knobs.meterError = -10.1)],
    ['99 kΩ', 'isolation-fault', 3_000, (b) => (b.knobs.ohms = 99_000)],
    ['a resistance that is not a number', 'isolation-fault', 3_000, (b) => (b.knobs.ohms = Number.NaN)],
    ['a source at fault', 'supply-fault', 0, (b) => (b.knobs.supplyFault = true)],
  ];
  test.each(ends)('%s ends it with %s', (_, why, at, turn) => {
    const bench = new Bench();
    turn(bench);
    bench.wait(100);
    bench.ask({ kind: 'cableCheck', ev });
    bench.until('failed');
    expect(bench.faults).toEqual([why]);
    expect(bench.outputs('cableCheck.finished')).toEqual([{ kind: 'cableCheck.finished', isolation: 'fault' }]);
    expect(Math.abs((bench.when('fault') as number) - 100 - at)).toBeLessThanOrEqual(500);
    expect([bench.voltage, bench.closed]).toEqual([0, false]);
  });

  test('100 kΩ is enough', () => {
    const bench = new Bench();
    bench.knobs.ohms = 100_000;
    bench.to('insulated');
    expect(bench.faults).toEqual([]);
  });

  test('a measurement that stops ends it within 5 s', () => {
    const bench = new Bench();
    bench.wait(100);
    bench.ask({ kind: 'cableCheck', ev });
    bench.until('measuring');
    const from = bench.time.now;
    bench.knobs.imdSilent = true;
    bench.until('failed');
    expect(bench.faults).toEqual(['isolation-timeout']);
    expect((bench.when('fault') as number) - from).toBe(5_000);
  });

  test.each([
    ['no test voltage', { meterError: -470 }, 'isolation-timeout'],
    ['more voltage than the car bears', { meterError: 600 }, 'over-voltage'],
    ['a meter that says nothing', { meterSilent: true }, 'measurement-lost'],
  ] as const)('%s proves no isolation', (_, knobs, why) => {
    const bench = new Bench();
    bench.wait(100);
    bench.ask({ kind: 'cableCheck', ev });
    bench.until('measuring');
    Object.assign(bench.knobs, knobs);
    bench.until('failed');
    expect(bench.faults).toEqual([why]);
    expect(bench.outputs('cableCheck.finished')).toEqual([{ kind: 'cableCheck.finished', isolation: 'fault' }]);
  });

  test('contactors that are closed before it are welded', () => {
    const bench = new Bench();
    bench.closed = true;
    bench.wait(100);
    bench.ask({ kind: 'cableCheck', ev });
    expect(bench.faults).toEqual(['contactors-welded']);
    expect(bench.outputs('contactors.close')).toEqual([]);
  });
});

describe('delivery', () => {
  test('the current rises by 25 A/s and falls at once', () => {
    const bench = new Bench().to('delivery');
    const from = bench.time.now;
    bench.ask({ kind: 'demand', voltage: 400, current: 102 });
    bench.wait(2_000);
    expect(bench.current).toBeCloseTo(52, 0);
    bench.wait(1_990);
    expect(bench.current).toBeLessThan(102);
    bench.wait(50);
    expect(bench.current).toBe(102);
    bench.ask({ kind: 'demand', voltage: 400, current: 10 });
    expect(bench.current).toBe(10);
    expect(bench.time.now - from).toBe(4_040);
  });

  test('a demand is cut by the car\'s own limits silently, by ours with a flag', () => {
    const bench = new Bench({ ...evse, maxCurrent: 200, maxPower: 60_000 }).to('charging');
    const set = (voltage: number, current: number) => {
      bench.ask({ kind: 'demand', voltage, current });
      bench.wait(20_000);
      return [bench.voltage, bench.current, bench.outputs('measured').at(-1)?.limited];
    };
    expect(set(600, 10)).toEqual([420, 10, { voltage: false, current: false, power: false }]);
    expect(set(200, 250)).toEqual([200, 200, { voltage: false, current: true, power: false }]);
    expect(set(400, 180)).toEqual([400, 150, { voltage: false, current: false, power: true }]);
    expect(set(400, -5)).toEqual([400, 0, { voltage: false, current: false, power: false }]);
  });

  test('a demand for no voltage keeps the last one, and its current counts', () => {
    const bench = new Bench().to('charging');
    bench.ask({ kind: 'demand', voltage: 0, current: 5 });
    expect(bench.outputs('supply.set').at(-1)).toMatchObject({ voltage: 400, current: 5 });
    expect(bench.outputs('refused')).toEqual([{ kind: 'refused', request: 'demand' }]);
  });

  test('source and contactors are told again at least every 40 ms', () => {
    const bench = new Bench().to('charging');
    for (const kind of ['supply.set', 'contactors.close']) {
      const times = bench.log.flatMap(({ at, output }) => (output.kind === kind && at > 8_000 ? [at] : []));
      const gaps = times.slice(1).map((at, i) => at - (times[i] as number));
      expect(gaps.length).toBeGreaterThan(100);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(40);
    }
  });

  test('R4: measurements older than 500 ms take the current down to 2 A, older than 2 s end the charge', () => {
    const bench = new Bench().to('charging');
    bench.knobs.meterSilent = true;
    bench.wait(300);
    expect(bench.current).toBe(100);
    bench.wait(300);
    expect(bench.current).toBe(2);
    expect(bench.outputs('warning')).toEqual([{ kind: 'warning', what: 'measurement-stale' }]);
    bench.wait(1_300);
    expect(bench.faults).toEqual([]);
    bench.wait(200);
    expect(bench.faults).toEqual(['measurement-lost']);
  });

  test('measurements that come back let the current rise again', () => {
    const bench = new Bench().to('charging');
    bench.knobs.meterSilent = true;
    bench.wait(800);
    bench.knobs.meterSilent = false;
    bench.wait(5_000);
    expect(bench.current).toBe(100);
    expect(bench.faults).toEqual([]);
  });

  const faults: [why: PowerFault, least: number, most: number, turn: Turn][] = [
    ['over-voltage', 0, 100, (b) => (b.knobs.meterError = 151)],
    ['ev-maximum-exceeded', 400, 500, (b) => (b.knobs.meterError = 26)],
    ['voltage-spread', 30_000, 30_100, (b) => (b.knobs.supplyError = -51)],
    ['isolation-fault', 0, 500, (b) => (b.knobs.ohms = 99_999)],
    ['isolation-timeout', 9_500, 10_000, (b) => (b.knobs.imdSilent = true)],
    ['contactors-opened', 0, 100, (b) => (b.closed = b.knobs.closes = false)],
    ['contactors-lost', 1_900, 2_000, (b) => (b.knobs.contactorsSilent = true)],
    ['supply-lost', 1_900, 2_000, (b) => (b.knobs.supplySilent = true)],
    ['over-voltage', 0, 100, (b) => (b.knobs.meterError = Number.NaN)],
    ['isolation-fault', 0, 500, (b) => (b.knobs.ohms = Number.NaN)],
    ['supply-fault', 0, 100, (b) => (b.knobs.supplyFault = true)],
    ['pilot-left', 0, 20, (b) => (b.knobs.pilot = 'B')],
    ['pilot-lost', 40, 60, (b) => (b.knobs.pilot = 'silent')],
    ['emergency', 0, 0, (b) => b.ask({ kind: 'emergency' })],
  ];
  test.each(faults)('R18, R20: %s: supply off, then contactors open, in 100 ms', (why, least, most, turn) => {
    const bench = new Bench().to('charging');
    bench.knobs.current = 100;
    turn(bench);
    const from = bench.time.now;
    bench.time.runUntil(() => bench.faults.length > 0, (from + 40_000) as typeof from);
    const event = bench.time.now;
    expect(event - from).toBeGreaterThanOrEqual(least);
    expect(event - from).toBeLessThanOrEqual(most);
    bench.time.runUntil(() => !bench.closed, (event + 1_000) as typeof from);
    expect(bench.time.now - event).toBeLessThanOrEqual(100);
    bench.knobs.contactorsSilent = false;
    bench.until('failed');
    const kinds = bench.log.slice(-50).map(({ output }) => output.kind);
    expect(kinds.indexOf('supply.off')).toBeGreaterThan(-1);
    expect(kinds.indexOf('supply.off')).toBeLessThan(kinds.indexOf('contactors.open'));
    expect(bench.faults).toEqual([why]);
  });

  test('a spread or an excess that passes is forgotten', () => {
    const bench = new Bench().to('charging');
    for (let i = 0; i < 20; i++) {
      bench.knobs.meterError = 26;
      bench.wait(300);
      bench.knobs.meterError = 0;
      bench.wait(200);
    }
    bench.knobs.supplyError = 60;
    bench.wait(29_000);
    bench.knobs.supplyError = 0;
    bench.wait(29_000);
    bench.knobs.supplyError = 60;
    bench.wait(29_000);
    expect(bench.faults).toEqual([]);
  });
});

describe('the end', () => {
  test('R18: contactors wait for the current to fall below 5 A, or 3 s', () => {
    const bench = new Bench().to('charging');
    bench.knobs.current = 5;
    const from = bench.time.now;
    bench.ask({ kind: 'release' });
    bench.wait(2_990);
    expect([bench.voltage, bench.closed]).toEqual([0, true]);
    bench.knobs.current = 4.9;
    bench.until('idle');
    expect((bench.when('contactors.open') as number) - from).toBe(3_000);

    const quick = new Bench().to('charging');
    const start = quick.time.now;
    quick.ask({ kind: 'release' });
    quick.until('idle');
    expect((quick.when('contactors.open') as number) - start).toBeLessThanOrEqual(100);
  });

  test('R18: after a stop the voltage of the path can be read until the contactors open', () => {
    const bench = new Bench().to('charging');
    bench.ask({ kind: 'stop' });
    bench.until('stopped');
    const before = bench.outputs('measured').length;
    bench.wait(1_000);
    expect(bench.outputs('measured').length).toBe(before + 10);
    bench.wait(30_000);
    expect([bench.phase, bench.closed]).toEqual(['idle', false]);
  });

  test('unplugging opens at once, whoever has not released', () => {
    const bench = new Bench().to('charging');
    bench.ask({ kind: 'stop' });
    bench.until('stopped');
    bench.knobs.pilot = 'A';
    bench.wait(60);
    expect(bench.closed).toBe(false);
  });

  test('unplugging after the release is a fault that nobody has to clear', () => {
    const bench = new Bench().to('charging');
    bench.knobs.current = 50;
    bench.ask({ kind: 'release' });
    bench.knobs.pilot = 'A';
    bench.wait(500);
    expect([bench.phase, bench.closed, bench.faults]).toEqual(['idle', false, ['pilot-left']]);
  });

  test('contactors that stay closed are welded, and nothing starts until they are open', () => {
    const bench = new Bench().to('charging');
    bench.knobs.opens = false;
    bench.ask({ kind: 'release' });
    bench.until('failed');
    expect(bench.faults).toEqual(['contactors-welded']);
    bench.ask({ kind: 'release' });
    bench.ask({ kind: 'cableCheck', ev });
    expect(bench.outputs('refused').map(({ request }) => request)).toEqual(['cableCheck']);
    bench.wait(1_000);
    expect([bench.phase, bench.faults]).toEqual(['failed', ['contactors-welded', 'contactors-welded']]);
    bench.knobs.opens = true;
    bench.ask({ kind: 'release' });
    bench.wait(200);
    expect([bench.phase, bench.closed]).toEqual(['idle', false]);
  });

  test('a fault stays until it is released, a release during it counts', () => {
    const bench = new Bench().to('charging');
    bench.ask({ kind: 'emergency' });
    bench.until('failed');
    bench.ask({ kind: 'cableCheck', ev });
    expect(bench.outputs('refused')).toHaveLength(1);
    bench.ask({ kind: 'release' });
    expect(bench.phase).toBe('idle');

    const quick = new Bench().to('charging');
    quick.knobs.current = 50;
    quick.ask({ kind: 'emergency' });
    quick.ask({ kind: 'release' });
    quick.wait(500);
    expect(quick.phase).toBe('idle');
  });
});
