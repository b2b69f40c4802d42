import { expect, test } from 'vitest';
import { Bench } from './bench.js';

const phasesOf = (bench: Bench, side: 'evse' | 'ev'): string[] => bench.of(side, 'phase').map(({ phase }) => phase);

test('a whole charge, from the plug to 80 % and out again, on both sides', () => {
  const bench = new Bench();
  expect([bench.charger.problems, bench.car.problems]).toEqual([[], []]);
  bench.plug();
  expect(bench.until(() => bench.of('ev', 'end').length > 0 && bench.of('evse', 'end').length > 0)).toBe(true);
  expect([bench.of('evse', 'end')[0]?.end, bench.of('ev', 'end')[0]?.end]).toMatchObject([
    { reason: 'completed', by: 'ev', phase: 'SessionStop' }, { reason: 'completed', by: 'ev' },
  ]);
  bench.advance(200);
  const { soc, contactors, inlet, order } = bench.outlet.hardware;
  expect(soc).toBeGreaterThanOrEqual(0.8);
  expect([contactors.closed, inlet.closed, order]).toEqual([false, false, undefined]);
  expect(phasesOf(bench, 'evse')).toEqual([
    'Connected', 'Negotiated', 'SessionSetup', 'ServiceDiscovery', 'ServicePaymentSelection', 'ContractAuthentication', 'Authorized', 'ParametersAgreed',
    'CableCheck', 'CableChecked', 'PreCharge', 'PowerDelivery', 'CurrentDemand', 'PowerOff', 'WeldingDetection', 'SessionStop',
  ]);
  expect(phasesOf(bench, 'ev')).toEqual(phasesOf(bench, 'evse'));
  // 5 % are held, R13, and nothing is matched again.
  bench.advance(30_000);
  expect(bench.outlet.pilot.signal).toBe('digital');
  bench.advance(60_000);
  expect([bench.outlet.pilot.signal, bench.agents.matches]).toEqual(['x1', 1]);
  bench.unplug();
  bench.advance(100);
  expect([bench.charger.sessionId, bench.car.sessionId, bench.network.connections]).toEqual([undefined, undefined, 0]);
  expect([bench.of('evse', 'unplugged').length, bench.of('ev', 'unplugged').length]).toEqual([1, 1]);
});

test('the car that comes is the one that is spoken for, whichever came before', () => {
  const bench = new Bench();
  bench.to('CurrentDemand', { car: 'model-y', soc: 60 });
  expect(bench.car.state?.profile.name).toBe('model-y');
  bench.unplug();
  bench.advance(5_000);
  bench.to('CurrentDemand', { car: 'polestar-2', soc: 40 });
  expect(bench.car.state?.profile.name).toBe('polestar-2');
  expect(bench.charger.secc.state).toMatchObject({ evccId: '48C58DB1E43E' });
});

test('a car that is found plugged in at the start begins a session', () => {
  const bench = new Bench({ charger: {} });
  bench.charger.halt();
  bench.plug();
  bench.advance(500);
  const other = bench.again();
  expect(bench.until(() => other.secc.state.at === 'session')).toBe(true);
  expect(other.sessionId).toBeDefined();
});

test('200 sessions in a row leave nothing behind', () => {
  const bench = new Bench({ outlet: { speed: 1_000 } });
  const added: number[] = [];
  for (let i = 0; i < 200; i++) {
    if (i % 4 === 3) {
      bench.plug({ soc: 79 });
      bench.advance(i * 30);
    } else {
      bench.to('CurrentDemand', { soc: 79 });
      if (i % 4 === 1) bench.until(() => bench.phase === 'ended');
    }
    bench.unplug();
    bench.advance(1_500);
    expect([bench.phase === 'ended' || bench.phase === 'unlinked', bench.charger.power.isOff]).toEqual([true, true]);
    bench.until(() => bench.network.connections === 0, 10_000);
    added.push(bench.machines);
    bench.told.evse.length = bench.told.ev.length = 0;
  }
  expect([bench.charger.server.connections, bench.car.connections, bench.network.connections]).toEqual([0, 0, 0]);
  // Source, modems and the two machines of the charger live on; a car's machine does not.
  expect(new Set(added).size).toBe(1);
});
