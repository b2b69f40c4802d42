import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms, replay, simulate } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { idlePowerPath, limits, powerPath, timing } from '../src/index.js';
import type { PowerInput, PowerOutput } from '../src/index.js';
import { Bench, ev, evse } from './bench.js';

const runs = { seed: 20_260, numRuns: 200 };
const mayBeOn = ['raising', 'measuring', 'preCharge', 'delivery'];

/** Something that a session, a car or broken hardware does. */
type Event = { wait: number } & (
  | { kind: 'next' }
  | { kind: 'ask'; input: PowerInput }
  | { kind: 'knob'; turn: Partial<Bench['knobs']> }
  | { kind: 'fallOpen' }
  | { kind: 'repair' }
);

const number = fc.oneof(fc.integer({ min: -10, max: 1_200 }), fc.constantFrom(Number.NaN, Infinity, 0));
const request: fc.Arbitrary<PowerInput> = fc.oneof(
  fc.constant({ kind: 'cableCheck' as const, ev }),
  fc.record({ kind: fc.constant('cableCheck' as const), ev: fc.record({ maxVoltage: number, maxCurrent: number }) }),
  fc.record({ kind: fc.constant('preCharge' as const), voltage: number }),
  fc.constant({ kind: 'powerDelivery' as const }),
  fc.record({ kind: fc.constant('demand' as const), voltage: number, current: number }),
  fc.constantFrom({ kind: 'stop' as const }, { kind: 'release' as const }, { kind: 'emergency' as const }),
);
const knob: fc.Arbitrary<Partial<Bench['knobs']>> = fc.oneof(
  fc.record({ pilot: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'silent') }),
  fc.record({ closes: fc.boolean() }),
  fc.record({ opens: fc.boolean() }),
  fc.record({ meterSilent: fc.boolean() }),
  fc.record({ supplySilent: fc.boolean() }),
  fc.record({ contactorsSilent: fc.boolean() }),
  fc.record({ meterError: number }),
  fc.record({ supplyFault: fc.boolean() }),
  fc.record({ selfTest: fc.constantFrom('passed', 'failed', 'never') }),
  fc.record({ ohms: fc.constantFrom(5e6, 99_999, 0, Number.NaN) }),
  fc.record({ current: fc.constantFrom(undefined, 4, 200) }),
);
const wait = fc.oneof(fc.nat(50), fc.nat(500), fc.nat(3_000));
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('next' as const), wait }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), input: request, wait }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('knob' as const), turn: knob, wait }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fallOpen' as const), wait }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repair' as const), wait }) },
);

/** As `expect`, which is too slow for something asked a million times. */
function must(holds: boolean, what: string): void {
  if (!holds) expect.fail(what);
}

/** What a session would ask for now. */
function next(bench: Bench): PowerInput {
  switch (bench.phase) {
    case 'idle':
      return { kind: 'cableCheck', ev };
    case 'insulated':
      return { kind: 'preCharge', voltage: 350 };
    case 'preCharge':
      return { kind: 'powerDelivery' };
    case 'delivery':
      return { kind: 'demand', voltage: 400, current: 150 };
    case 'failed':
    case 'stopped':
      return { kind: 'release' };
    default:
      return { kind: 'demand', voltage: 400, current: 150 };
  }
}

function perform(bench: Bench, event: Event): void {
  if (event.kind === 'next') bench.ask(next(bench));
  if (event.kind === 'ask') bench.ask(event.input);
  if (event.kind === 'knob') Object.assign(bench.knobs, event.turn);
  if (event.kind === 'fallOpen') bench.closed = bench.knobs.closes = false;
  if (event.kind === 'repair') Object.assign(bench.knobs, new Bench().knobs);
}

test('in any order: on only with closed contactors and pilot C or D, above 2 A only after PowerDelivery', () => {
  const phases = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(event, { minLength: 10, maxLength: 60 }), (events) => {
      const bench = new Bench();
      let empowered = false;
      let leftAt: number | undefined;
      bench.check = (output) => {
        phases.set(bench.phase, (phases.get(bench.phase) ?? 0) + 1);
        if (output.kind !== 'supply.set') return;
        const { line, phase } = bench.state;
        const most = phase.at === 'preCharge' || phase.at === 'delivery' ? phase.ev.maxVoltage : 1_000;
        must(line.contactors?.closed === true, 'contactors closed');
        must(line.pilot === 'C' || line.pilot === 'D', 'pilot C or D');
        must(bench.time.now - line.pilotAt < timing.pilotMaxAge, 'pilot known');
        must(mayBeOn.includes(bench.phase), `on in ${bench.phase}`);
        must(output.voltage > 0 && output.voltage <= most, `${output.voltage} V`);
        const amperes = empowered ? evse.maxCurrent : limits.preChargeCurrent;
        must(output.current >= 0 && output.current <= amperes, `${output.current} A`);
      };
      for (const event of events) {
        if (bench.phase === 'idle') empowered = false;
        const before = bench.phase;
        perform(bench, event);
        if (before === 'preCharge' && bench.phase === 'delivery') empowered = true;
        // What the hardware does meanwhile, not only what it was told.
        for (let left = event.wait; left > 0; left -= 10) {
          bench.wait(Math.min(left, 10));
          const allowed = bench.knobs.pilot === 'C' || bench.knobs.pilot === 'D';
          leftAt = allowed ? undefined : (leftAt ?? bench.time.now - 10);
          must(bench.voltage === 0 || leftAt === undefined || bench.time.now - leftAt <= 80, 'off when the car leaves');
          must(bench.voltage === 0 || bench.phase !== 'idle', 'off when idle');
        }
      }
      // Whatever happened: repaired and released, it is ready for the next car.
      Object.assign(bench.knobs, new Bench().knobs);
      bench.ask({ kind: 'release' });
      bench.wait(5_000);
      bench.ask({ kind: 'release' });
      bench.wait(1_000);
      expect([bench.phase, bench.closed, bench.voltage]).toEqual(['idle', false, 0]);
    }),
    runs,
  );
  console.log(`outputs by phase: ${JSON.stringify(Object.fromEntries(phases))}`);
  for (const phase of ['delivery', 'preCharge', 'insulated', 'emergency', 'opening', 'stopped', 'failed', 'lowering']) {
    expect(phases.get(phase) ?? 0, phase).toBeGreaterThan(50);
  }
});

const at = fc.nat(5_000).map((value) => value as Instant);

/** Any input at all, in any order, from devices that may say anything. */
const anything: fc.Arbitrary<PowerInput> = fc.oneof(
  request,
  fc.record({ kind: fc.constant('pilot' as const), level: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F') }),
  fc.record({ kind: fc.constant('meter' as const), at, voltage: number, current: number, energy: number }),
  fc.record({ kind: fc.constant('supply' as const), at, voltage: number, fault: fc.boolean() }),
  fc.record({ kind: fc.constant('contactors' as const), at, closed: fc.boolean() }),
  fc.record({
    kind: fc.constant('imd' as const),
    at,
    selfTest: fc.constantFrom('running', 'passed', 'failed'),
    resistance: number,
  }),
  fc.record({
    kind: fc.constant('limits' as const),
    evse: fc.record({ minVoltage: number, maxVoltage: number, maxCurrent: number, maxPower: number, isolationMonitor: fc.boolean() }),
  }),
);

test('no input makes a step throw, stand still, or set the source to nonsense, and each run replays', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(200), anything), { maxLength: 80 }), (inputs) => {
      const path = simulate(powerPath, idlePowerPath(evse));
      for (const [wait, input] of inputs) {
        path.advance(wait);
        path.feed(input);
      }
      path.advance(ms(60_000));
      const sets = path.log.flatMap(({ output }): PowerOutput[] => (output.kind === 'supply.set' ? [output] : []));
      for (const set of sets) expect(set).toMatchObject({ voltage: expect.any(Number), current: expect.any(Number) });
      expect(JSON.stringify(sets)).not.toContain('null');
      expect(replay(powerPath, idlePowerPath(evse), path.tape)).toEqual({ state: path.state, log: path.log });
    }),
    runs,
  );
});
