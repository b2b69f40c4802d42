import { after } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { powerPath, timing } from '../src/index.js';
import type { EvseLimits } from '../src/index.js';
import { Bench, evse } from './bench.js';

const limit = (bench: Bench, part: Partial<EvseLimits>): void => bench.ask({ kind: 'limits', evse: { ...evse, ...part } });
const lastSet = (bench: Bench) => bench.outputs('supply.set').at(-1);

describe('limits that change', () => {
  test('cut a charge that runs at once, and say so in what is measured', () => {
    const bench = new Bench().to('charging');
    expect(lastSet(bench)).toMatchObject({ voltage: 400, current: 100 });
    limit(bench, { maxCurrent: 30 });
    expect(lastSet(bench)).toMatchObject({ voltage: 400, current: 30 });
    limit(bench, { maxPower: 4_000 });
    expect(lastSet(bench)).toMatchObject({ voltage: 400, current: 10 });
    bench.wait(100);
    expect(bench.outputs('measured').at(-1)).toMatchObject({ current: 10, limited: { voltage: false, current: true, power: true } });
  });

  test('raised again, the next demand is followed, by the ramp', () => {
    const bench = new Bench().to('charging');
    limit(bench, { maxPower: 0 });
    expect(lastSet(bench)).toMatchObject({ voltage: 400, current: 0 });
    bench.wait(2_000);
    limit(bench, {});
    bench.wait(1_000);
    expect(lastSet(bench)).toMatchObject({ current: 0 });
    bench.ask({ kind: 'demand', voltage: 400, current: 100 });
    bench.wait(1_000);
    expect(lastSet(bench)?.current).toBeGreaterThan(20);
    expect(lastSet(bench)?.current).toBeLessThanOrEqual(26);
    bench.wait(4_000);
    expect([lastSet(bench)?.current, bench.faults]).toEqual([100, []]);
  });

  test('told before a charge hold in it', () => {
    const bench = new Bench();
    limit(bench, { maxPower: 20_000 });
    bench.to('charging');
    expect(lastSet(bench)).toMatchObject({ voltage: 400, current: 50 });
  });

  test('that are no numbers are none, and nothing is ever set above the last ones', () => {
    const number = fc.oneof(fc.constantFrom(Number.NaN, -1, Number.POSITIVE_INFINITY), fc.double({ min: 0, max: 500, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 6 }), (all) => {
        const bench = new Bench().to('charging');
        for (const [maxCurrent, kilowatts] of all) {
          const maxPower = kilowatts * 1_000;
          limit(bench, { maxCurrent, maxPower });
          bench.check = (output) => {
            if (output.kind !== 'supply.set') return;
            expect(output.current).toBeLessThanOrEqual(Math.min(100, maxCurrent > 0 ? maxCurrent : 0, (maxPower > 0 ? maxPower : 0) / 400));
          };
          bench.ask({ kind: 'demand', voltage: 400, current: 100 });
          bench.wait(200);
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('do not hide what is wrong: a tick that is late has not said it yet', () => {
    const bench = new Bench().to('charging');
    const late = after(bench.state.line.pilotAt, timing.pilotMaxAge);
    const { outputs } = powerPath.step(bench.state, { kind: 'limits', evse }, late);
    expect(outputs.map(({ kind }) => kind)).toEqual(['supply.off', 'imd.stop', 'fault', 'contactors.close']);
  });
});
