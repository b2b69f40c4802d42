import type { DinBody } from '@pilotwire/v2g-messages';
import { sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { describe, expect, test } from 'vitest';
import { Car, quick, responses } from './car.js';
import { requests } from './requests.js';

// The rest of the car's table (evcc-order has what it waits for × what answers): the rounds that repeat, what no DC car that
// pays outside of V2G ever asked for, and every message where the car waits for none.

/** Responses of DIN 70121 to what this car never asks. */
const foreign = ['ServiceDetailRes', 'PaymentDetailsRes', 'ChargingStatusRes', 'MeteringReceiptRes', 'CertificateUpdateRes', 'CertificateInstallationRes'];
const foreignBodies = foreign.map((name) => ({ [name]: { ResponseCode: 'OK' } }) as unknown as DinBody);
const everyBody: readonly DinBody[] = [...Object.values(responses), ...foreignBodies, ...Object.values(requests), {}];

const waiting = [
  'supportedAppProtocolReq', 'SessionSetupReq', 'ServiceDiscoveryReq', 'ServicePaymentSelectionReq', 'ContractAuthenticationReq',
  'ChargeParameterDiscoveryReq', 'CableCheckReq', 'PreChargeReq', 'PowerDeliveryReq(start)', 'CurrentDemandReq', 'PowerDeliveryReq(stop)',
  'WeldingDetectionReq', 'SessionStopReq',
] as const;

test.each(waiting)('%s: no response that this car never asked for, and no empty body, answers it', (request) => {
  for (const body of [...foreignBodies, {}]) {
    const car = new Car().to(request).answer(body);
    expect([car.waits, car.warnings.at(-1)], JSON.stringify(body)).toEqual([request, 'unexpected-message']);
  }
});

test.each(['ContractAuthenticationReq', 'ChargeParameterDiscoveryReq', 'CableCheckReq'] as const)('%s: Ongoing is asked again, Finished goes on', (request) => {
  const key = request.replace('Req', 'Res') as 'CableCheckRes';
  const content = responses[key][key];
  const car = new Car().to(request);
  for (let round = 0; round < 5; round++) {
    const sent = car.outputs('send').length;
    car.answer({ [key]: { ...content, EVSEProcessing: 'Ongoing' } } as unknown as DinBody).wait(1_000);
    expect([car.waits, car.outputs('send').length]).toEqual([request, sent + 1]);
  }
  car.answer(responses[key]);
  expect(car.waits).not.toBe(request);
  expect(car.end).toBeUndefined();
});

/** Where no answer is due: how the car gets there, and whether it is in a dialogue, where a stray message is told. */
const elsewhere: readonly (readonly [name: string, place: () => Car, inDialogue: boolean])[] = [
  ['plugged in nowhere', () => new Car(), false],
  ['looking for a charger', () => new Car().feed({ kind: 'link.up' }), false],
  ['connecting', () => new Car().feed({ kind: 'link.up' }).feed({ kind: 'sdp', ip: 'fe80::1', port: 1, security: sdpSecurity.none, transport: sdpTransport.tcp }), false],
  ['thinking', () => new Car({ ...quick, think: { others: 50 as typeof quick.linkToSdp } }).connect().wait(50).negotiated(), true],
  ['waiting for its contactors', () => new Car().to('PreChargeReq').answer(responses.PreChargeRes), true],
  ['stopping, contactors still closed', () => new Car().to('CurrentDemandReq').feed({ kind: 'link.lost' }), false],
  ['stopping, plug still locked', () => new Car().to('CurrentDemandReq').feed({ kind: 'link.lost' }).wait(2_500), false],
  ['at the end', () => new Car().to('SessionStopReq').answer(responses.SessionStopRes), false],
];

describe('every message where none is due', () => {
  test.each(elsewhere)('%s: changes nothing', (_, place, inDialogue) => {
    for (const body of [...everyBody, 'handshake'] as const) {
      const car = place();
      const [{ at }, before] = [car.run.state, car.run.log.length];
      if (body === 'handshake') car.negotiated();
      else car.answer(body);
      const said = car.run.log.slice(before).map(({ output }) => output);
      expect([car.run.state.at, said.map(({ kind }) => kind)], JSON.stringify(body)).toEqual([at, inDialogue ? ['warning'] : []]);
      if (inDialogue) expect(car.warnings.at(-1)).toBe('unexpected-message');
    }
  });
});
