import { din } from '@pilotwire/v2g-messages';
import { describe, expect, test } from 'vitest';
import type { EvRequest } from '../src/evcc/state.js';
import { Car, responses } from './car.js';
import type { ResponseKey } from './car.js';
import { requests } from './requests.js';

// For what the car waits, and what it makes of each response there: the request that follows, or . where the response
// answers nothing and is left. Written from the order that DIN SPEC 70121 gives the charger's side.
const columns = [
  'supportedAppProtocolRes', 'SessionSetupRes', 'ServiceDiscoveryRes', 'ServicePaymentSelectionRes', 'ContractAuthenticationRes',
  'ChargeParameterDiscoveryRes', 'CableCheckRes', 'PreChargeRes', 'PowerDeliveryRes', 'CurrentDemandRes',
  'WeldingDetectionRes', 'SessionStopRes',
] as const satisfies readonly (ResponseKey | 'supportedAppProtocolRes')[];

const order = `
waiting for the answer to    sap           setup            disc                    pay                     auth                        cpd           cable        pre                    power               demand           weld           end
supportedAppProtocolReq      SessionSetup  .                .                       .                       .                           .             .            .                      .                   .                .              .
SessionSetupReq              .             ServiceDiscovery .                       .                       .                           .             .            .                      .                   .                .              .
ServiceDiscoveryReq          .             .                ServicePaymentSelection .                       .                           .             .            .                      .                   .                .              .
ServicePaymentSelectionReq   .             .                .                       ContractAuthentication  .                           .             .            .                      .                   .                .              .
ContractAuthenticationReq    .             .                .                       .                       ChargeParameterDiscovery    .             .            .                      .                   .                .              .
ChargeParameterDiscoveryReq  .             .                .                       .                       .                           CableCheck    .            .                      .                   .                .              .
CableCheckReq                .             .                .                       .                       .                           .             PreCharge    .                      .                   .                .              .
PreChargeReq                 .             .                .                       .                       .                           .             .            PowerDelivery          .                   .                .              .
PowerDeliveryReq(start)      .             .                .                       .                       .                           .             .            .                      CurrentDemand       .                .              .
CurrentDemandReq             .             .                .                       .                       .                           .             .            .                      .                   CurrentDemand    .              .
PowerDeliveryReq(stop)       .             .                .                       .                       .                           .             .            .                      WeldingDetection    .                .              .
WeldingDetectionReq          .             .                .                       .                       .                           .             .            .                      .                   .                SessionStop    .
SessionStopReq               .             .                .                       .                       .                           .             .            .                      .                   .                .              over
`;

/** Good responses of every name; a handshake has no place in a DIN body. */
const give = (car: Car, key: (typeof columns)[number]): Car => (key === 'supportedAppProtocolRes' ? car.negotiated() : car.answer(responses[key]));

const rows = order.trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/));

describe('every request × every response', () => {
  test.each(rows)('%s', (request, ...cells) => {
    expect(cells).toHaveLength(columns.length);
    const next = columns.map((key) => {
      const car = new Car().to(request as EvRequest);
      const sent = car.outputs('send').length;
      give(car, key).obey();
      if (car.run.state.at === 'ended') return 'over';
      if (car.outputs('send').length > sent) {
        din.check(car.sent);
        return car.asked?.replace(/Req$/, '');
      }
      expect([car.waits, car.warnings.at(-1)]).toEqual([request, 'unexpected-message']);
      return '.';
    });
    expect(next).toEqual(cells);
  });

  test.each(rows.map(([request]) => request))('%s: a request is no answer', (request) => {
    for (const body of Object.values(requests)) {
      const car = new Car().to(request as EvRequest).answer(body);
      expect([car.waits, car.warnings.at(-1)]).toEqual([request, 'unexpected-message']);
    }
  });

  // A handshake that fails is `no-negotiation`: evcc-details.
  test.each(rows.slice(1).map(([request]) => request))('%s: FAILED ends the session, but not the way out', (request) => {
    const car = new Car().to(request as EvRequest);
    const key = (request as string).replace(/Req.*/, 'Res') as ResponseKey;
    const [content] = Object.values(responses[key]);
    car.answer({ [key]: { ...content, ResponseCode: 'FAILED', EVSEProcessing: 'Ongoing' } } as never).obey();
    const after: Record<string, string> = {
      'PowerDeliveryReq(stop)': 'WeldingDetectionReq', WeldingDetectionReq: 'SessionStopReq', SessionStopReq: 'ended',
    };
    expect(car.waits ?? car.run.state.at).toBe(after[request as string] ?? 'stopping');
    expect(car.warnings.includes('failed-response')).toBe((request as string) in after);
    car.wait(20_000);
    expect(car.end?.reason).toBe((request as string) in after ? 'user-stop' : 'failed-response');
  });

  const silence: Record<string, [reason: string, at: number]> = {
    'PowerDeliveryReq(stop)': ['user-stop', 9_000], WeldingDetectionReq: ['user-stop', 3_000], SessionStopReq: ['user-stop', 2_000],
    'PowerDeliveryReq(start)': ['message-timeout', 9_000], CurrentDemandReq: ['message-timeout', 3_250],
  };
  test.each(rows.map(([request]) => request as string))('%s: silence has its time limit', (request) => {
    const car = new Car().to(request as EvRequest).wait(30_000);
    const [reason, at] = silence[request] ?? ['message-timeout', 5_000];
    expect([car.end?.reason, car.when('end')]).toEqual([reason, [at]]);
  });
});
