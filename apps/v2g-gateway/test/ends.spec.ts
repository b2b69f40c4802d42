import { describe, expect, test } from 'vitest';
import { Bench } from './bench.js';

const powered = ['CableCheck', 'CableChecked', 'PreCharge', 'PowerDelivery', 'CurrentDemand', 'PowerOff', 'WeldingDetection'] as const;
const phases = ['linked', 'SessionSetup', 'ContractAuthentication', 'ParametersAgreed', ...powered, 'closing'] as const;

/** Whatever ended it: the source is off so many milliseconds later, by what the hardware does, and the contactors open. */
function isDead(bench: Bench, source: number, contactors: number): void {
  bench.advance(source);
  expect(bench.outlet.hardware.order, 'the source').toBeUndefined();
  bench.advance(contactors - source);
  expect(bench.outlet.hardware.contactors.closed, 'the contactors').toBe(false);
}

const slow = { outlet: { speed: 1 } };
/** A stop of the car is later than those before it; others come by themselves. */
const at = (phase: string): Bench => {
  const late = phase === 'PowerOff' || phase === 'WeldingDetection' || phase === 'closing';
  return new Bench(late ? { outlet: { speed: 1_000 } } : slow).to(phase, late ? { soc: 79.5 } : {});
};

describe('in each phase', () => {
  test.each(phases)('the plug is pulled: %s', (phase) => {
    const bench = at(phase);
    bench.unplug();
    isDead(bench, 60, 200);
    bench.advance(100);
    const [end] = bench.of('evse', 'end');
    expect(end?.end.reason).toBe(phase === 'closing' ? 'completed' : 'unplugged');
    expect(bench.charger.sessionId).toBeUndefined();
    expect(bench.of('ev', 'end')).toHaveLength(1);
    bench.advance(5_000);
    expect([bench.network.connections, bench.outlet.pilot.signal]).toEqual([0, 'x1']);
    bench.to('CurrentDemand');
  });

  test.each(phases)('the agent falls silent: %s', (phase) => {
    const bench = at(phase);
    bench.agents.silent.evse = true;
    isDead(bench, 100, 300);
    bench.advance(100);
    expect(bench.of('evse', 'end')[0]?.end.reason).toBe(phase === 'closing' ? 'completed' : 'link-lost');
    expect(bench.charger.problems).toEqual(['agent: the agent says nothing']);
    expect(bench.of('evse', 'fault').at(-1)).toMatchObject({ fault: 'agent-lost', present: true });
    bench.agents.silent.evse = false;
    bench.advance(500);
    expect(bench.charger.problems).toEqual([]);
    // The same car, still plugged in: the same session, and another match.
    if (phase === 'CurrentDemand') expect(bench.until(() => bench.phase === 'CurrentDemand')).toBe(true);
    expect(bench.of('evse', 'plugged')).toHaveLength(1);
  });

  test.each(phases)('the gateway dies: %s', (phase) => {
    const bench = at(phase);
    bench.charger.halt();
    isDead(bench, 80, 120);
    bench.until(() => !bench.isLive, 400);
    expect(bench.isLive).toBe(false);
  });

  test.each(phases)('an operator stops it: %s', (phase) => {
    const bench = at(phase);
    expect(bench.charger.stop()).toBe(phase === 'closing' ? 'there is nothing to stop' : undefined);
    expect(bench.until(() => bench.phase === 'ended', 30_000)).toBe(true);
    const [end] = bench.of('evse', 'end');
    expect(end?.end.reason).toBe(phase === 'closing' ? 'completed' : 'operator-stop');
    isDead(bench, 100, 3_500);
    // The charge does not begin again by itself.
    bench.advance(120_000);
    expect([bench.agents.matches, bench.outlet.pilot.signal]).toEqual([1, 'x1']);
    if (phase === 'closing') return;
    expect(bench.charger.start('operator')).toBeUndefined();
    expect(bench.car.start()).toBeUndefined();
    expect(bench.until(() => bench.phase === 'CurrentDemand'), bench.phase).toBe(true);
  });

  test.each(phases)('the gateway is told to end: %s', async (phase) => {
    const bench = at(phase);
    let left = false;
    const leaving = bench.charger.leave().then(() => (left = true));
    const began = bench.time.now;
    while (!left && bench.time.now - began < 13_000) {
      bench.advance(10);
      await Promise.resolve();
    }
    await leaving;
    expect(bench.outlet.hardware.order).toBeUndefined();
    expect(bench.time.now - began).toBeLessThan(12_600);
    isDead(bench, 80, 200);
    if (phase === 'CurrentDemand') {
      expect(bench.of('evse', 'end')[0]?.end).toMatchObject({ reason: 'shutdown', by: 'evse' });
      expect(bench.time.now - began).toBeLessThan(5_000);
    }
  });
});

describe('a charge', () => {
  test('is stopped by the car, in order', () => {
    const bench = new Bench(slow).to('CurrentDemand');
    bench.advance(2_000);
    expect(bench.car.stop()).toBeUndefined();
    expect(bench.until(() => bench.phase === 'ended')).toBe(true);
    expect([bench.of('evse', 'end')[0]?.end.reason, bench.of('ev', 'end')[0]?.end.reason]).toEqual(['completed', 'user-stop']);
    bench.advance(70_000);
    expect(bench.car.stop()).toBe('it has ended, or is about to');
    expect(bench.agents.matches).toBe(1);
  });

  test('ends where the car dies: its agent falls silent', () => {
    const bench = new Bench(slow).to('CurrentDemand');
    bench.car.halt();
    expect(bench.until(() => bench.phase === 'ended', 70_000)).toBe(true);
    isDead(bench, 100, 3_500);
  });

  test('ends where the power line is cut', () => {
    const bench = new Bench(slow).to('CurrentDemand');
    bench.agents.cut();
    bench.advance(50);
    expect(bench.of('evse', 'end')[0]?.end).toMatchObject({ reason: 'link-lost', by: 'line', phase: 'CurrentDemand' });
    isDead(bench, 100, 3_500);
  });

  test.each([['isolation-low', 'isolation-fault'], ['supply-fault', 'supply-fault'], ['meter-silent', 'measurement-lost']])('fails by %s, which is a fault until it is mended', (broken, fault) => {
    const bench = new Bench(slow).to('CurrentDemand');
    bench.order({ kind: 'fault', fault: broken, present: true });
    expect(bench.until(() => bench.of('evse', 'fault').some((one) => one.fault === fault && one.present), 15_000)).toBe(true);
    isDead(bench, 100, 3_500);
    bench.order({ kind: 'fault', fault: broken, present: false });
    bench.unplug();
    bench.advance(5_000);
    expect(bench.of('evse', 'fault').at(-1)).toMatchObject({ fault, present: false });
    bench.to('CurrentDemand');
  });

  test('that leaves the contactors welded is the last one until they open', () => {
    const bench = new Bench(slow).to('CurrentDemand');
    bench.order({ kind: 'fault', fault: 'contactors-welded', present: true });
    bench.unplug();
    bench.advance(5_000);
    expect(bench.of('evse', 'fault').at(-1)).toMatchObject({ fault: 'contactors-welded', present: true });
    bench.plug();
    bench.advance(5_000);
    expect([bench.charger.sessionId, bench.outlet.pilot.signal, bench.charger.start('x')]).toEqual([undefined, 'x1', 'no session may begin here']);
    bench.order({ kind: 'fault', fault: 'contactors-welded', present: false });
    expect(bench.until(() => bench.phase === 'CurrentDemand', 30_000)).toBe(true);
  });
});
