import { sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { ms } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { carProfiles } from '../src/profiles/cars.js';
import { Car, quick, responses, vehicle } from './car.js';
import type { ResponseKey } from './car.js';

const sdp = { kind: 'sdp', ip: 'fe80::1', port: 51_111, security: sdpSecurity.none, transport: sdpTransport.tcp } as const;
const none = { NotificationMaxDelay: 0, EVSENotification: 'None' } as const;

describe('finding the charger', () => {
  test('SDP is asked every 250 ms, fifty times', () => {
    const car = new Car().feed({ kind: 'link.up' }).wait(60_000);
    expect(car.when('sdp')).toEqual(Array.from({ length: 50 }, (_, i) => i * 250));
    expect([car.end, car.when('end')]).toEqual([{ reason: 'no-sdp-response', by: 'evse', phase: 'Linked' }, [12_500]]);
  });

  test('an Audi Q4 asks for TLS first, then without', () => {
    const car = new Car(carProfiles['audi-q4']).feed({ kind: 'link.up' }).wait(3_275 + 12_500);
    expect(car.outputs('sdp').map(({ security }) => security)).toEqual([...Array<number>(50).fill(0x00), 0x10]);
    expect(car.feed(sdp).outputs('tcp.connect')).toEqual([{ kind: 'tcp.connect', ip: 'fe80::1', port: 51_111 }]);
  });

  test('only the port that SDP names is connected to, and tried again for at least 3 s', () => {
    const car = new Car().feed({ kind: 'link.up' }).wait(0).feed(sdp);
    for (let i = 0; i < 40; i++) car.feed({ kind: 'tcp.failed' }).wait(100);
    expect(car.outputs('tcp.connect')).toHaveLength(41);
    expect(new Set(car.outputs('tcp.connect').map(({ port }) => port))).toEqual(new Set([51_111]));
    expect(car.feed({ kind: 'tcp.connected' }).outputs('send')).toHaveLength(1);
    expect(new Car().feed({ kind: 'link.up' }).wait(0).feed(sdp).wait(6_000).end?.reason).toBe('no-connection');
  });

  test('a connection lost before the handshake is made again; an SDP answer that comes later is left', () => {
    const car = new Car().connect().feed({ kind: 'tcp.closed' }).wait(100);
    expect(car.outputs('tcp.connect')).toHaveLength(2);
    car.feed({ kind: 'tcp.connected' }).negotiated().feed({ ...sdp, port: 9 });
    expect([car.waits, car.outputs('tcp.connect').length]).toEqual(['SessionSetupReq', 2]);
  });

  test('20 s from the first question to SessionSetupRes', () => {
    const patient = { ...quick, timeouts: { others: ms(60_000) } };
    const car = new Car(patient).to('SessionSetupReq').wait(30_000);
    expect(car.end?.reason).toBe('communication-setup-timeout');
  });

  test.each([
    ['Failed_NoNegotiation', undefined, 'no-negotiation'],
    ['OK_SuccessfulNegotiation', 2, 'no-negotiation'], // the Tesla dialect, which we offer and do not speak
    ['OK_SuccessfulNegotiation', 9, 'no-negotiation'],
    ['OK_SuccessfulNegotiationWithMinorDeviation', 1, undefined],
  ] as const)('%s with SchemaID %s', (ResponseCode, SchemaID, reason) => {
    const car = new Car({ ...carProfiles['model-y'], think: quick.think }).feed({ kind: 'link.up' }).wait(500).feed(sdp).feed({ kind: 'tcp.connected' });
    car.feed({ kind: 'message', message: { supportedAppProtocolRes: { ResponseCode, ...(SchemaID && { SchemaID }) } } });
    expect(car.waits === 'SessionSetupReq' ? undefined : car.wait(3_000).end?.reason).toBe(reason);
  });
});

describe('what chargers do and a car must bear', () => {
  test.each(['', '00', '06EF0071', '000000003BC13513'])('the session id "%s" is echoed as it came', (id) => {
    const car = new Car().to('SessionSetupReq');
    car.answer({ SessionSetupRes: { ResponseCode: 'OK', EVSEID: '00' } }, id); // OK without "new session": ABB
    expect(car.sent?.V2G_Message.Header.SessionID).toBe(id);
    expect(car.waits).toBe('ServiceDiscoveryReq');
  });

  test('the service id is the charger’s', () => {
    const car = new Car().to('ServicePaymentSelectionReq');
    expect(car.sent?.V2G_Message.Body.ServicePaymentSelectionReq?.SelectedServiceList.SelectedService).toEqual([{ ServiceID: 4_660 }]);
  });

  test('parameters Finished with EVSE_NotReady', () => {
    const { DC_EVSEChargeParameter, ...rest } = responses.ChargeParameterDiscoveryRes.ChargeParameterDiscoveryRes;
    const DC_EVSEStatus = { EVSEIsolationStatus: 'Invalid', EVSEStatusCode: 'EVSE_NotReady', ...none } as const;
    const car = new Car().to('ChargeParameterDiscoveryReq');
    car.answer({ ChargeParameterDiscoveryRes: { ...rest, DC_EVSEChargeParameter: { ...DC_EVSEChargeParameter, DC_EVSEStatus } } });
    expect(car.waits).toBe('CableCheckReq');
    expect(car.run.log.slice(-3).map(({ output }) => output.kind)).toEqual(['lock', 'pilot', 'send']);
  });

  test.each([
    ['ContractAuthenticationReq', 'ContractAuthenticationRes', 119, 'authorization-timeout'],
    ['ChargeParameterDiscoveryReq', 'ChargeParameterDiscoveryRes', 59, 'parameters-timeout'],
    ['CableCheckReq', 'CableCheckRes', 59, 'cable-check-timeout'],
  ] as const)('%s Ongoing for %3$i s', (request, key, seconds, reason) => {
    const car = new Car({ ...quick, think: { others: ms(1_000) }, timeouts: { others: ms(10_000) } });
    car.connect().wait(1_000).negotiated().wait(1_000);
    while (car.waits !== request) car.answer(responses[car.waits?.replace(/Req.*/, 'Res') as ResponseKey]).wait(1_000);
    const [content] = Object.values(responses[key]);
    const ongoing = { [key]: { ...content, EVSEProcessing: 'Ongoing' } } as never;
    for (let i = 0; i <= seconds; i++) {
      expect(car.waits).toBe(request);
      car.answer(ongoing).wait(1_000);
    }
    car.answer(ongoing).wait(1_000);
    expect(car.waits).toBe('SessionStopReq');
    expect(car.answer(responses.SessionStopRes).end?.reason).toBe(reason);
  });

  test('PowerDeliveryRes after 5.9 s', () => {
    const car = new Car().to('PowerDeliveryReq(start)').wait(5_900).answer(responses.PowerDeliveryRes);
    expect(car.waits).toBe('CurrentDemandReq');
  });

  test('no answer to WeldingDetection: SessionStop after a second', () => {
    expect(new Car().to('WeldingDetectionReq').wait(1_000).waits).toBe('SessionStopReq');
  });

  test('a voltage that does not fall: welding detection ends by time', () => {
    const high = { WeldingDetectionRes: { ...responses.WeldingDetectionRes.WeldingDetectionRes, EVSEPresentVoltage: { Multiplier: 0, Value: 360 } } } as const;
    const car = new Car().to('WeldingDetectionReq');
    for (let i = 0; i < 4; i++) {
      expect(car.waits).toBe('WeldingDetectionReq');
      car.wait(500).answer(high);
    }
    expect(car.waits).toBe('SessionStopReq');
  });

  test('CurrentDemandReq has the maxima, and the voltage limit is above the battery', () => {
    const { EVMaximumVoltageLimit, EVMaximumCurrentLimit } = new Car().to('CurrentDemandReq').sent?.V2G_Message.Body.CurrentDemandReq ?? {};
    expect([EVMaximumVoltageLimit?.Value, EVMaximumCurrentLimit?.Value]).toEqual([4_200, 2_500]);
  });

  test('a doubled answer, or one too late, is left', () => {
    const car = new Car().to('CableCheckReq').answer(responses.ChargeParameterDiscoveryRes);
    expect([car.waits, car.warnings]).toEqual(['CableCheckReq', ['unexpected-message']]);
  });

  test('the isolation monitor of the car is off from PreCharge on', () => {
    const car = new Car().to('PreChargeReq');
    expect(car.outputs('imd')).toEqual([{ kind: 'imd', set: 'off' }]);
    expect(car.feed({ kind: 'link.lost' }).wait(5_000).outputs('imd')).toEqual([{ kind: 'imd', set: 'off' }, { kind: 'imd', set: 'on' }]);
  });
});

describe('what a car does not bear', () => {
  const statuses = [
    ['EVSE_Shutdown', 'stopped-by-charger'], ['EVSE_UtilityInterruptEvent', 'stopped-by-charger'],
    ['EVSE_EmergencyShutdown', 'charger-emergency'], ['EVSE_Malfunction', 'charger-malfunction'],
    ['Reserved_8', 'charger-malfunction'], ['Reserved_C', 'charger-malfunction'],
    ['EVSE_NotReady', undefined], ['EVSE_IsolationMonitoringActive', undefined],
  ] as const;
  const keys = [['CableCheckReq', 'CableCheckRes'], ['PreChargeReq', 'PreChargeRes'], ['CurrentDemandReq', 'CurrentDemandRes']] as const;
  test.each(keys.flatMap(([request, key]) => statuses.map(([code, reason]) => [request, key, code, reason] as const)))(
    '%s: the status %3$s', (request, key, EVSEStatusCode, reason) => {
      const car = new Car().to(request);
      const [content] = Object.values(responses[key]);
      car.answer({ [key]: { ...content, DC_EVSEStatus: { EVSEIsolationStatus: 'Valid', EVSEStatusCode, ...none } } } as never).obey();
      if (reason === undefined) {
        expect([car.run.state.at, car.waits]).not.toContain('SessionStopReq');
        expect(car.run.state.at).toBe('dialogue');
        return;
      }
      for (let i = 0; i < 4; i++) {
        if (car.waits) car.answer(responses[car.waits.replace(/Req.*/, 'Res') as ResponseKey]);
      }
      expect(car.wait(5_000).end).toMatchObject({ reason, by: 'evse' });
    });

  test('an emergency: pilot B, contactors after 2 s, the plug after 1 more', () => {
    const car = new Car().to('CurrentDemandReq').wait(100);
    const demanded = responses.CurrentDemandRes.CurrentDemandRes;
    car.answer({ CurrentDemandRes: { ...demanded, DC_EVSEStatus: { EVSEStatusCode: 'EVSE_EmergencyShutdown', ...none } } }).wait(5_000);
    const log = car.run.log.flatMap(({ at, output }) => ('set' in output && at >= 100 ? [`${at} ${output.kind} ${output.set}`] : []));
    expect(log).toEqual(['100 pilot B', '2100 contactors open', '3100 imd on', '3100 lock unlocked']);
  });

  test('a stop from the charger: PowerDelivery(stop), welding detection, SessionStop, as Polestar 2', () => {
    const car = new Car().to('CurrentDemandReq');
    const DC_EVSEStatus = { EVSEStatusCode: 'EVSE_Shutdown', NotificationMaxDelay: 10, EVSENotification: 'StopCharging' } as const;
    car.answer({ CurrentDemandRes: { ...responses.CurrentDemandRes.CurrentDemandRes, DC_EVSEStatus } });
    expect(car.sent?.V2G_Message.Body.PowerDeliveryReq?.ReadyToChargeState).toBe(false);
    car.answer(responses.PowerDeliveryRes).obey().answer(responses.WeldingDetectionRes).answer(responses.SessionStopRes);
    expect(car.end).toMatchObject({ reason: 'stopped-by-charger', phase: 'CurrentDemand' });
    const deaf = new Car({ ...quick, heeds: { status: false, notification: false } }).to('CurrentDemandReq');
    expect(deaf.answer({ CurrentDemandRes: { ...responses.CurrentDemandRes.CurrentDemandRes, DC_EVSEStatus } }).waits).toBe('CurrentDemandReq');
  });

  test('a voltage that is only reported: Polestar 2 and Model Y leave after 4 and 12 s, an Ioniq closes its contactors', () => {
    const outcome = (name: 'polestar-2' | 'model-y' | 'ioniq') => {
      const profile = carProfiles[name];
      const car = new Car({ ...profile, think: quick.think, linkToSdp: ms(0) }, { ...vehicle, inletVoltage: 0 }).to('PreChargeReq');
      const begin = car.run.now;
      while (car.waits === 'PreChargeReq') car.wait(100).answer(responses.PreChargeRes);
      return [car.waits ?? car.outputs('contactors').at(-1)?.set, car.run.now - begin];
    };
    expect([outcome('polestar-2'), outcome('model-y'), outcome('ioniq')]).toEqual([
      ['SessionStopReq', 4_100], ['SessionStopReq', 12_100], ['closed', 100],
    ]);
  });

  test('an Audi Q4 sulks for a minute over a cable check that is Finished but not Ready', () => {
    const car = new Car({ ...carProfiles['audi-q4'], think: quick.think, linkToSdp: ms(0), sdp: quick.sdp }).to('CableCheckReq');
    car.answer({ CableCheckRes: { ResponseCode: 'OK', EVSEProcessing: 'Finished', DC_EVSEStatus: { EVSEStatusCode: 'EVSE_NotReady', ...none } } });
    car.wait(59_499);
    expect(car.asked).toBe('CableCheckReq');
    expect(car.wait(1).sent?.V2G_Message.Body.PowerDeliveryReq?.ReadyToChargeState).toBe(false);
    car.answer(responses.PowerDeliveryRes).answer(responses.SessionStopRes);
    expect(car.end).toMatchObject({ reason: 'cable-check-refused', detail: 'EVSE_NotReady, isolation absent' });
  });

  test('an Ioniq without current says why after ten minutes, and skips welding detection', () => {
    const car = new Car({ ...carProfiles.ioniq, think: quick.think, linkToSdp: ms(0) }).to('CurrentDemandReq');
    const trickle = { CurrentDemandRes: { ...responses.CurrentDemandRes.CurrentDemandRes, EVSEPresentCurrent: { Multiplier: 0, Value: 10 } } } as const;
    let t = 0;
    for (; car.waits === 'CurrentDemandReq'; t += 100) car.answer(trickle).wait(100);
    expect(t).toBe(600_900);
    expect(car.sent?.V2G_Message.Body.PowerDeliveryReq?.DC_EVPowerDeliveryParameter?.DC_EVStatus.EVErrorCode).toBe('FAILED_ChargingCurrentdifferential');
    expect(car.answer(responses.PowerDeliveryRes).waits).toBe('SessionStopReq');
    expect(car.answer(responses.SessionStopRes).end?.reason).toBe('no-current');
  });

  test('garbage, three times', () => {
    const car = new Car().to('CableCheckReq');
    for (let i = 0; i < 3; i++) car.feed({ kind: 'garbage', why: 'undecodable', detail: 'truncated' });
    expect(car.wait(3_000).end).toMatchObject({ reason: 'undecodable' });
  });

  test('contactors that do not close', () => {
    const car = new Car().to('PreChargeReq').answer(responses.PreChargeRes).wait(5_000);
    expect(car.end).toMatchObject({ reason: 'contactor-fault' });
  });

  test.each(['link.lost', 'unplugged', 'tcp.closed'] as const)('%s: the safe order, without a word', (kind) => {
    const car = new Car().to('CurrentDemandReq');
    const sent = car.outputs('send').length;
    car.feed({ kind }).wait(3_000);
    expect(car.outputs('send')).toHaveLength(sent);
    expect(car.end?.reason).toBe({ 'link.lost': 'link-lost', unplugged: 'unplugged', 'tcp.closed': 'connection-closed' }[kind]);
  });
});
