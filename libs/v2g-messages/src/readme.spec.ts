import { expect, test } from 'vitest';
import { din, type DinContent } from './index.js';

test('the example of the README works', () => {
  const PreChargeReq: DinContent<'PreChargeReq'> = {
    DC_EVStatus: { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 60 },
    EVTargetVoltage: { Multiplier: 0, Unit: 'V', Value: 400 },
    EVTargetCurrent: { Multiplier: 0, Unit: 'A', Value: 1 },
  };
  const message = { V2G_Message: { Header: { SessionID: '0102030405060708' }, Body: { PreChargeReq } } };
  const { value, anomalies } = din.decode(din.encode(message));
  expect([value, anomalies, din.typeOf(value)]).toEqual([message, [], 'PreChargeReq']);
});
