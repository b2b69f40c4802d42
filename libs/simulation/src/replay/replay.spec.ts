import { app, din } from '@pilotwire/v2g-messages';
import { DIN_NAMESPACE } from '@pilotwire/v2g-session';
import type { V2gMessage } from '@pilotwire/v2g-session';
import { describe, expect, test } from 'vitest';
import { replayCar } from './car.js';
import { replayCharger } from './charger.js';
import { codesOf, typeOf } from './recorded.js';
import type { Body, RecordedMessage } from './recorded.js';

let clock = 0;
const recorded = (message: V2gMessage): RecordedMessage =>
  ({ type: typeOf(message), at: (clock += 20), payload: 'V2G_Message' in message ? din.encode(message) : app.encode(message), message });
const body = (Body: Body): RecordedMessage => recorded({ V2G_Message: { Header: { SessionID: '0102030405060708' }, Body } });
const offer = (ProtocolNamespace: string): RecordedMessage =>
  recorded({ supportedAppProtocolReq: { AppProtocol: [{ ProtocolNamespace, VersionNumberMajor: 2, VersionNumberMinor: 0, SchemaID: 1, Priority: 1 }] } });
const accepted = recorded({ supportedAppProtocolRes: { ResponseCode: 'OK_SuccessfulNegotiation', SchemaID: 1 } });
const setup = body({ SessionSetupReq: { EVCCID: '020000000001' } });
const discovery = body({ ServiceDiscoveryReq: {} });

describe('a recorded car at our charger', () => {
  test('that keeps the order is answered OK, whatever the recorded charger had said', () => {
    const { exchanges } = replayCar([offer(DIN_NAMESPACE), accepted, setup, discovery]);
    expect(exchanges.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok']);
    expect(exchanges.map((exchange) => exchange.recorded?.type)).toEqual(['supportedAppProtocolRes', undefined, undefined]);
  });

  test('that breaks the order is told so, and goes on where it was', () => {
    const { exchanges, end } = replayCar([offer(DIN_NAMESPACE), discovery, setup, discovery, body({ CableCheckReq: { DC_EVStatus: { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 5 } } })]);
    expect(exchanges.map(({ verdict }) => verdict)).toEqual(['ok', 'order', 'ok', 'ok', 'order']);
    expect(end).toMatchObject({ reason: 'sequence-error', phase: 'ServiceDiscovery' });
  });

  test('that offers what nobody knows is refused: as expected only where it was then too', () => {
    const refused = recorded({ supportedAppProtocolRes: { ResponseCode: 'Failed_NoNegotiation' } });
    const verdict = (...answers: RecordedMessage[]) => replayCar([offer('urn:example'), ...answers]).exchanges[0]?.verdict;
    expect([verdict(), verdict(accepted), verdict(refused)]).toEqual(['unexpected', 'unexpected', 'as-recorded']);
  });
});

describe('a recorded cable check', () => {
  const status = { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 50 } as const;
  const ask = body({ CableCheckReq: { DC_EVStatus: status } });
  type Res = NonNullable<Body['CableCheckRes']>;
  const told = (EVSEProcessing: Res['EVSEProcessing'], isolation?: 'Invalid' | 'Valid' | 'Warning' | 'Fault', ResponseCode: Res['ResponseCode'] = 'OK') => {
    const level = isolation === undefined ? {} : { EVSEIsolationStatus: isolation };
    const DC_EVSEStatus = { ...level, EVSEStatusCode: 'EVSE_Ready', NotificationMaxDelay: 0, EVSENotification: 'None' } as const;
    return body({ CableCheckRes: { ResponseCode, DC_EVSEStatus, EVSEProcessing } });
  };
  const volts = (Value: number) => ({ Multiplier: 0, Unit: 'V', Value }) as const;
  const authorized = body({ ContractAuthenticationRes: { ResponseCode: 'OK', EVSEProcessing: 'Finished' } });
  const before = [
    offer(DIN_NAMESPACE), accepted, setup, discovery,
    body({ ServicePaymentSelectionReq: { SelectedPaymentOption: 'ExternalPayment', SelectedServiceList: { SelectedService: [{ ServiceID: 1 }] } } }),
    body({ ContractAuthenticationReq: {} }), authorized,
    body({
      ChargeParameterDiscoveryReq: {
        EVRequestedEnergyTransferType: 'DC_extended',
        DC_EVChargeParameter: { DC_EVStatus: status, EVMaximumCurrentLimit: { Multiplier: 0, Unit: 'A', Value: 100 }, EVMaximumVoltageLimit: volts(400) },
      },
    }),
  ];
  /** Codes and verdicts from the first CableCheckReq on. */
  const played = (...messages: RecordedMessage[]) => {
    const { exchanges, end } = replayCar([...before, ...messages]);
    return [...exchanges.slice(6).map(({ answer, verdict }) => `${answer && codesOf(answer)}: ${verdict}`), end?.reason];
  };

  test.each(['Invalid', 'Fault'] as const)('that ended with %s failed, though OK stood beside it', (level) => {
    expect(played(ask, told('Finished', level))).toEqual(['FAILED Finished EVSE_Malfunction Fault: as-recorded', 'isolation-fault']);
  });

  test.each(['Valid', 'Warning', undefined] as const)('that ended with %s was good', (level) => {
    expect(played(ask, told('Finished', level))).toEqual(['OK Finished EVSE_Ready Valid: ok', 'connection-closed']);
  });

  test('that failed after a while fails after the same while', () => {
    const working = 'OK Ongoing EVSE_IsolationMonitoringActive Invalid: ok';
    expect(played(ask, told('Ongoing', 'Invalid'), ask, told('Ongoing', 'Invalid'), ask, told('Finished', 'Invalid', 'FAILED'))).toEqual([
      working, working, 'FAILED Finished EVSE_Malfunction Fault: as-recorded', 'isolation-fault',
    ]);
  });
});

describe('a recorded charger at our car', () => {
  test('gives its answers in turn, until one was never recorded', () => {
    const { questions, unanswered, end } = replayCharger([offer(DIN_NAMESPACE), accepted, setup]);
    expect(questions.map(({ request }) => typeOf(request))).toEqual(['supportedAppProtocolReq', 'SessionSetupReq']);
    expect(questions.map(({ answer }) => answer?.type)).toEqual(['supportedAppProtocolRes', undefined]);
    expect([unanswered, end?.reason]).toEqual(['SessionSetupReq', 'connection-closed']);
  });
});
