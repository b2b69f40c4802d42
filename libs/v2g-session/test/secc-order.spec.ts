import { app, din } from '@pilotwire/v2g-messages';
import { describe, expect, test } from 'vitest';
import { nameOf } from '../src/din.js';
import type { DinPhase } from '../src/phases.js';
import { dinPhases } from '../src/phases.js';
import { chargerProfiles } from '../src/profiles/chargers.js';
import { Charger, configOf } from './charger.js';
import { handshake, requests } from './requests.js';
import type { RequestKey } from './requests.js';

// DIN SPEC 70121, as charging cars and chargers keep it, written out: o is answered OK, . with FAILED_SequenceError.
// After SessionSetup the two ways out, SessionStop and PowerDelivery(stop), are always granted.
const columns = [
  'SessionSetupReq', 'ServiceDiscoveryReq', 'ServiceDetailReq', 'ServicePaymentSelectionReq', 'PaymentDetailsReq',
  'ContractAuthenticationReq', 'ChargeParameterDiscoveryReq', 'CableCheckReq', 'PreChargeReq', 'PowerDeliveryReq(start)',
  'PowerDeliveryReq(stop)', 'CurrentDemandReq', 'WeldingDetectionReq', 'SessionStopReq', 'ChargingStatusReq',
  'MeteringReceiptReq', 'CertificateUpdateReq', 'CertificateInstallationReq',
] as const satisfies readonly RequestKey[];

const order = `
                         setup disc detail pay pdetail auth cpd cable pre start stop demand weld end status meter upd inst
Connected                .     .    .      .   .       .    .   .     .   .     .    .      .    .   .      .     .   .
Negotiated               o     .    .      .   .       .    .   .     .   .     .    .      .    .   .      .     .   .
SessionSetup             .     o    .      .   .       .    .   .     .   .     o    .      .    o   .      .     .   .
ServiceDiscovery         .     .    .      o   .       .    .   .     .   .     o    .      .    o   .      .     .   .
ServicePaymentSelection  .     .    .      .   .       o    .   .     .   .     o    .      .    o   .      .     .   .
ContractAuthentication   .     .    .      .   .       o    .   .     .   .     o    .      .    o   .      .     .   .
Authorized               .     .    .      .   .       .    o   .     .   .     o    .      .    o   .      .     .   .
ChargeParameterDiscovery .     .    .      .   .       .    o   .     .   .     o    .      .    o   .      .     .   .
ParametersAgreed         .     .    .      .   .       .    .   o     .   .     o    .      .    o   .      .     .   .
CableCheck               .     .    .      .   .       .    .   o     .   .     o    .      .    o   .      .     .   .
CableChecked             .     .    .      .   .       .    .   .     o   .     o    .      .    o   .      .     .   .
PreCharge                .     .    .      .   .       .    .   .     o   o     o    .      .    o   .      .     .   .
PowerDelivery            .     .    .      .   .       .    .   .     .   .     o    o      .    o   .      .     .   .
CurrentDemand            .     .    .      .   .       .    .   .     .   o     o    o      .    o   .      .     .   .
PowerOff                 .     .    .      .   .       .    .   .     .   .     o    .      o    o   .      .     .   .
WeldingDetection         .     .    .      .   .       .    .   .     .   .     o    .      o    o   .      .     .   .
SessionStop              .     .    .      .   .       .    .   .     .   .     o    .      .    o   .      .     .   .
`;
const rows = order.trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/));

/** A session in each phase. */
function at(phase: DinPhase): Charger {
  const charger = new Charger(configOf({ ...chargerProfiles.default, ongoing: { authorization: 1, parameters: 1, cableCheck: 2 } }));
  const path: [phase: DinPhase, ...steps: (RequestKey | undefined)[]][] = [
    ['SessionSetup', 'SessionSetupReq'],
    ['ServiceDiscovery', 'ServiceDiscoveryReq'],
    ['ServicePaymentSelection', 'ServicePaymentSelectionReq'],
    ['ContractAuthentication', 'ContractAuthenticationReq'],
    ['Authorized', 'ContractAuthenticationReq'],
    ['ChargeParameterDiscovery', 'ChargeParameterDiscoveryReq'],
    ['ParametersAgreed', 'ChargeParameterDiscoveryReq'],
    ['CableCheck', 'CableCheckReq'],
    ['CableChecked', 'CableCheckReq', 'CableCheckReq'],
    ['PreCharge', 'PreChargeReq'],
    ['PowerDelivery', 'PowerDeliveryReq(start)'],
    ['CurrentDemand', 'CurrentDemandReq'],
    ['PowerOff', 'PowerDeliveryReq(stop)'],
    ['WeldingDetection', 'WeldingDetectionReq'],
    ['SessionStop', 'SessionStopReq'],
  ];
  charger.connect();
  if (phase === 'Connected') return charger;
  charger.feed({ kind: 'message', message: handshake }).feed({ kind: 'authorization', result: 'accepted' });
  for (const [reached, ...steps] of phase === 'Negotiated' ? [] : path) {
    for (const step of steps) if (step) charger.ask(requests[step]);
    if (reached === phase) break;
  }
  return charger;
}

describe('every phase × every request', () => {
  test('the table has them all', () => {
    expect(rows.map(([phase]) => phase)).toEqual(dinPhases);
    expect(rows.every((row) => row.length === columns.length + 1)).toBe(true);
    expect(columns.toSorted()).toEqual(Object.keys(requests).toSorted());
  });

  test.each(rows)('%s', (phase, ...cells) => {
    const answered = columns.map((key) => {
      const charger = at(phase as DinPhase);
      expect(charger.phase).toBe(phase === 'SessionStop' ? 'closing' : phase);
      const [sent, ...others] = charger.ask(requests[key]);
      const body = sent?.V2G_Message.Body ?? {};
      const name = nameOf(body);
      // One answer, of the request's own type, which the schema allows.
      expect([name, others]).toEqual([(nameOf(requests[key]) as string).replace(/Req$/, 'Res'), []]);
      din.check(sent);
      const { ResponseCode } = Object.values(body)[0] as { ResponseCode: string };
      if (ResponseCode === 'FAILED_SequenceError') return '.';
      return ResponseCode.startsWith('OK') ? 'o' : ResponseCode;
    });
    expect(answered).toEqual(cells);
  });

  test.each(dinPhases.filter((phase) => phase !== 'Connected'))('%s: supportedAppProtocolReq is refused', (phase) => {
    const charger = at(phase);
    const before = charger.outputs('send').length;
    charger.feed({ kind: 'message', message: handshake });
    expect(charger.outputs('send').slice(before).map(({ message }) => message)).toEqual([
      { supportedAppProtocolRes: { ResponseCode: 'Failed_NoNegotiation' } },
    ]);
  });

  test.each(dinPhases)('%s: a response is no request, and costs one of three chances', (phase) => {
    const charger = at(phase);
    const before = charger.outputs('send').length;
    charger.feed({ kind: 'message', message: { V2G_Message: { Header: { SessionID: charger.id }, Body: { SessionStopRes: { ResponseCode: 'OK' } } } } });
    expect(charger.outputs('send')).toHaveLength(before);
    if (phase !== 'SessionStop') expect(charger.warnings.at(-1)).toBe('garbage');
  });

  test('the answer to the handshake is what its schema allows', () => {
    const message = at('Negotiated').outputs('send')[0]?.message;
    expect(app.check(message)).toEqual({ supportedAppProtocolRes: { ResponseCode: 'OK_SuccessfulNegotiation', SchemaID: 1 } });
  });
});

describe('a request out of order', () => {
  test('leaves the session where it was', () => {
    const charger = at('ServiceDiscovery');
    expect(charger.asked('ServiceDetailRes', requests.ServiceDetailReq).ResponseCode).toBe('FAILED_SequenceError');
    expect(charger.asked('ServicePaymentSelectionRes', requests.ServicePaymentSelectionReq).ResponseCode).toBe('OK');
  });

  test('costs the power, where there is any', () => {
    const charger = at('CurrentDemand');
    charger.ask(requests.CableCheckReq);
    expect(charger.powers.at(-1)).toEqual({ kind: 'stop' });
    const { ResponseCode, DC_EVSEStatus } = charger.asked('CurrentDemandRes', requests.CurrentDemandReq);
    expect([ResponseCode, DC_EVSEStatus.EVSEStatusCode]).toEqual(['FAILED', 'EVSE_Shutdown']);
    charger.ask(requests.SessionStopReq);
    charger.feed({ kind: 'tcp.closed', connection: 1 });
    expect(charger.end).toMatchObject({ reason: 'sequence-error', by: 'ev' });
  });

  test('comes before an unknown session', () => {
    const charger = at('SessionSetup');
    expect(charger.asked('CableCheckRes', requests.CableCheckReq, '00').ResponseCode).toBe('FAILED_SequenceError');
    expect(charger.asked('ServiceDiscoveryRes', requests.ServiceDiscoveryReq, '00').ResponseCode).toBe('FAILED_UnknownSession');
    expect(charger.asked('ServiceDiscoveryRes', requests.ServiceDiscoveryReq).ResponseCode).toBe('OK');
  });
});
