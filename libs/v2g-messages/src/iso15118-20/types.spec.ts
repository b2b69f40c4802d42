import { expect, expectTypeOf, test } from 'vitest';
import type { Iso20AcMessage, Iso20CommonMessage, Iso20DcMessage } from '../index.js';

const Header = { SessionID: '0102030405060708', TimeStamp: '1700000000' };
const none = { Exponent: 0, Value: 0 };

test('a message is a document of its own, with one of the control modes', () => {
  const message: Iso20DcMessage = {
    DC_ChargeLoopReq: {
      Header,
      MeterInfoRequested: false,
      EVPresentVoltage: { Exponent: -1, Value: 4000 },
      Scheduled_DC_CLReqControlMode: { EVTargetCurrent: none, EVTargetVoltage: none },
    },
  };
  const loop = (message as Iso20DcMessage).DC_ChargeLoopReq;
  if (loop?.BPT_Dynamic_DC_CLReqControlMode !== undefined) {
    expectTypeOf(loop.BPT_Dynamic_DC_CLReqControlMode.EVMaximumV2XEnergyRequest).toEqualTypeOf<
      { readonly Exponent: number; readonly Value: number } | undefined
    >();
    expectTypeOf(loop.Scheduled_DC_CLReqControlMode).toEqualTypeOf<undefined>();
  }
  // @ts-expect-error: the target voltage is missing
  const short: Iso20DcMessage = { DC_ChargeLoopReq: { Header, MeterInfoRequested: false, EVPresentVoltage: none, Scheduled_DC_CLReqControlMode: { EVTargetCurrent: none } } };
  // @ts-expect-error: two control modes
  const two: Iso20DcMessage = { DC_ChargeLoopReq: { Header, MeterInfoRequested: false, EVPresentVoltage: none, CLReqControlMode: {}, Scheduled_DC_CLReqControlMode: { EVTargetCurrent: none, EVTargetVoltage: none } } };
  // @ts-expect-error: there is no such message
  const foreign: Iso20DcMessage = { DC_CurrentDemandReq: { Header } };
  expect([message, short, two, foreign]).toHaveLength(4);
});

test('of a power of each phase only the first may be required', () => {
  const present = { MeterInfoRequested: false, Scheduled_AC_CLReqControlMode: { EVPresentActivePower: none } };
  const messages: Iso20AcMessage[] = [
    { AC_ChargeLoopReq: { Header, ...present } },
    { AC_ChargeLoopReq: { Header, MeterInfoRequested: false, Scheduled_AC_CLReqControlMode: { EVPresentActivePower: none, EVPresentActivePower_L2: none } } },
    // @ts-expect-error: the first is missing
    { AC_ChargeLoopReq: { Header, MeterInfoRequested: false, Scheduled_AC_CLReqControlMode: { EVPresentActivePower_L3: none } } },
    // @ts-expect-error: the members of a mode have types of their own
    { AC_ChargeLoopReq: { Header, MeterInfoRequested: false, Scheduled_AC_CLReqControlMode: { EVPresentActivePower: none, EVPresentActivePower_L2: 1 } } },
  ];
  expect(messages).toHaveLength(4);
});

test('of a choice one is there, and an attribute is a member', () => {
  const choices: Iso20CommonMessage[] = [
    { AuthorizationReq: { Header, SelectedAuthorizationService: 'EIM', EIM_AReqAuthorizationMode: {} } },
    {
      AuthorizationReq: {
        Header,
        SelectedAuthorizationService: 'PnC',
        PnC_AReqAuthorizationMode: { Id: 'ID1', GenChallenge: '', ContractCertificateChain: { Certificate: '', SubCertificates: { Certificate: [] } } },
      },
    },
    // @ts-expect-error: neither
    { AuthorizationReq: { Header, SelectedAuthorizationService: 'EIM' } },
  ];
  expect(choices).toHaveLength(3);
});
