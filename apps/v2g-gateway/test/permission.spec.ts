import { describe, expect, test } from 'vitest';
import { Bench, limits } from './bench.js';

const asking = { charger: { authorization: 'require' } } as const;

describe('authorisation by command', () => {
  test('is waited for, given once, and the charge goes on', () => {
    const bench = new Bench(asking);
    expect(bench.charger.authorize(true, 'desk')).toBe('no session waits for an authorisation');
    bench.to('ContractAuthentication');
    bench.advance(10_000);
    expect([bench.phase, bench.of('evse', 'authorized')]).toEqual(['ContractAuthentication', []]);
    expect(bench.of('evse', 'authorize')).toMatchObject([{ evccid: '020000000001' }]);
    expect(bench.charger.authorize(true, 'desk')).toBeUndefined();
    expect(bench.charger.authorize(true, 'desk')).toBe('no session waits for an authorisation');
    expect(bench.of('evse', 'authorized')).toMatchObject([{ accepted: true, by: 'desk' }]);
    expect(bench.until(() => bench.phase === 'CurrentDemand')).toBe(true);
  });

  test('that is refused ends the session, and none begins by itself', () => {
    const bench = new Bench(asking).to('ContractAuthentication');
    bench.charger.authorize(false, 'desk');
    expect(bench.until(() => bench.phase === 'ended', 70_000)).toBe(true);
    expect(bench.of('evse', 'end')[0]?.end).toMatchObject({ reason: 'authorization-rejected', by: 'evse' });
    bench.advance(60_000);
    expect(bench.agents.matches).toBe(1);
    bench.unplug();
    bench.advance(1_000);
    bench.to('ContractAuthentication');
  });

  test('that nobody gives ends in time, and is late then', () => {
    const bench = new Bench(asking).to('ContractAuthentication');
    expect(bench.until(() => bench.of('evse', 'end').length > 0, 400_000)).toBe(true);
    expect(bench.of('ev', 'end')[0]?.end.reason).toMatch(/authorization-timeout|failed-response/);
    expect(bench.charger.authorize(true, 'desk')).toBe('no session waits for an authorisation');
  });

  test('may come before the car asks: start counts', () => {
    const bench = new Bench(asking);
    expect(bench.charger.start('desk')).toBe('no car is plugged in');
    bench.to('linked');
    expect(bench.charger.start('desk')).toBeUndefined();
    expect(bench.until(() => bench.phase === 'CurrentDemand')).toBe(true);
    expect([bench.of('evse', 'authorized'), bench.charger.start('desk')]).toMatchObject([[{ accepted: true, by: 'desk' }], 'it charges already, or is about to end']);
    // It was for this car.
    bench.unplug();
    bench.advance(1_000);
    bench.to('ContractAuthentication');
    bench.advance(5_000);
    expect(bench.phase).toBe('ContractAuthentication');
    expect(bench.charger.start('desk')).toBeUndefined();
    expect(bench.until(() => bench.phase === 'CurrentDemand')).toBe(true);
  });
});

test('a start serves one session: the next one of the same car is asked for again', () => {
  const bench = new Bench({ ...asking, outlet: { speed: 1 } }).to('linked');
  expect(bench.charger.start('desk')).toBeUndefined();
  expect(bench.until(() => bench.phase === 'CurrentDemand')).toBe(true);
  bench.agents.cut();
  expect(bench.until(() => bench.of('evse', 'end').length === 1)).toBe(true);
  expect(bench.until(() => bench.phase === 'ContractAuthentication')).toBe(true);
  bench.advance(10_000);
  expect([bench.phase, bench.of('evse', 'authorized').length]).toEqual(['ContractAuthentication', 1]);
});

test('nor does one that came to nothing serve the next', () => {
  const bench = new Bench({ ...asking, outlet: { speed: 1 } }).to('linked');
  expect(bench.charger.start('desk')).toBeUndefined();
  bench.agents.cut();
  expect(bench.until(() => bench.of('evse', 'end').length === 1)).toBe(true);
  expect(bench.until(() => bench.phase === 'ContractAuthentication')).toBe(true);
  bench.advance(10_000);
  expect([bench.phase, bench.of('evse', 'authorized')]).toEqual(['ContractAuthentication', []]);
});

describe('availability', () => {
  test('taken away, no session begins: the pilot stays at X1; given back, the car that waits is let in', () => {
    const bench = new Bench();
    bench.charger.setAvailable(false);
    bench.plug();
    bench.advance(5_000);
    expect([bench.charger.sessionId, bench.outlet.pilot.signal, bench.agents.heard.evse.at(-1)?.pilot]).toEqual([undefined, 'x1', 'X1']);
    expect(bench.charger.start('desk')).toBe('no session may begin here');
    bench.charger.setAvailable(true);
    expect(bench.until(() => bench.phase === 'CurrentDemand')).toBe(true);
    expect(bench.of('evse', 'plugged')).toHaveLength(1);
  });

  test('taken away during a session, it goes on, and is the last', () => {
    const bench = new Bench({ outlet: { speed: 400 } }).to('CurrentDemand');
    bench.charger.setAvailable(false);
    expect(bench.until(() => bench.of('evse', 'end').length > 0)).toBe(true);
    expect(bench.of('evse', 'end')[0]?.end.reason).toBe('completed');
    bench.unplug();
    bench.advance(1_000);
    bench.plug();
    bench.advance(5_000);
    expect([bench.charger.sessionId, bench.agents.matches]).toEqual([undefined, 1]);
  });
});

describe('limits', () => {
  const said = (bench: Bench) => {
    const answer = bench.of('evse', 'exchange').at(-1)?.answer;
    return answer !== undefined && 'V2G_Message' in answer ? answer.V2G_Message.Body.CurrentDemandRes : undefined;
  };

  test('that change while it charges hold at once, at the source and in what the car is told', () => {
    const bench = new Bench({ outlet: { speed: 1 } }).to('CurrentDemand');
    bench.advance(10_000);
    expect(bench.outlet.hardware.output.current).toBeGreaterThan(100);
    bench.charger.limit({ ...limits, maxPower: 10_000 }, 'person');
    bench.advance(200);
    const { current, voltage } = bench.outlet.hardware.output;
    expect(current * voltage).toBeLessThan(10_500);
    expect(said(bench)).toMatchObject({ EVSEPowerLimitAchieved: true, EVSEMaximumPowerLimit: { Multiplier: 0, Value: 10_000 } });
    bench.charger.limit(limits, 'evse');
    bench.advance(8_000);
    expect(bench.outlet.hardware.output.current).toBeGreaterThan(100);
    expect(said(bench)).toMatchObject({ EVSEPowerLimitAchieved: false });
  });

  test('of nothing pause the charge, and the session stays', () => {
    const bench = new Bench({ outlet: { speed: 1 } }).to('CurrentDemand');
    bench.advance(5_000);
    bench.charger.limit({ ...limits, maxPower: 0 }, 'person');
    bench.advance(300_000);
    expect([bench.phase, bench.outlet.hardware.output.current < 0.5]).toEqual(['CurrentDemand', true]);
    bench.charger.limit(limits, 'evse');
    bench.advance(5_000);
    expect(bench.outlet.hardware.output.current).toBeGreaterThan(50);
  });

  test('that were told before a session are those of the session', () => {
    const bench = new Bench({ outlet: { speed: 1 } });
    bench.charger.limit({ ...limits, maxCurrent: 20 }, 'other');
    bench.to('CurrentDemand');
    bench.advance(5_000);
    expect(bench.outlet.hardware.output.current).toBeLessThan(20.5);
    expect(said(bench)).toMatchObject({ EVSECurrentLimitAchieved: true, EVSEMaximumCurrentLimit: { Value: 200, Multiplier: -1 } });
  });
});
