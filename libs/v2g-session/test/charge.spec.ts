import type { Instant } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { carProfiles } from '../src/profiles/cars.js';
import { chargerProfiles } from '../src/profiles/chargers.js';
import { vehicle } from './car.js';
import { configOf } from './charger.js';
import { pair } from './pair.js';

const hour = 3_600_000 as Instant;
const ends = (run: ReturnType<typeof pair>) =>
  [...run.seccLog, ...run.evccLog].flatMap((output) => (output.kind === 'end' ? [`${output.end.reason} ${output.end.phase}`] : []));

describe('charger against car, through bytes', () => {
  const combinations = Object.values(chargerProfiles).flatMap((charger) => Object.values(carProfiles).map((car) => [charger, car] as const));
  // A measured inlet would need a power line to measure: here the cars believe what they are told.
  test.each(combinations.map(([charger, car]) => [charger.name, car.name, charger, car] as const))('%s charges %s to 80 %%', (_charger, _car, charger, car) => {
    const run = pair({ charger: configOf(charger), car, capacity: 2_000 });
    expect(run.time.runUntil(run.ended, hour)).toBe(true);
    expect(ends(run)).toEqual(['completed SessionStop', 'completed SessionStop']);
    expect(run.battery.soc).toBeGreaterThanOrEqual(80);
    expect(run.counts.requests).toBe(run.counts.responses);
    expect(run.seccLog.flatMap((output) => (output.kind === 'warning' ? [output.what] : []))).toEqual(car.name === 'model-x' || car.name === 'audi-q4' ? ['tls-declined'] : []);
    expect(run.evccLog.filter(({ kind }) => kind === 'warning')).toEqual([]);
  });

  test('the phases come in their order on both sides', () => {
    const run = pair({ charger: configOf(), car: carProfiles.default, capacity: 2_000 });
    run.time.runUntil(run.ended, hour);
    const phases = (log: readonly { kind: string; phase?: string }[]) => log.flatMap(({ kind, phase }) => (kind === 'phase' ? [phase] : []));
    expect(phases(run.seccLog)).toEqual([
      'Connected', 'Negotiated', 'SessionSetup', 'ServiceDiscovery', 'ServicePaymentSelection', 'ContractAuthentication', 'Authorized',
      'ParametersAgreed', 'CableCheck', 'CableChecked', 'PreCharge', 'PowerDelivery', 'CurrentDemand', 'PowerOff', 'WeldingDetection', 'SessionStop',
    ]);
    expect(phases(run.evccLog)).toEqual(phases(run.seccLog));
  });

  test('the same seed gives the same run, another seed another', () => {
    const log = (seed: number) => {
      const run = pair({ charger: configOf(), car: carProfiles.default, capacity: 1_000, seed });
      run.time.runUntil(run.ended, hour);
      return JSON.stringify([run.seccLog, run.evccLog, run.counts, run.time.now, run.charger.state]);
    };
    expect(log(7)).toBe(log(7));
    expect(log(7)).not.toBe(log(8));
  });

  test('nobody authorises: the car gives up, the charger knows', () => {
    const run = pair({ charger: configOf(), car: carProfiles.default, authorizeAfter: 10_000_000 });
    run.time.runUntil(run.ended, hour);
    expect(ends(run)).toEqual(['stopped-early ContractAuthentication', 'authorization-timeout ContractAuthentication']);
  });

  test('stopped at the charger, unplugged, switched off: both sides end, each with its reason', () => {
    const turn = (what: (run: ReturnType<typeof pair>) => void) => {
      const run = pair({ charger: configOf(), car: carProfiles.default, vehicle: { ...vehicle, soc: 10 } });
      run.time.runUntil(() => run.charger.state.at === 'session' && run.charger.state.phase === 'CurrentDemand', hour);
      run.time.advance(5_000);
      what(run);
      expect(run.time.runUntil(run.ended, hour)).toBe(true);
      return ends(run).map((end) => end.split(' ')[0]);
    };
    expect(turn((run) => run.charger.feed({ kind: 'stop', by: 'operator' })).toSorted()).toEqual(['operator-stop', 'stopped-by-charger']);
    expect(turn((run) => run.charger.feed({ kind: 'emergency' })).toSorted()).toEqual(['charger-emergency', 'emergency-stop']);
    expect(turn((run) => run.car.feed({ kind: 'stop' })).toSorted()).toEqual(['completed', 'user-stop']);
    expect(turn((run) => run.charger.feed({ kind: 'power', event: { kind: 'fault', why: 'over-voltage' } })).toSorted()).toEqual(['charger-malfunction', 'power-fault'].toSorted());
    expect(turn((run) => {
      run.charger.feed({ kind: 'pilot', level: 'A' });
      run.car.feed({ kind: 'unplugged' });
    }).toSorted()).toEqual(['unplugged', 'unplugged']);
  });

  test('a charge of 5,000 rounds costs well under a second', () => {
    const run = pair({ charger: configOf(), car: carProfiles.default, vehicle: { ...vehicle, soc: 20, batteryVoltage: 350, targetVoltage: 400, targetCurrent: 40 }, capacity: 4_350 });
    const begin = performance.now();
    expect(run.time.runUntil(run.ended, hour)).toBe(true);
    const took = performance.now() - begin;
    console.log(`${run.counts.requests} requests, ${Math.round(run.time.now / 1_000)} s of charge in ${Math.round(took)} ms`);
    expect(run.counts.requests).toBeGreaterThan(5_000);
    expect(ends(run)).toEqual(['completed SessionStop', 'completed SessionStop']);
    expect(took).toBeLessThan(5_000); // a bound against accidents; the figure itself is the benchmark's
  });
});
