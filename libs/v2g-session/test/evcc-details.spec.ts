import { ms } from '@pilotwire/machine';
import { sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { describe, expect, test } from 'vitest';
import { carProfiles } from '../src/profiles/cars.js';
import { Car, quick, responses } from './car.js';

const none = { NotificationMaxDelay: 0, EVSENotification: 'None' } as const;

describe('what the car asks for', () => {
  test('is what its profile says: EVReady, the first current of PreCharge, the id of no session', () => {
    const profile = { ...carProfiles['polestar-2'], think: quick.think, linkToSdp: ms(0) };
    const car = new Car(profile).to('SessionSetupReq');
    expect(car.sent?.V2G_Message).toEqual({ Header: { SessionID: '00' }, Body: { SessionSetupReq: { EVCCID: '48C58DB1E43E' } } });
    const parameters = new Car(profile).to('ChargeParameterDiscoveryReq').sent?.V2G_Message.Body.ChargeParameterDiscoveryReq;
    expect(parameters?.DC_EVChargeParameter).toEqual({
      DC_EVStatus: { EVReady: false, EVErrorCode: 'NO_ERROR', EVRESSSOC: 42 },
      EVMaximumCurrentLimit: { Multiplier: -1, Unit: 'A', Value: 3_750 },
      EVMaximumVoltageLimit: { Multiplier: -1, Unit: 'V', Value: 4_700 },
      EVEnergyCapacity: { Multiplier: 1, Unit: 'Wh', Value: 7_850 },
      EVEnergyRequest: { Multiplier: 0, Unit: 'Wh', Value: 17_800 },
      FullSOC: 100,
      BulkSOC: 80,
    });
    const charging = new Car(profile).to('PreChargeReq');
    const current = () => charging.sent?.V2G_Message.Body.PreChargeReq?.EVTargetCurrent.Value;
    const first = current();
    charging.answer({ PreChargeRes: { ...responses.PreChargeRes.PreChargeRes, EVSEPresentVoltage: { Multiplier: 0, Value: 100 } } });
    expect([first, current()]).toEqual([0, 10]);
    expect(charging.sent?.V2G_Message.Body.PreChargeReq?.DC_EVStatus.EVReady).toBe(true);
  });

  test('is the battery’s wish of the moment', () => {
    const car = new Car({ ...quick, think: { others: ms(100) } }).connect().wait(100).negotiated().wait(100);
    while (car.waits !== 'CurrentDemandReq') {
      car.answer(responses[car.waits?.replace(/Req.*/, 'Res') as 'CableCheckRes']).obey().wait(100);
    }
    car.answer(responses.CurrentDemandRes).wait(50).feed({ kind: 'vehicle', vehicle: { ...car.run.state.vehicle, targetCurrent: 33.3, soc: 77.9 } }).wait(50);
    expect(car.sent?.V2G_Message.Body.CurrentDemandReq).toMatchObject({ EVTargetCurrent: { Multiplier: -1, Value: 333 }, DC_EVStatus: { EVRESSSOC: 77 } });
  });
});

describe('how a session ends', () => {
  test('a charger that wants a contract, or gives no direct current', () => {
    const { ServiceDiscoveryRes } = responses.ServiceDiscoveryRes;
    const contract = new Car().to('ServiceDiscoveryReq').answer({ ServiceDiscoveryRes: { ...ServiceDiscoveryRes, PaymentOptions: { PaymentOption: ['Contract'] } } });
    expect(contract.answer(responses.SessionStopRes).end?.reason).toBe('no-payment-option');
    const ChargeService = { ...ServiceDiscoveryRes.ChargeService, EnergyTransferType: 'AC_three_phase_core' } as const;
    const alternating = new Car().to('ServiceDiscoveryReq').answer({ ServiceDiscoveryRes: { ...ServiceDiscoveryRes, ChargeService } });
    expect(alternating.answer(responses.SessionStopRes).end).toMatchObject({ reason: 'wrong-energy-transfer', detail: 'AC_three_phase_core' });
  });

  test('FAILED beside an emergency: the emergency is the reason', () => {
    const car = new Car().to('CurrentDemandReq');
    const DC_EVSEStatus = { EVSEStatusCode: 'EVSE_EmergencyShutdown', ...none } as const;
    car.answer({ CurrentDemandRes: { ...responses.CurrentDemandRes.CurrentDemandRes, ResponseCode: 'FAILED', DC_EVSEStatus } }).wait(3_000);
    expect(car.end).toMatchObject({ reason: 'charger-emergency', phase: 'PowerDelivery', detail: 'CurrentDemandReq: FAILED' });
  });

  test('a connection closed instead of SessionStopRes is the end in order', () => {
    const car = new Car().to('SessionStopReq').feed({ kind: 'tcp.closed' });
    expect(car.end).toMatchObject({ reason: 'user-stop' });
  });

  test('a reason to stop stands, whatever breaks on the way out', () => {
    const car = new Car().to('CurrentDemandReq').feed({ kind: 'stop' }).feed({ kind: 'link.lost' }).wait(3_000);
    expect(car.end).toMatchObject({ reason: 'user-stop', phase: 'PowerDelivery' });
  });

  test('a fault of the car is told to the charger', () => {
    const car = new Car().to('CurrentDemandReq').feed({ kind: 'fault', code: 'FAILED_RESSTemperatureInhibit' }).answer(responses.CurrentDemandRes);
    const request = car.sent?.V2G_Message.Body.PowerDeliveryReq;
    expect([request?.ReadyToChargeState, request?.DC_EVPowerDeliveryParameter?.DC_EVStatus.EVErrorCode]).toEqual([false, 'FAILED_RESSTemperatureInhibit']);
    car.answer(responses.PowerDeliveryRes).answer(responses.SessionStopRes);
    expect(car.end).toMatchObject({ reason: 'vehicle-fault', detail: 'FAILED_RESSTemperatureInhibit' });
  });

  test('SessionStop is not said before there is a session', () => {
    const car = new Car().to('SessionSetupReq').wait(5_000);
    expect([car.end?.reason, car.asked]).toEqual(['message-timeout', 'SessionSetupReq']);
  });

  test('a full battery ends the charge: completed', () => {
    const car = new Car().to('CurrentDemandReq');
    car.feed({ kind: 'vehicle', vehicle: { ...car.run.state.vehicle, complete: true } }).answer(responses.CurrentDemandRes);
    car.answer(responses.PowerDeliveryRes).obey().answer(responses.WeldingDetectionRes).answer(responses.SessionStopRes);
    expect(car.end).toEqual({ reason: 'completed', by: 'ev', phase: 'SessionStop' });
    expect(car.run.log.slice(-4).map(({ output }) => output.kind)).toEqual(['tcp.close', 'imd', 'lock', 'end']);
  });
});

describe('patience', () => {
  test('is counted anew for each kind of Ongoing', () => {
    const car = new Car({ ...quick, think: { others: ms(1_000) } }).connect().wait(1_000).negotiated().wait(1_000);
    const ongoing = (rounds: number) => {
      for (let i = 0; i < rounds; i++) {
        const key = car.waits?.replace(/Req$/, 'Res') as 'CableCheckRes';
        const [content] = Object.values(responses[key]);
        car.answer({ [key]: { ...content, EVSEProcessing: 'Ongoing' } } as never).wait(1_000);
      }
    };
    for (let i = 0; i < 3; i++) car.answer(responses[car.waits?.replace(/Req$/, 'Res') as 'SessionSetupRes']).wait(1_000);
    ongoing(100);
    car.answer(responses.ContractAuthenticationRes).wait(1_000);
    ongoing(55);
    car.answer(responses.ChargeParameterDiscoveryRes).wait(1_000);
    ongoing(55);
    expect(car.waits).toBe('CableCheckReq');
  });

  test('20 s to set up begin with the first SDP request', () => {
    const late = new Car({ ...carProfiles.default, linkToSdp: ms(10_000), timeouts: { others: ms(60_000) } });
    late.feed({ kind: 'link.up' }).wait(10_000).feed({ kind: 'sdp', ip: 'fe80::1', port: 1, security: sdpSecurity.none, transport: sdpTransport.tcp });
    late.feed({ kind: 'tcp.connected' }).wait(30_000);
    expect(late.end?.reason).toBe('communication-setup-timeout');
    expect(late.when('pilot')).toEqual([30_000]);
  });

  test('a charger that has only TLS is none for this car', () => {
    const car = new Car().feed({ kind: 'link.up' }).wait(0).feed({ kind: 'sdp', ip: 'fe80::1', port: 1, security: sdpSecurity.tls, transport: 0 });
    expect([car.outputs('tcp.connect'), car.warnings]).toEqual([[], ['tls-only']]);
    expect(car.wait(20_000).end?.reason).toBe('no-sdp-response');
  });
});
