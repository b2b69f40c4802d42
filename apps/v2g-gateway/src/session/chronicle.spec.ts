import { VirtualTime } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { Chronicle } from './chronicle.js';
import type { Happening } from './happening.js';

function chronicle(mode: 'evse' | 'ev' = 'evse') {
  const time = new VirtualTime();
  const events: [string, unknown, string | undefined][] = [];
  const story = new Chronicle({ mode, simulated: true, time, wallClock: () => time.now, event: (type, data, session) => events.push([type, data, session]), changed: () => undefined });
  const tell = (...happenings: Happening[]): void => {
    for (const happening of happenings) story.tell(happening);
  };
  const measured = (current: number, register: number | undefined, voltage = 400): Happening => ({ kind: 'measured', at: time.now, voltage, current, register });
  const of = (type: string): unknown[] => events.filter(([one]) => one === type).map(([, data]) => data);
  return { time, events, story, tell, measured, of };
}

const plugged = (sessionId: string): Happening => ({ kind: 'plugged', sessionId });
const end = (reason: string, phase: 'Linked' | 'SessionStop'): Happening => ({ kind: 'end', end: { reason, by: 'ev', phase } });
const unplugged: Happening = { kind: 'unplugged' };

describe('energy', () => {
  test('is what the register has grown by in this session', () => {
    const { tell, measured, of } = chronicle();
    tell(measured(0, 5_000), plugged('a'), measured(10, 5_010), measured(10, 5_030.5), unplugged);
    tell(measured(0, 5_030.5), plugged('b'), measured(0, 5_030.5), measured(10, 5_031), unplugged);
    expect(of('session.ended')).toMatchObject([{ energyWh: 30.5 }, { energyWh: 0.5 }]);
  });

  test('is not lost where the register begins anew', () => {
    const { tell, measured, of } = chronicle();
    tell(measured(0, 5_000), plugged('a'), measured(10, 5_010), measured(10, 0), measured(10, 7), unplugged);
    expect(of('session.ended')).toMatchObject([{ energyWh: 17 }]);
  });

  test('of a car without a meter is what voltage and current make of the time, and none of a silence', () => {
    const { time, tell, measured, of } = chronicle('ev');
    tell(plugged('a'), measured(100, undefined));
    for (let i = 0; i < 36; i++) {
      time.advance(100);
      tell(measured(100, undefined));
    }
    time.advance(60_000);
    tell(measured(100, undefined), unplugged);
    expect(of('session.ended')).toMatchObject([{ energyWh: 51.1 }]); // 3.6 s and one more second of 40 kW
  });
});

describe('a session', () => {
  test('ends once, with the reason of its last V2G session: one that never spoke takes no other\'s place', () => {
    const { tell, of, events, story } = chronicle();
    const link: Happening = { kind: 'link', up: true };
    tell(plugged('a'), link, { kind: 'phase', phase: 'SessionStop', message: undefined, cause: undefined }, end('completed', 'SessionStop'));
    tell(link, end('communication-setup-timeout', 'Linked'), unplugged, unplugged);
    expect(of('session.ended')).toMatchObject([{ reason: 'completed', phase: 'session-stop' }]);
    tell(plugged('b'), link, end('communication-setup-timeout', 'Linked'), unplugged);
    expect(of('session.ended')[1]).toMatchObject({ reason: 'communication-setup-timeout', phase: 'linked' });
    tell(plugged('c'));
    story.close();
    story.close();
    expect(of('session.ended')[2]).toMatchObject({ reason: 'shutdown', by: 'evse' });
    expect(events.filter(([type]) => type === 'session.ended').map(([, , session]) => session)).toEqual(['a', 'b', 'c']);
  });

  test('pauses where the car wants nothing, and goes on', () => {
    const { tell, measured, of } = chronicle();
    const demand = (amperes: number): Happening => ({
      kind: 'exchange',
      request: { V2G_Message: { Header: { SessionID: '' }, Body: { CurrentDemandReq: { EVTargetVoltage: { Multiplier: 0, Unit: 'V', Value: 400 }, EVTargetCurrent: { Multiplier: 0, Unit: 'A', Value: amperes }, DC_EVStatus: { EVRESSSOC: 50 } } } } } as never,
      answer: { V2G_Message: { Header: { SessionID: '' }, Body: { CurrentDemandRes: { ResponseCode: 'OK' } } } } as never,
    });
    tell(plugged('a'), demand(50), measured(0, 0));
    expect(of('charging.paused'), 'it has only begun').toEqual([]);
    tell(measured(50, 1), demand(0), measured(20, 2), measured(0, 2), measured(0, 2));
    tell(demand(50), measured(0.5, 2), measured(30, 2));
    expect([of('charging.paused'), of('charging.resumed')]).toEqual([[{ by: 'ev', why: 'no-demand' }], [{}]]);
  });

  test('is told with what the battery had at its end, which the car says with the request that ends it', () => {
    const { tell, of } = chronicle();
    const message = (Body: object) => ({ V2G_Message: { Header: { SessionID: '' }, Body } }) as never;
    const exchange = (request: object, answer: object): Happening => ({ kind: 'exchange', request: message(request), answer: message(answer) });
    const physical = (Value: number) => ({ Multiplier: 0, Value });
    tell(
      plugged('a'),
      exchange({ CurrentDemandReq: { EVTargetVoltage: physical(400), EVTargetCurrent: physical(50), DC_EVStatus: { EVRESSSOC: 79 } } }, { CurrentDemandRes: { ResponseCode: 'OK' } }),
      exchange({ PowerDeliveryReq: { ReadyToChargeState: false, DC_EVPowerDeliveryParameter: { DC_EVStatus: { EVRESSSOC: 80 }, ChargingComplete: true } } }, { PowerDeliveryRes: { ResponseCode: 'OK' } }),
      exchange({ SessionStopReq: {} }, { SessionStopRes: { ResponseCode: 'OK' } }),
      end('completed', 'SessionStop'), unplugged,
    );
    expect([of('charging.started'), of('session.ended')]).toMatchObject([[{ soc: 79 }], [{ soc: 80 }]]);
  });

  test('is not flooded by one warning', () => {
    const { tell, of } = chronicle();
    tell({ kind: 'warning', what: 'anomaly' }, plugged('a'));
    for (let i = 0; i < 100; i++) tell({ kind: 'warning', what: 'anomaly', detail: 'x'.repeat(1_000) });
    tell({ kind: 'warning', what: 'garbage' });
    expect(of('v2g.warning')).toHaveLength(4);
    expect((of('v2g.warning')[0] as { detail: string }).detail).toHaveLength(256);
  });
});

test('where an outlet stands: faults before availability, both only where no session runs', () => {
  const { tell, story } = chronicle();
  const phase = (): string => story.state().phase;
  tell({ kind: 'available', available: false });
  expect([phase(), story.state().available]).toEqual(['unavailable', false]);
  tell({ kind: 'fault', fault: 'contactors-welded', present: true });
  expect([phase(), story.state().contactors, story.state().faults]).toEqual(['faulted', 'welded', ['contactors-welded']]);
  tell(plugged('a'), { kind: 'pilot', level: 'B', pwm: true });
  expect(phase()).toBe('matching');
  tell({ kind: 'fault', fault: 'contactors-welded', present: false }, unplugged, { kind: 'available', available: true }, { kind: 'pilot', level: 'A', pwm: false });
  expect(phase()).toBe('idle');
});
