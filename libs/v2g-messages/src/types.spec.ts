import { expectTypeOf, expect, test } from 'vitest';
import type { DinBody, DinContent, DinMessage, DinMessageName } from './din70121/index.js';
import type { Iso2Body, Iso2Content, Iso2MessageName } from './iso15118-2/index.js';

test('a message has the type its declaration gives it', () => {
  const body = {} as DinBody;
  const request = body.PreChargeReq;
  if (request !== undefined) {
    expectTypeOf(request.EVTargetVoltage).toEqualTypeOf<{
      readonly Multiplier: number;
      readonly Value: number;
      readonly Unit?: 'h' | 'm' | 's' | 'A' | 'Ah' | 'V' | 'VA' | 'W' | 'W/s' | 'Wh';
    }>();
    expectTypeOf(request.DC_EVStatus.EVErrorCode).toExtend<string>();
  }
  const name: DinMessageName = 'CurrentDemandReq';
  const content: DinContent<'SessionSetupReq'> = { EVCCID: '0102' };
  // @ts-expect-error: ISO 15118-2 calls it AuthorizationReq
  const foreign: DinMessageName = 'AuthorizationReq';
  // @ts-expect-error: the target voltage is missing
  const short: DinBody = { PreChargeReq: { DC_EVStatus: { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 1 } } };
  const message: DinMessage = { V2G_Message: { Header: { SessionID: '' }, Body: { SessionStopReq: {} } } };
  const parameters: DinBody = {
    ChargeParameterDiscoveryRes: {
      ResponseCode: 'OK', EVSEProcessing: 'Ongoing', SASchedules: {},
      AC_EVSEChargeParameter: {
        AC_EVSEStatus: { PowerSwitchClosed: false, RCD: false, NotificationMaxDelay: 0, EVSENotification: 'None' },
        EVSEMaxVoltage: { Multiplier: 0, Value: 1 }, EVSEMaxCurrent: { Multiplier: 0, Value: 1 }, EVSEMinCurrent: { Multiplier: 0, Value: 1 },
      },
    },
  };
  expect([name, foreign, short, message, parameters, content]).toHaveLength(6);
});

test('a message of ISO 15118-2 has its own', () => {
  const name: Iso2MessageName = 'AuthorizationReq';
  // @ts-expect-error: DIN SPEC 70121 calls it ContractAuthenticationReq
  const foreign: Iso2MessageName = 'ContractAuthenticationReq';
  const content: Iso2Content<'PowerDeliveryReq'> = { ChargeProgress: 'Start', SAScheduleTupleID: 1 };
  expectTypeOf(content.ChargeProgress).toEqualTypeOf<'Start' | 'Stop' | 'Renegotiate'>();
  const body: Iso2Body = { CertificateInstallationReq: { Id: 'ID1', OEMProvisioningCert: '', ListOfRootCertificateIDs: { RootCertificateID: [] } } };
  // @ts-expect-error: Id is not optional here
  const unsigned: Iso2Body = { CertificateInstallationReq: { OEMProvisioningCert: '', ListOfRootCertificateIDs: { RootCertificateID: [] } } };
  expect([name, foreign, content, body, unsigned]).toHaveLength(5);
});
