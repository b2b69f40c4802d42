import { describe, expect, test } from 'vitest';
import { chargerProfiles } from '../src/profiles/chargers.js';
import { Charger, configOf } from './charger.js';
import { handshake, requests } from './requests.js';

describe('R11: what cannot be answered', () => {
  test('R11: undecodable messages are told, and the third ends the connection', () => {
    const charger = new Charger().to('ServiceDiscoveryReq');
    const garbage = { kind: 'garbage', why: 'undecodable', detail: 'truncated' } as const;
    charger.feed(garbage).feed(garbage);
    expect(charger.asked('ServicePaymentSelectionRes', requests.ServicePaymentSelectionReq).ResponseCode).toBe('OK');
    expect([charger.warnings, charger.outputs('tcp.close')]).toEqual([['garbage', 'garbage'], []]);
    charger.feed(garbage);
    expect(charger.outputs('tcp.close')).toEqual([{ kind: 'tcp.close', connection: 1 }]);
    expect(charger.end).toMatchObject({ reason: 'undecodable', by: 'ev', phase: 'ServicePaymentSelection' });
  });
});

describe('R12: a stop from the charger', () => {
  test('R12: is in every answer that has a status, and the car may end in order', () => {
    const charger = new Charger(configOf(chargerProfiles.alpitronic)).connect();
    const asked = (key: keyof typeof requests) => {
      charger.ask(requests[key]);
      charger.wait(1_000);
      return charger.outputs('send').at(-1)?.message;
    };
    charger.feed({ kind: 'message', message: handshake }).feed({ kind: 'authorization', result: 'accepted' });
    charger.wait(100);
    for (const key of ['SessionSetupReq', 'ServiceDiscoveryReq', 'ServicePaymentSelectionReq', 'ContractAuthenticationReq'] as const) asked(key);
    for (let i = 0; i < 7; i++) asked('ChargeParameterDiscoveryReq');
    for (let i = 0; i < 14; i++) asked('CableCheckReq');
    for (const key of ['PreChargeReq', 'PowerDeliveryReq(start)', 'CurrentDemandReq'] as const) asked(key);
    charger.feed({ kind: 'stop', by: 'operator' });
    const DC_EVSEStatus = {
      EVSEIsolationStatus: 'Valid', EVSEStatusCode: 'EVSE_Shutdown', NotificationMaxDelay: 10, EVSENotification: 'StopCharging',
    };
    const wanted = { V2G_Message: { Body: {} } };
    for (const key of ['CurrentDemandReq', 'PowerDeliveryReq(stop)', 'WeldingDetectionReq'] as const) {
      const name = key.replace(/Req.*/, 'Res');
      expect(asked(key)).toMatchObject({ ...wanted, V2G_Message: { Body: { [name]: { ResponseCode: 'OK', DC_EVSEStatus } } } });
    }
    asked('SessionStopReq');
    charger.feed({ kind: 'tcp.closed', connection: 1 });
    expect(charger.end).toMatchObject({ reason: 'operator-stop', by: 'person' });
  });

  test('R12: that the car ignores: no power after 5 s, FAILED after 10, the connection closed after 20', () => {
    const charger = new Charger().to('CurrentDemandReq');
    charger.feed({ kind: 'stop', by: 'operator' });
    const codes: [number, string][] = [];
    for (let t = 0; t < 20_000; t += 500) {
      codes.push([t, charger.asked('CurrentDemandRes', requests.CurrentDemandReq).ResponseCode]);
      charger.wait(500);
    }
    const demands = charger.run.log.filter(({ output }) => output.kind === 'power' && output.request.kind === 'demand');
    expect(Math.max(...demands.map(({ at }) => at))).toBe(4_500);
    expect(charger.run.log.filter(({ output }) => output.kind === 'power' && output.request.kind === 'stop').map(({ at }) => at)).toEqual([5_000]);
    expect(codes.find(([, code]) => code === 'FAILED')?.[0]).toBe(10_000);
    expect(charger.when('tcp.close')).toEqual([20_000]);
    expect(charger.powers.at(-1)).toEqual({ kind: 'release' });
    expect(charger.end).toMatchObject({ reason: 'operator-stop', phase: 'CurrentDemand' });
  });

  test('R19: the pressed latch button is a wish to stop, before the car ends the current', () => {
    const charger = new Charger().to('CurrentDemandReq').feed({ kind: 'stop', by: 'latch' });
    expect(charger.asked('CurrentDemandRes', requests.CurrentDemandReq).DC_EVSEStatus.EVSENotification).toBe('StopCharging');
    charger.ask(requests['PowerDeliveryReq(stop)']);
    charger.ask(requests.SessionStopReq);
    charger.feed({ kind: 'tcp.closed', connection: 1 });
    expect(charger.end).toMatchObject({ reason: 'latch-pressed', by: 'person' });
  });
});

describe('R13: the end of the connection', () => {
  test('R13: the car closes first; 5 % stay on the pilot until it is unplugged', () => {
    const charger = new Charger().to('SessionStopReq');
    charger.wait(1_000).feed({ kind: 'tcp.closed', connection: 1 });
    expect(charger.outputs('link')).toEqual([{ kind: 'link', request: 'terminate' }]);
    charger.wait(30_000);
    expect([charger.outputs('tcp.finish'), charger.outputs('tcp.close'), charger.outputs('pilot')]).toEqual([[], [], []]);
    charger.feed({ kind: 'pilot', level: 'A' });
    expect(charger.outputs('pilot')).toEqual([{ kind: 'pilot', set: 'X1' }]);
    expect(charger.end).toEqual({ reason: 'completed', by: 'ev', phase: 'SessionStop' });
  });

  test('R13: a car that does not close is told after 2 s, and left after 3 more', () => {
    const charger = new Charger().to('SessionStopReq').wait(90_000);
    expect([charger.when('tcp.finish'), charger.when('tcp.close'), charger.when('pilot')]).toEqual([[2_000], [5_000], [65_000]]);
    expect(charger.outputs('end')).toHaveLength(1);
  });

  test.each(['CurrentDemandReq', 'SessionSetupReq', 'SessionStopReq'] as const)('R13: unplugged after %s, the outlet is free at once', (key) => {
    for (const input of [{ kind: 'pilot', level: 'A' }, { kind: 'link.lost' }] as const) {
      const charger = new Charger().to(key).feed(input);
      expect(charger.phase).toBe('ended');
      expect(charger.outputs('tcp.close')).toHaveLength(1);
      expect(charger.outputs('end')).toHaveLength(1);
      charger.feed({ kind: 'link.up', entropy: '8877665544332211' }).feed({ kind: 'tcp.connected', connection: 2 });
      expect([charger.phase, charger.id]).toEqual(['Connected', '8877665544332211']);
    }
  });
});

describe('R15: timers', () => {
  test('R15: 18 s from the link to SessionSetup, whatever happened before; then no connection is taken', () => {
    const silent = new Charger().feed({ kind: 'link.up', entropy: '1122334455667788' }).wait(17_999);
    expect(silent.end).toBeUndefined();
    silent.wait(1).feed({ kind: 'tcp.connected', connection: 3 });
    expect(silent.end).toEqual({ reason: 'communication-setup-timeout', by: 'ev', phase: 'Linked' });
    expect(silent.outputs('pilot')).toEqual([{ kind: 'pilot', set: 'X1' }]);
    expect(silent.outputs('tcp.refuse')).toEqual([{ kind: 'tcp.refuse', connection: 3 }]);

    const retrying = new Charger().connect();
    retrying.feed({ kind: 'message', message: handshake }).wait(5_000).feed({ kind: 'tcp.closed', connection: 1 });
    retrying.feed({ kind: 'tcp.connected', connection: 2 }).wait(13_000);
    expect(retrying.when('end')).toEqual([18_000]);
    expect(new Charger().to('SessionSetupReq').wait(20_000).end).toBeUndefined();
  });

  test('R15: 60 s from an answer to the next request; then the pilot goes off, and a new match may follow', () => {
    const charger = new Charger().to('CurrentDemandReq').wait(30_000);
    charger.ask(requests.CurrentDemandReq);
    charger.wait(60_000);
    expect(charger.when('end')).toEqual([90_000]);
    expect(charger.end).toMatchObject({ reason: 'sequence-timeout', phase: 'CurrentDemand' });
    expect(charger.powers.at(-1)).toEqual({ kind: 'release' });
    expect(charger.outputs('link')).toEqual([{ kind: 'link', request: 'error' }]);
    expect(charger.outputs('pilot')).toEqual([{ kind: 'pilot', set: 'X1' }]);
    expect(charger.to('SessionSetupReq').phase).toBe('SessionSetup');
  });

  test('R15: authorization is Ongoing for 300 s at most, and asked for once', () => {
    const charger = new Charger().connect().feed({ kind: 'message', message: handshake });
    for (const key of ['SessionSetupReq', 'ServiceDiscoveryReq', 'ServicePaymentSelectionReq'] as const) charger.ask(requests[key]);
    for (let t = 0; t < 300_000; t += 10_000) {
      expect(charger.asked('ContractAuthenticationRes', requests.ContractAuthenticationReq)).toEqual({ ResponseCode: 'OK', EVSEProcessing: 'Ongoing' });
      charger.wait(10_000);
    }
    expect(charger.outputs('authorize')).toEqual([{ kind: 'authorize', evccId: '0465650064C3' }]);
    expect(charger.asked('ContractAuthenticationRes', requests.ContractAuthenticationReq)).toEqual({ ResponseCode: 'FAILED', EVSEProcessing: 'Finished' });
    expect(charger.feed({ kind: 'tcp.closed', connection: 1 }).end).toMatchObject({ reason: 'authorization-timeout' });
  });

  const ongoing = [
    ['ChargeParameterDiscoveryReq', 55_000, 'parameters-timeout', true],
    ['CableCheckReq', 38_000, 'cable-check-timeout', false],
  ] as const;
  test.each(ongoing)('R15: %s is Ongoing for %i ms at most', (request, limit, reason, withoutLimits) => {
    const { limits: _, ...config } = configOf();
    const charger = new Charger(withoutLimits ? config : configOf());
    charger.power = () => [];
    charger.to(withoutLimits ? 'ContractAuthenticationReq' : 'ChargeParameterDiscoveryReq');
    const answer = () => Object.values(charger.ask(requests[request])[0]?.V2G_Message.Body ?? {})[0];
    for (let t = 0; t < limit; t += 1_000) {
      expect(answer()).toMatchObject({ ResponseCode: 'OK', EVSEProcessing: 'Ongoing' });
      charger.wait(1_000);
    }
    expect(answer()).toMatchObject({ ResponseCode: 'FAILED', EVSEProcessing: 'Finished' });
    charger.ask(requests.SessionStopReq);
    expect(charger.feed({ kind: 'tcp.closed', connection: 1 }).end).toMatchObject({ reason, by: 'evse' });
  });
});

describe('R18: the pilot beside the messages', () => {
  test('R18: state C late for the cable check is a warning, as is state B after PowerDelivery(stop)', () => {
    const charger = new Charger().to('PreChargeReq');
    charger.feed({ kind: 'power', event: { kind: 'warning', what: 'pilot-late' } });
    charger.ask(requests['PowerDeliveryReq(stop)']);
    charger.wait(1_499);
    expect(charger.warnings).toEqual(['state-c-late']);
    charger.wait(1);
    expect(charger.warnings).toEqual(['state-c-late', 'state-b-late']);
    expect(charger.asked('SessionStopRes', requests.SessionStopReq).ResponseCode).toBe('OK');
    const prompt = new Charger().to('PowerDeliveryReq(stop)').feed({ kind: 'pilot', level: 'B' }).wait(2_000);
    expect(prompt.warnings).toEqual([]);
  });

  test('R18: PowerDeliveryRes(stop) waits for the current to go, at most a second', () => {
    const waiting = (events: Parameters<Charger['power']>[0]['kind'][]) => {
      const charger = new Charger().to('CurrentDemandReq');
      const obey = charger.power;
      charger.power = (request) => (events.includes(request.kind) ? obey(request) : []);
      expect(charger.ask(requests['PowerDeliveryReq(stop)'])).toHaveLength(events.length);
      return charger.wait(1_500).when('send').at(-1);
    };
    expect([waiting([]), waiting(['stop'])]).toEqual([1_000, 0]);
  });
});

describe('an emergency', () => {
  test.each(['SessionSetupReq', 'CableCheckReq', 'CurrentDemandReq', 'PowerDeliveryReq(stop)'] as const)('after %s: power and pilot first, then the car is told', (key) => {
    const charger = new Charger().to(key).feed({ kind: 'emergency' }).feed({ kind: 'pilot', level: 'F' });
    expect(charger.run.log.slice(-2).map(({ output }) => output)).toEqual([
      { kind: 'power', request: { kind: 'emergency' } }, { kind: 'pilot', set: 'F' },
    ]);
    if (key === 'CurrentDemandReq') {
      expect(charger.asked('CurrentDemandRes', requests.CurrentDemandReq)).toMatchObject({
        ResponseCode: 'FAILED', DC_EVSEStatus: { EVSEStatusCode: 'EVSE_EmergencyShutdown' },
      });
    }
    charger.wait(5_000);
    expect(charger.end).toMatchObject({ reason: 'emergency-stop', by: 'person' });
    expect(charger.outputs('pilot')).toEqual([{ kind: 'pilot', set: 'F' }]);
  });

  test('power devices that are lost: as an emergency, but nobody has pressed anything', () => {
    const charger = new Charger().to('CurrentDemandReq').feed({ kind: 'emergency', lost: 'no word of the source for 500 ms' });
    expect(charger.powers.at(-1)).toEqual({ kind: 'emergency' });
    expect(charger.asked('CurrentDemandRes', requests.CurrentDemandReq)).toMatchObject({ ResponseCode: 'FAILED', DC_EVSEStatus: { EVSEStatusCode: 'EVSE_EmergencyShutdown' } });
    charger.wait(5_000);
    expect(charger.end).toMatchObject({ reason: 'power-lost', by: 'evse', detail: 'no word of the source for 500 ms' });
    expect(charger.outputs('pilot')).toEqual([{ kind: 'pilot', set: 'F' }]);
  });

  test('a fault of the power path: FAILED and Malfunction from then on', () => {
    const charger = new Charger().to('CurrentDemandReq').feed({ kind: 'power', event: { kind: 'fault', why: 'over-voltage' } });
    expect(charger.asked('CurrentDemandRes', requests.CurrentDemandReq)).toMatchObject({
      ResponseCode: 'FAILED', DC_EVSEStatus: { EVSEStatusCode: 'EVSE_Malfunction', EVSENotification: 'StopCharging' },
    });
    charger.ask(requests.SessionStopReq);
    charger.feed({ kind: 'tcp.closed', connection: 1 });
    expect(charger.end).toMatchObject({ reason: 'power-fault', by: 'evse', detail: 'over-voltage' });
  });
});

describe('what is refused', () => {
  const refused = [
    ['ServicePaymentSelectionReq', { ServicePaymentSelectionReq: { SelectedPaymentOption: 'Contract', SelectedServiceList: { SelectedService: [{ ServiceID: 1 }] } } }, 'FAILED_PaymentSelectionInvalid'],
    ['ServicePaymentSelectionReq', { ServicePaymentSelectionReq: { SelectedPaymentOption: 'ExternalPayment', SelectedServiceList: { SelectedService: [{ ServiceID: 1 }, { ServiceID: 2 }] } } }, 'FAILED_ServiceSelectionInvalid'],
    ['ChargeParameterDiscoveryReq', { ChargeParameterDiscoveryReq: { ...requests.ChargeParameterDiscoveryReq.ChargeParameterDiscoveryReq, EVRequestedEnergyTransferType: 'DC_core' } }, 'FAILED_WrongEnergyTransferType'],
    ['ChargeParameterDiscoveryReq', { ChargeParameterDiscoveryReq: { EVRequestedEnergyTransferType: 'DC_extended', AC_EVChargeParameter: { DepartureTime: 0, EAmount: { Multiplier: 0, Value: 1 }, EVMaxVoltage: { Multiplier: 0, Value: 1 }, EVMaxCurrent: { Multiplier: 0, Value: 1 }, EVMinCurrent: { Multiplier: 0, Value: 1 } } } }, 'FAILED_WrongChargeParameter'],
    ['PowerDeliveryReq(start)', { PowerDeliveryReq: { ReadyToChargeState: true, ChargingProfile: { SAScheduleTupleID: 9, ProfileEntry: [{ ChargingProfileEntryStart: 0, ChargingProfileEntryMaxPower: 1 }] } } }, 'FAILED_TariffSelectionInvalid'],
  ] as const;
  test.each(refused)('%s of another kind', (key, body, code) => {
    const before = { ServicePaymentSelectionReq: 'ServiceDiscoveryReq', ChargeParameterDiscoveryReq: 'ContractAuthenticationReq', 'PowerDeliveryReq(start)': 'PreChargeReq' } as const;
    const charger = new Charger().to(before[key]);
    const name = key.replace(/Req.*/, 'Res');
    expect(charger.ask(body)[0]?.V2G_Message.Body).toMatchObject({ [name]: { ResponseCode: code } });
    expect(charger.ask(requests[key])[0]?.V2G_Message.Body, 'may be asked again, rightly').toMatchObject({ [name]: { ResponseCode: 'OK' } });
  });

  test('a rejected authorization ends in FAILED', () => {
    const charger = new Charger().to('ServicePaymentSelectionReq').feed({ kind: 'authorization', result: 'rejected' });
    expect(charger.asked('ContractAuthenticationRes', requests.ContractAuthenticationReq).ResponseCode).toBe('FAILED');
    charger.feed({ kind: 'tcp.closed', connection: 1 });
    expect(charger.end).toMatchObject({ reason: 'authorization-rejected' });
  });

  test('a second TCP connection, at any time', () => {
    const charger = new Charger().to('CurrentDemandReq').feed({ kind: 'tcp.connected', connection: 2 });
    charger.feed({ kind: 'tcp.closed', connection: 2 });
    expect(charger.outputs('tcp.refuse')).toEqual([{ kind: 'tcp.refuse', connection: 2 }]);
    expect(charger.asked('CurrentDemandRes', requests.CurrentDemandReq).ResponseCode).toBe('OK');
  });
});
