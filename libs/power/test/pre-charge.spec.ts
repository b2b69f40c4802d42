import { describe, expect, test } from 'vitest';
import { Bench } from './bench.js';

describe('pre-charge', () => {
  test('R3, R7: follows the target, at 2 A, and says once that it is reached', () => {
    const bench = new Bench().to('preCharge');
    bench.wait(300);
    bench.ask({ kind: 'preCharge', voltage: 353 });
    bench.wait(300);
    expect(bench.outputs('preCharge.reached')).toHaveLength(1);
    expect(bench.outputs('supply.set').at(-1)).toEqual({ kind: 'supply.set', voltage: 353, current: 2 });
    bench.ask({ kind: 'preCharge', voltage: 390 });
    bench.ask({ kind: 'powerDelivery' });
    expect(bench.outputs('refused')).toHaveLength(1);
    expect(bench.outputs('supply.set').at(-1)).toEqual({ kind: 'supply.set', voltage: 390, current: 2 });
    bench.wait(300);
    expect(bench.outputs('preCharge.reached')).toHaveLength(2);
  });

  test('R3: a voltage that was there and is not any more is refused power, until it is back', () => {
    const bench = new Bench().to('preCharge');
    bench.wait(300);
    expect(bench.outputs('preCharge.reached')).toHaveLength(1);
    bench.knobs.meterError = 20.1;
    bench.wait(200);
    bench.ask({ kind: 'powerDelivery' });
    expect([bench.phase, bench.outputs('refused')]).toEqual(['preCharge', [{ kind: 'refused', request: 'powerDelivery' }]]);
    bench.knobs.meterError = 19.9;
    bench.wait(200);
    bench.ask({ kind: 'powerDelivery' });
    expect(bench.phase).toBe('delivery');
  });

  test('a voltage that passes its target on the way up and on the way down has not reached it', () => {
    const bench = new Bench().to('preCharge');
    const atError = (volts: number, ms: number): void => {
      bench.knobs.meterError = volts;
      bench.wait(ms);
    };
    atError(-9, 200); // two readings: 100 ms
    atError(60, 300);
    atError(9, 200);
    atError(-30, 300);
    expect(bench.outputs('preCharge.reached')).toEqual([]);
    bench.ask({ kind: 'powerDelivery' });
    expect(bench.phase).toBe('preCharge');
    atError(2, 300);
    expect(bench.outputs('preCharge.reached')).toEqual([{ kind: 'preCharge.reached', voltage: 352 }]);
  });

  test('one reading that is told again and again is one reading', () => {
    const bench = new Bench().to('preCharge');
    bench.knobs.meterError = -60;
    bench.wait(150);
    bench.knobs.meterSilent = true;
    const { now: at } = bench.time;
    for (let i = 0; i < 10; i++) {
      bench.ask({ kind: 'meter', at, voltage: 350, current: 0, energy: 0 });
      bench.wait(50);
    }
    expect(bench.outputs('preCharge.reached')).toEqual([]);
  });

  test('R7: a target that moves by a volt with each request is reached', () => {
    const bench = new Bench().to('preCharge');
    for (let i = 0; i < 6; i++) {
      bench.ask({ kind: 'preCharge', voltage: 350 + i });
      bench.wait(100);
    }
    expect(bench.outputs('preCharge.reached')).toHaveLength(1);
  });

  test('a target above what the car bears is cut; one that is no voltage is refused', () => {
    const bench = new Bench().to('preCharge');
    bench.ask({ kind: 'preCharge', voltage: 500 });
    expect(bench.outputs('supply.set').at(-1)).toMatchObject({ voltage: 420 });
    for (const voltage of [0, -1, 100, Number.NaN, Infinity]) bench.ask({ kind: 'preCharge', voltage });
    expect(bench.outputs('refused')).toHaveLength(5);
    expect(bench.outputs('supply.set').at(-1)).toMatchObject({ voltage: 420 });
  });

  test('a voltage that does not come within 7 s is a fault, and power is refused until it has come', () => {
    const bench = new Bench();
    bench.to('insulated');
    bench.knobs.meterError = -10.1;
    bench.ask({ kind: 'preCharge', voltage: 350 });
    const from = bench.time.now;
    bench.wait(1_000);
    bench.ask({ kind: 'powerDelivery' });
    expect(bench.outputs('refused')).toEqual([{ kind: 'refused', request: 'powerDelivery' }]);
    bench.until('failed');
    expect(bench.faults).toEqual(['pre-charge-timeout']);
    expect((bench.when('fault') as number) - from).toBe(7_000);
  });
});
