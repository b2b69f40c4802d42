import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import type { CaptureRecord } from './record.js';
import { facts, messageText, recordText } from './render.js';

const preCharge = {
  V2G_Message: {
    Header: { SessionID: '8FA57FDE2BFAFE78' },
    Body: {
      PreChargeReq: {
        DC_EVStatus: { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 10 },
        EVTargetVoltage: { Multiplier: 1, Unit: 'V', Value: 46 },
        EVTargetCurrent: { Multiplier: -2, Unit: 'A', Value: 5 },
      },
    },
  },
};

const record: CaptureRecord = {
  n: 332, t: 1761482790.571052, dir: 'ev->evse', kind: 'v2gtp', schema: 'din', type: 'PreChargeReq', payloadType: '8001', conn: 0, hex: '809a', decoded: preCharge,
};

describe('facts', () => {
  test('what wraps every message is left out, a physical value is a number with its unit', () => {
    expect(facts(preCharge)).toBe('EVReady=true EVErrorCode=NO_ERROR EVRESSSOC=10 EVTargetVoltage=460V EVTargetCurrent=0.05A');
  });

  test('a fault that the header notifies of is shown, the session is not', () => {
    const Header = { SessionID: '55', Notification: { FaultCode: 'ParsingError', FaultMsg: 'at byte 3' } };
    expect(facts({ V2G_Message: { Header, Body: { SessionStopRes: { ResponseCode: 'FAILED' } } } })).toBe(
      'ResponseCode=FAILED FaultCode=ParsingError FaultMsg="at byte 3"',
    );
  });

  test.each([
    [{ Multiplier: 0, Unit: 'V', Value: 0 }, '0V'],
    [{ Multiplier: 3, Unit: 'W', Value: -2 }, '-2000W'],
    [{ Multiplier: -3, Unit: 'A', Value: 13000 }, '13A'],
    [{ Multiplier: -1, Value: -125 }, '-12.5'],
    [{ Multiplier: 2, Value: 0 }, '0'],
  ])('%j is %s, without rounding', (value, text) => {
    expect(facts({ Req: { Limit: value } })).toBe(`Limit=${text}`);
  });

  test('lists keep all their items, long hex tells its length', () => {
    expect(facts({ Res: { groups: [1, 2], Service: [{ ServiceID: 1 }, { ServiceID: 2 }] } })).toBe('groups=[1 2] Service=[ServiceID=1; ServiceID=2]');
    expect(facts({ Res: { Certificate: 'AB'.repeat(300) } })).toBe('Certificate=ABABABABABABABAB…(300 bytes)');
  });
});

describe('recordText', () => {
  test('has the columns time, direction, type, key facts', () => {
    expect(recordText(record)).toBe(
      '12:46:30.571  ev->evse  PreChargeReq                  EVReady=true EVErrorCode=NO_ERROR EVRESSSOC=10 EVTargetVoltage=460V EVTargetCurrent=0.05A',
    );
  });

  test('what could not be decoded shows its bytes and the reason', () => {
    const { type: _, ...rest } = record;
    expect(recordText({ ...rest, type: null, decoded: null, error: { code: 'truncated', byte: 12, message: 'cut short' } })).toBe(
      '12:46:30.571  ev->evse  din ?                         hex 809a  [truncated at byte 12: cut short]',
    );
  });

  const captures = sharedPath('captures');
  test.skipIf(captures === undefined)('every recorded message gives one line that ends in something', () => {
    const files = readdirSync(captures as string).filter((name) => name.endsWith('.expected.jsonl.gz'));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      for (const text of gunzipSync(readFileSync(join(captures as string, file))).toString('utf8').trim().split('\n')) {
        if (text === '') continue;
        expect(recordText(JSON.parse(text))).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}(?:ev->evse|evse->ev|\? {7}) {2}\S.*$/);
      }
    }
  });
});

test('a bare message names its schema, its deviations, and the other schemas that read it', () => {
  const anomalies = [{ code: 'trailing-bytes', byte: 9, bit: 0, path: '', message: 'one byte is left' }];
  const also = [{ schema: 'iso2', type: 'PreChargeReq', decoded: preCharge }];
  expect(messageText({ schema: 'din', type: 'SessionStopReq', decoded: { V2G_Message: { Body: { SessionStopReq: {} } } }, anomalies, also })).toBe(
    'din  SessionStopReq  (also iso2 PreChargeReq)  [trailing-bytes: one byte is left]',
  );
});

test('control characters in a message reach no terminal and break no line', () => {
  const anomalies = [{ code: 'unexpected-content', byte: 1, bit: 0, path: '', message: 'the attribute a="\n\u009b2J"' }];
  expect(messageText({ schema: 'din', type: 'Ping', decoded: { Ping: { id: '\u001b[2J' } }, anomalies })).toBe(
    'din  Ping  id=\\u001b[2J  [unexpected-content: the attribute a="\\u000a\\u009b2J"]',
  );
});
