import { describe, expect, test } from 'vitest';
import { Charger, limits } from './charger.js';
import { evStatus, requests } from './requests.js';

const v = (Value: number) => ({ Multiplier: 0, Unit: 'V', Value }) as const;
const a = (Value: number) => ({ Multiplier: 0, Unit: 'A', Value }) as const;
const broken = { ...evStatus, EVErrorCode: 'FAILED_EVRESSMalfunction' } as const;

describe('the power path', () => {
  test('that refuses a cable check is asked again with the next request', () => {
    const charger = new Charger().to('ChargeParameterDiscoveryReq');
    const obey = charger.power;
    charger.power = () => [{ kind: 'refused', request: 'cableCheck' }];
    charger.ask(requests.CableCheckReq);
    charger.power = obey;
    charger.ask(requests.CableCheckReq);
    expect(charger.asked('CableCheckRes', requests.CableCheckReq)).toMatchObject({ ResponseCode: 'OK', EVSEProcessing: 'Finished' });
  });

  test('that refuses power ends the session', () => {
    const charger = new Charger().to('PreChargeReq');
    charger.power = ({ kind }) => (kind === 'powerDelivery' ? [{ kind: 'refused', request: 'powerDelivery' }] : []);
    charger.ask(requests['PowerDeliveryReq(start)']);
    expect(charger.asked('CurrentDemandRes', requests.CurrentDemandReq).ResponseCode).toBe('FAILED');
    expect(charger.feed({ kind: 'tcp.closed', connection: 1 }).end).toMatchObject({ reason: 'power-fault', detail: 'power-refused' });
  });

  test('is released at the end, and not asked for a current that nobody is to get', () => {
    const charger = new Charger().to('CurrentDemandReq').feed({ kind: 'power', event: { kind: 'fault', why: 'over-voltage' } });
    charger.ask(requests.CurrentDemandReq);
    expect(charger.powers.filter(({ kind }) => kind === 'demand')).toHaveLength(1);
    expect(charger.feed({ kind: 'link.lost' }).powers.at(-1)).toEqual({ kind: 'release' });
  });
});

describe('why the charger stops', () => {
  const reason = (charger: Charger) => charger.feed({ kind: 'tcp.closed', connection: 1 }).end?.reason;

  test('is what came first, unless something graver came', () => {
    const stopped = new Charger().to('CurrentDemandReq').feed({ kind: 'stop', by: 'operator' });
    expect(reason(stopped.feed({ kind: 'stop', by: 'latch' }))).toBe('operator-stop');
    const worse = new Charger().to('CurrentDemandReq').feed({ kind: 'stop', by: 'operator' }).feed({ kind: 'emergency' });
    expect(reason(worse.feed({ kind: 'power', event: { kind: 'fault', why: 'emergency' } }))).toBe('emergency-stop');
  });

  test('is the car, where it left state C with the power on', () => {
    const charger = new Charger().to('CurrentDemandReq').feed({ kind: 'power', event: { kind: 'fault', why: 'pilot-left' } });
    expect(charger.asked('CurrentDemandRes', requests.CurrentDemandReq)).toMatchObject({ ResponseCode: 'FAILED', DC_EVSEStatus: { EVSEStatusCode: 'EVSE_Shutdown' } });
    expect(charger.feed({ kind: 'tcp.closed', connection: 1 }).end).toMatchObject({ reason: 'pilot-left', by: 'ev' });
  });

  test('is nobody, where the plug was torn out and the power path saw that first', () => {
    const charging = () => new Charger().to('CurrentDemandReq').feed({ kind: 'pilot', level: 'C' });
    const left = { kind: 'power', event: { kind: 'fault', why: 'pilot-left' } } as const;
    expect(charging().feed(left).feed({ kind: 'pilot', level: 'A' }).end).toMatchObject({ reason: 'unplugged', by: 'line' });
    expect(charging().feed(left).feed({ kind: 'pilot', level: 'B' }).feed({ kind: 'pilot', level: 'A' }).end).toMatchObject({ reason: 'pilot-left', by: 'ev' });
  });

  test('a stop before there is a connection ends the session at once', () => {
    const linked = () => new Charger().feed({ kind: 'link.up', entropy: '1122334455667788' });
    expect(linked().feed({ kind: 'stop', by: 'operator' }).end).toMatchObject({ reason: 'operator-stop', phase: 'Linked' });
    const emergency = linked().feed({ kind: 'emergency' });
    expect([emergency.end?.reason, emergency.outputs('pilot')]).toEqual(['emergency-stop', [{ kind: 'pilot', set: 'F' }]]);
    const lost = linked().feed({ kind: 'emergency', lost: 'the broker is gone' });
    expect([lost.end, lost.outputs('pilot')]).toMatchObject([{ reason: 'power-lost', by: 'evse', detail: 'the broker is gone' }, [{ set: 'F' }]]);
  });
});

describe('a car', () => {
  test.each(['CableCheckReq', 'PreChargeReq'] as const)('with an error in %s gets FAILED, and no voltage', (key) => {
    const charger = new Charger().to(key === 'CableCheckReq' ? 'ChargeParameterDiscoveryReq' : 'CableCheckReq');
    const [content] = Object.values(requests[key]);
    const [sent] = charger.ask({ [key]: { ...content, DC_EVStatus: broken } } as never);
    expect(Object.values(sent?.V2G_Message.Body ?? {})[0]).toMatchObject({ ResponseCode: 'FAILED', DC_EVSEStatus: { EVSEStatusCode: 'EVSE_Shutdown' } });
    expect(charger.powers.at(-1)).toEqual({ kind: 'stop' });
    expect(charger.warnings).toEqual(['ev-error']);
    charger.ask(requests.SessionStopReq);
    expect(charger.feed({ kind: 'tcp.closed', connection: 1 }).end).toMatchObject({ reason: 'ev-error', detail: 'FAILED_EVRESSMalfunction' });
  });

  test('that tells of an error while charging may end in its own time, and the error is the reason', () => {
    const charger = new Charger().to('CurrentDemandReq');
    const report = { CurrentDemandReq: { ...requests.CurrentDemandReq.CurrentDemandReq, DC_EVStatus: broken } } as const;
    for (let i = 0; i < 2; i++) expect(charger.asked('CurrentDemandRes', report).ResponseCode).toBe('OK');
    charger.ask(requests['PowerDeliveryReq(stop)']);
    charger.ask(requests.SessionStopReq);
    expect([charger.warnings, charger.feed({ kind: 'tcp.closed', connection: 1 }).end?.reason]).toEqual([['ev-error'], 'ev-error']);
  });

  test('without a maximum voltage has wrong parameters', () => {
    const parameters = requests.ChargeParameterDiscoveryReq.ChargeParameterDiscoveryReq;
    const DC_EVChargeParameter = { ...parameters.DC_EVChargeParameter, EVMaximumVoltageLimit: v(0) };
    const charger = new Charger().to('ContractAuthenticationReq');
    const answer = charger.asked('ChargeParameterDiscoveryRes', { ChargeParameterDiscoveryReq: { ...parameters, DC_EVChargeParameter } });
    expect(answer.ResponseCode).toBe('FAILED_WrongChargeParameter');
    expect(charger.feed({ kind: 'tcp.closed', connection: 1 }).end?.reason).toBe('request-refused');
  });

  test('that wants more than 2 A in PreCharge gets 2 A, and somebody is told', () => {
    const charger = new Charger().to('CableCheckReq');
    const greedy = { PreChargeReq: { DC_EVStatus: evStatus, EVTargetVoltage: v(350), EVTargetCurrent: a(5) } } as const;
    expect(charger.asked('PreChargeRes', greedy).ResponseCode).toBe('OK');
    charger.ask(greedy);
    expect(charger.outputs('warning')).toEqual([{ kind: 'warning', what: 'pre-charge-current', detail: '5 A' }]);
  });

  test.each([
    ['a limit in A', { maxCurrent: 20 }, 18, []], ['a limit in W', { maxPower: 7_000 }, 17, []],
    ['a limit, and less than that', { maxCurrent: 20 }, 3, ['starved']], ['a limit of nothing', { maxCurrent: 0 }, 0, ['starved']],
  ] as const)('that wants more than it may have, and gets: %s', (_, less, current, told) => {
    const charger = new Charger().to('PowerDeliveryReq(start)');
    charger.feed({ kind: 'limits', limits: { ...limits, ...less } });
    charger.power = () => [];
    charger.feed({ kind: 'power', event: { kind: 'measured', at: charger.run.now, voltage: 350, current, limited: { voltage: false, current: true, power: false } } });
    for (let i = 0; i < 12; i++) charger.wait(500).ask(requests.CurrentDemandReq);
    expect(charger.outputs('starved').map(({ kind }) => kind)).toEqual(told);
  });

  test('that gets its current after all is no longer counted down', () => {
    const charger = new Charger().to('PowerDeliveryReq(start)');
    const obey = charger.power;
    charger.power = () => [];
    charger.ask(requests.CurrentDemandReq);
    charger.wait(6_000).power = obey;
    charger.ask(requests.CurrentDemandReq);
    charger.ask(requests.CurrentDemandReq);
    expect(charger.run.log.flatMap(({ output }) => (output.kind === 'starved' || output.kind === 'fed' ? [output.kind] : []))).toEqual(['starved', 'fed']);
    charger.wait(59_000).ask(requests.CurrentDemandReq);
    expect(charger.outputs('starved')).toHaveLength(1);
  });
});

describe('while the connection is being closed', () => {
  test('the car is still answered, until our side is shut', () => {
    const charger = new Charger().to('SessionStopReq');
    expect(charger.asked('SessionStopRes', requests.SessionStopReq).ResponseCode).toBe('OK');
    charger.wait(2_000);
    expect(charger.ask(requests.SessionStopReq)).toEqual([]);
    expect(charger.wait(3_000).outputs('end')).toHaveLength(1);
  });

  test.each(['A', 'E', 'F'] as const)('pilot %s: nobody is there any more', (level) => {
    const charger = new Charger().to('SessionStopReq').feed({ kind: 'pilot', level });
    expect(charger.run.log.slice(-4).map(({ output }) => output.kind)).toEqual(['pilot', 'tcp.close', 'link', 'end']);
    expect(charger.wait(100_000).outputs('pilot')).toEqual([{ kind: 'pilot', set: 'X1' }]);
  });

  test('an emergency leaves the pilot at F', () => {
    for (const wait of [0, 10_000]) {
      const charger = new Charger().to('SessionStopReq').wait(wait).feed({ kind: 'emergency' }).wait(100_000);
      expect([charger.outputs('pilot'), charger.outputs('end').length]).toEqual([[{ kind: 'pilot', set: 'F' }], 1]);
    }
  });

  test('another connection is refused', () => {
    const charger = new Charger().to('SessionStopReq').feed({ kind: 'tcp.connected', connection: 2 });
    expect(charger.outputs('tcp.refuse')).toEqual([{ kind: 'tcp.refuse', connection: 2 }]);
  });
});
