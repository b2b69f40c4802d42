import { ms } from '@pilotwire/machine';
import type { DinMessage } from '@pilotwire/v2g-messages';
import { sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { describe, expect, test } from 'vitest';
import { chargerProfiles } from '../src/profiles/chargers.js';
import { responseBudget } from '../src/timing.js';
import { Charger, configOf, limits } from './charger.js';
import { din, evStatus, message, requests } from './requests.js';

const v = (Value: number) => ({ Multiplier: 0, Unit: 'V', Value }) as const;
const a = (Value: number) => ({ Multiplier: 0, Unit: 'A', Value }) as const;
const preCharge = (target: number) => ({ PreChargeReq: { DC_EVStatus: evStatus, EVTargetVoltage: v(target), EVTargetCurrent: a(1) } });
const demand = (voltage: number, current: number) => ({
  CurrentDemandReq: { DC_EVStatus: evStatus, EVTargetCurrent: a(current), ChargingComplete: false, EVTargetVoltage: v(voltage) },
});

describe('R1: the cable check', () => {
  test('R1: is Ongoing with IsolationMonitoringActive and Invalid, Finished only with Ready and Valid', () => {
    const charger = new Charger();
    charger.power = () => [];
    charger.to('ChargeParameterDiscoveryReq');
    const status = { NotificationMaxDelay: 0, EVSENotification: 'None' };
    for (let i = 0; i < 3; i++) {
      expect(charger.asked('CableCheckRes', requests.CableCheckReq)).toEqual({
        ResponseCode: 'OK',
        EVSEProcessing: 'Ongoing',
        DC_EVSEStatus: { ...status, EVSEIsolationStatus: 'Invalid', EVSEStatusCode: 'EVSE_IsolationMonitoringActive' },
      });
    }
    charger.feed({ kind: 'power', event: { kind: 'cableCheck.finished', isolation: 'valid' } });
    expect(charger.asked('CableCheckRes', requests.CableCheckReq)).toEqual({
      ResponseCode: 'OK',
      EVSEProcessing: 'Finished',
      DC_EVSEStatus: { ...status, EVSEIsolationStatus: 'Valid', EVSEStatusCode: 'EVSE_Ready' },
    });
    expect(charger.powers).toEqual([{ kind: 'cableCheck', ev: { maxVoltage: 412.8, maxCurrent: 200 } }]);
  });

  test.each(['SessionStopReq', 'PowerDeliveryReq(stop)'] as const)('R1: that failed is FAILED, Malfunction and Finished; %s is still answered', (leave) => {
    const charger = new Charger();
    charger.power = ({ kind }) =>
      kind === 'cableCheck' ? [{ kind: 'cableCheck.finished', isolation: 'fault' }, { kind: 'fault', why: 'isolation-fault' }] : [];
    charger.to('ChargeParameterDiscoveryReq');
    charger.ask(requests.CableCheckReq);
    expect(charger.asked('CableCheckRes', requests.CableCheckReq)).toMatchObject({
      ResponseCode: 'FAILED',
      EVSEProcessing: 'Finished',
      DC_EVSEStatus: { EVSEIsolationStatus: 'Fault', EVSEStatusCode: 'EVSE_Malfunction' },
    });
    charger.wait(59_600); // an Audi Q4 takes its time
    const [sent] = charger.ask(requests[leave]);
    expect(Object.values(sent?.V2G_Message.Body ?? {})[0]).toMatchObject({ ResponseCode: 'OK' });
    charger.feed({ kind: 'tcp.closed', connection: 1 });
    expect(charger.end).toMatchObject({ reason: 'isolation-fault', by: 'evse', detail: 'isolation-fault' });
  });

  test('R1: without an isolation monitor there is no charge, unless the operator says so; the car then hears Warning', () => {
    const outcome = (withoutIsolationMonitor: boolean) => {
      const charger = new Charger(configOf(chargerProfiles.default, { withoutIsolationMonitor }));
      charger.power = ({ kind }) => (kind === 'cableCheck' ? [{ kind: 'cableCheck.finished', isolation: 'no-imd' }] : []);
      charger.to('ChargeParameterDiscoveryReq').ask(requests.CableCheckReq);
      const { ResponseCode, DC_EVSEStatus } = charger.asked('CableCheckRes', requests.CableCheckReq);
      return [ResponseCode, DC_EVSEStatus.EVSEIsolationStatus];
    };
    expect([outcome(false), outcome(true)]).toEqual([['FAILED', 'Invalid'], ['OK', 'Warning']]);
  });
});

describe('R2: the status by phase', () => {
  /** All statuses of a session, as `code isolation`, parameters and cable check Ongoing once and Finished. */
  const statuses = (profile: keyof typeof chargerProfiles) => {
    const ongoing = { authorization: 0, parameters: 1, cableCheck: 1 };
    const charger = new Charger(configOf({ ...chargerProfiles[profile], ongoing, delay: {} })).to('ContractAuthenticationReq');
    const rest = [
      'ChargeParameterDiscoveryReq', 'ChargeParameterDiscoveryReq', 'CableCheckReq', 'CableCheckReq', 'PreChargeReq',
      'PowerDeliveryReq(start)', 'CurrentDemandReq', 'PowerDeliveryReq(stop)', 'WeldingDetectionReq',
    ] as const;
    return rest.map((key) => {
      const [content] = Object.values(charger.ask(requests[key])[0]?.V2G_Message.Body ?? {}) as Record<string, object>[];
      const { DC_EVSEStatus } = (content?.['DC_EVSEChargeParameter'] ?? content) as Record<string, Record<string, string>>;
      return `${DC_EVSEStatus?.['EVSEStatusCode']} ${DC_EVSEStatus?.['EVSEIsolationStatus']}`.replace('EVSE_', '');
    });
  };
  const fromCableCheckOn = [
    'IsolationMonitoringActive Invalid', 'Ready Valid', 'Ready Valid', 'Ready Valid', 'Ready Valid', 'Shutdown Valid', 'Shutdown Valid',
  ];

  test.each([
    ['default', 'NotReady Invalid', 'Ready Invalid'],
    ['alpitronic', 'Ready Invalid', 'Ready Invalid'],
    ['abb', 'IsolationMonitoringActive Invalid', 'Ready Invalid'],
    ['compleo', 'NotReady Invalid', 'NotReady Invalid'],
  ] as const)('R2: %s: Ready with the last isolation in PreCharge and CurrentDemand, Shutdown in the stop phases', (profile, ...parameters) => {
    expect(statuses(profile)).toEqual([...parameters, ...fromCableCheckOn]);
  });
});

describe('R3 and R4: what is measured', () => {
  test('R3: PreChargeRes has the voltage that was measured, and without it there is no power', () => {
    const charger = new Charger();
    charger.to('ChargeParameterDiscoveryReq').ask(requests.CableCheckReq);
    charger.ask(requests.CableCheckReq);
    charger.power = () => [];
    expect(charger.asked('PreChargeRes', preCharge(350)).EVSEPresentVoltage).toEqual({ Multiplier: -1, Unit: 'V', Value: 0 });
    expect(charger.asked('PowerDeliveryRes', requests['PowerDeliveryReq(start)']).ResponseCode).toBe('FAILED_PowerDeliveryNotApplied');
    const limited = { voltage: false, current: false, power: false };
    charger.feed({ kind: 'power', event: { kind: 'measured', at: charger.run.now, voltage: 347.2, current: 0.4, limited } });
    charger.feed({ kind: 'power', event: { kind: 'preCharge.reached', voltage: 347.2 } });
    expect(charger.asked('PreChargeRes', preCharge(350)).EVSEPresentVoltage).toEqual({ Multiplier: -1, Unit: 'V', Value: 3_472 });
    expect(charger.asked('PowerDeliveryRes', requests['PowerDeliveryReq(start)']).ResponseCode).toBe('OK');
  });

  test('R3: a voltage that was reached and has left its target by more than 20 V gives no power', () => {
    const charger = new Charger();
    charger.to('ChargeParameterDiscoveryReq').ask(requests.CableCheckReq);
    charger.ask(requests.CableCheckReq);
    charger.power = () => [];
    const limited = { voltage: false, current: false, power: false };
    const measured = (voltage: number) =>
      charger.feed({ kind: 'power', event: { kind: 'measured', at: charger.run.now, voltage, current: 0, limited } });
    charger.asked('PreChargeRes', preCharge(350));
    measured(350);
    charger.feed({ kind: 'power', event: { kind: 'preCharge.reached', voltage: 350 } });
    measured(370.1);
    expect(charger.asked('PowerDeliveryRes', requests['PowerDeliveryReq(start)']).ResponseCode).toBe('FAILED_PowerDeliveryNotApplied');
  });

  describe('R3: a car that asks for power when the voltage is there, and not yet sure to stay', () => {
    const early = (profile = chargerProfiles.default) => {
      const charger = new Charger(configOf(profile)).to('ChargeParameterDiscoveryReq');
      for (const _ of [1, 2]) charger.ask(requests.CableCheckReq);
      charger.power = () => [];
      charger.ask(preCharge(350));
      charger.wait(1_000);
      const limited = { voltage: false, current: false, power: false };
      charger.feed({ kind: 'power', event: { kind: 'measured', at: charger.run.now, voltage: 341, current: 0, limited } });
      expect(charger.ask(requests['PowerDeliveryReq(start)'])).toEqual([]);
      return charger;
    };
    const answered = (charger: Charger) => {
      const { message: sent } = charger.outputs('send').at(-1) as { message: DinMessage };
      const { ResponseCode, DC_EVSEStatus } = sent.V2G_Message.Body.PowerDeliveryRes ?? {};
      return [charger.when('send').at(-1), ResponseCode, DC_EVSEStatus?.EVSEStatusCode];
    };

    test('gets its answer once the power path is', () => {
      const charger = early();
      const asked = charger.run.now;
      charger.wait(200).feed({ kind: 'power', event: { kind: 'preCharge.reached', voltage: 348 } });
      expect(answered(charger)).toEqual([asked + 200, 'OK', 'EVSE_Ready']);
      expect([charger.phase, charger.powers.at(-1)]).toEqual(['PowerDelivery', { kind: 'powerDelivery' }]);
    });

    test('is refused after a second, with what is known then', () => {
      const charger = early();
      const asked = charger.run.now;
      charger.wait(500).feed({ kind: 'power', event: { kind: 'fault', why: 'supply-fault' } });
      charger.wait(1_000);
      expect(answered(charger)).toEqual([asked + 1_000, 'FAILED', 'EVSE_Malfunction']);
      charger.feed({ kind: 'power', event: { kind: 'preCharge.reached', voltage: 348 } });
      expect(charger.powers).not.toContainEqual({ kind: 'powerDelivery' });
    });

    test('is refused at once when it does not wait', () => {
      const charger = early();
      const [refusal, next] = charger.ask(preCharge(350)).map(({ V2G_Message: { Body } }) => Body);
      expect(refusal?.PowerDeliveryRes?.ResponseCode).toBe('FAILED_PowerDeliveryNotApplied');
      expect(next?.PreChargeRes?.ResponseCode).toBe('OK');
    });

    test('waits no longer than the profile takes anyway', () => {
      const charger = early({ ...chargerProfiles.default, delay: { PowerDeliveryReq: ms(900) } });
      const asked = charger.run.now;
      charger.wait(200).feed({ kind: 'power', event: { kind: 'preCharge.reached', voltage: 348 } });
      charger.wait(2_000);
      expect(answered(charger)).toEqual([asked + 900, 'OK', 'EVSE_Ready']);
    });
  });

  test('R4: CurrentDemandRes has voltage, current and limits as measured last, and stale measurements are told', () => {
    const charger = new Charger().to('PowerDeliveryReq(start)');
    charger.power = () => [];
    const limited = { voltage: false, current: true, power: true };
    charger.feed({ kind: 'power', event: { kind: 'measured', at: charger.run.now, voltage: 361.4, current: 87.6, limited } });
    expect(charger.asked('CurrentDemandRes', demand(360, 100))).toMatchObject({
      EVSEPresentVoltage: { Multiplier: -1, Value: 3_614 },
      EVSEPresentCurrent: { Multiplier: -1, Value: 876 },
      EVSECurrentLimitAchieved: true,
      EVSEVoltageLimitAchieved: false,
      EVSEPowerLimitAchieved: true,
    });
    charger.feed({ kind: 'power', event: { kind: 'warning', what: 'measurement-stale' } });
    expect(charger.warnings).toEqual(['measurement-stale']);
  });
});

test('R5: a car without current is counted down, and stopped in order before it gives up', () => {
  const charger = new Charger().to('PowerDeliveryReq(start)');
  charger.power = () => [];
  const loop = (seconds: number) => {
    for (let i = 0; i < seconds * 2; i++) {
      charger.ask(demand(360, 100));
      charger.wait(500);
    }
  };
  const since = charger.run.now;
  loop(539);
  expect(charger.outputs('starved')).toEqual([{ kind: 'starved', since, givesUp: since + 600_000 }]);
  expect(charger.when('starved')).toEqual([since + 5_000]);
  expect(charger.asked('CurrentDemandRes', demand(360, 100)).DC_EVSEStatus.EVSEStatusCode).toBe('EVSE_Ready');
  loop(2);
  expect(charger.asked('CurrentDemandRes', demand(360, 100)).DC_EVSEStatus).toMatchObject({
    EVSEStatusCode: 'EVSE_Shutdown',
    EVSENotification: 'StopCharging',
  });
  charger.ask(requests['PowerDeliveryReq(stop)']);
  charger.ask(requests.SessionStopReq);
  charger.feed({ kind: 'tcp.closed', connection: 1 });
  expect(charger.end).toMatchObject({ reason: 'no-current', by: 'evse' });
});

describe('R7: targets', () => {
  test('R7: of every request are passed on, also when the car corrects itself', () => {
    const charger = new Charger().to('PreChargeReq');
    charger.power = () => [];
    charger.ask(preCharge(370));
    expect(charger.powers.slice(-2)).toEqual([{ kind: 'preCharge', voltage: 350 }, { kind: 'preCharge', voltage: 370 }]);
    expect(charger.asked('PowerDeliveryRes', requests['PowerDeliveryReq(start)']).ResponseCode).toBe('OK'); // 20 V away
    const other = new Charger().to('PreChargeReq');
    other.power = () => [];
    other.ask(preCharge(371));
    expect(other.asked('PowerDeliveryRes', requests['PowerDeliveryReq(start)']).ResponseCode).toBe('FAILED_PowerDeliveryNotApplied');
  });

  test('R7: that are none to set are told as such', () => {
    const charger = new Charger().to('CableCheckReq');
    charger.power = ({ kind }) => (kind === 'preCharge' ? [{ kind: 'refused', request: 'preCharge' }] : []);
    expect(charger.asked('PreChargeRes', preCharge(0)).ResponseCode).toBe('OK');
    expect(charger.outputs('warning')).toEqual([{ kind: 'warning', what: 'implausible-target', detail: '0 V' }]);
  });
});

describe('R8: the schedule', () => {
  test('R8: is one whole tuple with the real power, once the parameters are Finished', () => {
    const charger = new Charger().to('ContractAuthenticationReq');
    const { SAScheduleList } = charger.asked('ChargeParameterDiscoveryRes', requests.ChargeParameterDiscoveryReq);
    const interval = { RelativeTimeInterval: { start: 0, duration: 86_400 }, PMax: 32_767 };
    expect(SAScheduleList?.SAScheduleTuple).toEqual([
      { SAScheduleTupleID: 1, PMaxSchedule: { PMaxScheduleID: 1, PMaxScheduleEntry: [interval] } },
    ]);
    const small = new Charger(configOf(chargerProfiles.default, { limits: { ...limits, maxPower: 11_000 } })).to('ContractAuthenticationReq');
    const answer = small.asked('ChargeParameterDiscoveryRes', requests.ChargeParameterDiscoveryReq);
    expect(answer.SAScheduleList?.SAScheduleTuple[0]?.PMaxSchedule.PMaxScheduleEntry[0]?.PMax).toBe(11_000);
  });
});

describe('R9: supportedAppProtocol', () => {
  const offer = (...AppProtocol: ReturnType<typeof din>[]) => {
    const charger = new Charger().connect();
    charger.feed({ kind: 'message', message: { supportedAppProtocolReq: { AppProtocol } } });
    return { charger, answer: charger.outputs('send')[0]?.message };
  };
  const tesla = { ...din(0, 7, 1, 2), ProtocolNamespace: 'urn:tesla:din:2018:MsgDef' };

  test('R9: the best priority among what we know; unknown namespaces do no harm', () => {
    const OK = 'OK_SuccessfulNegotiation';
    expect(offer(din(2, 0, 2, 1), tesla).answer).toEqual({ supportedAppProtocolRes: { ResponseCode: OK, SchemaID: 1 } });
    expect(offer(din(2, 0, 3, 7), din(2, 0, 2, 9)).answer).toEqual({ supportedAppProtocolRes: { ResponseCode: OK, SchemaID: 9 } });
  });

  test('R9: another minor version is accepted, and said to be', () => {
    const ResponseCode = 'OK_SuccessfulNegotiationWithMinorDeviation';
    expect(offer(din(2, 3)).answer).toEqual({ supportedAppProtocolRes: { ResponseCode, SchemaID: 1 } });
  });

  test('R9: none known is Failed_NoNegotiation, then the connection is closed', () => {
    const { charger, answer } = offer(tesla, din(1));
    expect(answer).toEqual({ supportedAppProtocolRes: { ResponseCode: 'Failed_NoNegotiation' } });
    charger.wait(5_000);
    expect([charger.when('tcp.finish'), charger.when('tcp.close')]).toEqual([[2_000], [5_000]]);
    expect(charger.end).toMatchObject({ reason: 'no-negotiation', by: 'ev' });
  });
});

describe('R10: ids', () => {
  test('R10: the EVSEID is always there, the session id has eight bytes and is never zero', () => {
    const charger = new Charger().to('Negotiated');
    expect(charger.asked('SessionSetupRes', requests.SessionSetupReq)).toEqual({
      ResponseCode: 'OK_NewSessionEstablished',
      EVSEID: '5A5A3030303030',
    });
    expect(charger.id).toBe('1122334455667788');
    const zero = new Charger();
    zero.feed({ kind: 'link.up', entropy: '0000000000000000' }).feed({ kind: 'tcp.connected', connection: 1 });
    expect(zero.id).toBe('0000000000000001');
  });

  test('R10: a profile may imitate a charger whose ids have no bytes, and its car is known by that', () => {
    const charger = new Charger(configOf({ ...chargerProfiles.default, sessionId: { prefix: '', random: 0 } })).to('SessionSetupReq');
    expect(charger.id).toBe('');
    expect(charger.asked('ServiceDiscoveryRes', requests.ServiceDiscoveryReq, '').ResponseCode).toBe('OK');
  });

  test.each(['', '00', '06EF0071', '0000000000000000', 'FFFFFFFFFFFFFFFF'])('R10: a car may ask with the id "%s"', (id) => {
    const charger = new Charger().to('Negotiated');
    expect(charger.asked('SessionSetupRes', requests.SessionSetupReq, id).ResponseCode).toBe('OK_NewSessionEstablished');
  });

  test('R10: ids are bytes: 00 is not sixteen zeros, and lower case is the same', () => {
    const charger = new Charger().to('Negotiated');
    charger.feed({ kind: 'message', message: message(requests.SessionSetupReq, '') });
    expect(charger.asked('ServiceDiscoveryRes', requests.ServiceDiscoveryReq, '112233445566778800').ResponseCode).toBe('FAILED_UnknownSession');
    expect(charger.asked('ServiceDiscoveryRes', requests.ServiceDiscoveryReq, '1122334455667788').ResponseCode).toBe('OK');
  });
});

describe('R14: budgets', () => {
  test('R14: without a profile that waits, every answer comes at the instant of its request', () => {
    const charger = new Charger().to('SessionStopReq');
    expect(new Set(charger.when('send'))).toEqual(new Set([0]));
  });

  test.each(Object.values(chargerProfiles))('R14: the delays of $name stay within the budget', ({ delay }) => {
    for (const [request, wait] of Object.entries(delay)) {
      const budget = responseBudget[request as keyof typeof responseBudget] ?? responseBudget.other;
      expect(wait, request).toBeLessThan(budget);
    }
    expect(ms(250)).toBe(responseBudget.CurrentDemandReq);
  });

  test('R14: a profile that waits answers late, and a request that does not wait gets the answer owed first', () => {
    const charger = new Charger(configOf(chargerProfiles.compleo));
    charger.connect().feed({ kind: 'message', message: { supportedAppProtocolReq: { AppProtocol: [din()] } } });
    charger.wait(113);
    expect(charger.when('send')).toEqual([113]);
    expect(charger.ask(requests.SessionSetupReq)).toEqual([]);
    charger.wait(10);
    const [owed] = charger.ask(requests.ServiceDiscoveryReq);
    expect(owed?.V2G_Message.Body.SessionSetupRes?.ResponseCode).toBe('OK_NewSessionEstablished');
    charger.wait(113);
    expect(charger.when('send')).toEqual([113, 123, 236]);
  });
});

test('R21: TLS that we do not have is answered with TCP, and recorded once', () => {
  const charger = new Charger();
  charger.feed({ kind: 'link.up', entropy: '1122334455667788' });
  const ask = (security: number) => charger.feed({ kind: 'sdp', security, transport: sdpTransport.tcp });
  ask(sdpSecurity.tls);
  ask(sdpSecurity.tls);
  ask(sdpSecurity.none);
  const address = { kind: 'sdp', ip: 'fe80::1', port: 55_000, security: sdpSecurity.none, transport: sdpTransport.tcp };
  expect(charger.run.log.map(({ output }) => output)).toEqual([
    address, { kind: 'warning', what: 'tls-declined' }, address, address,
  ]);
});
