import { readdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { fromXml, isExiError, toXml } from '@pilotwire/exi';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { bytesOf, linesOf } from '../test/lines.js';
import { codecs, din, iso20Common, type MessageCodec } from './index.js';

const known: Readonly<Record<string, MessageCodec<unknown>>> = codecs;

interface Line {
  readonly schema: string;
  readonly hex: string;
  readonly decoded: unknown;
}

const shared = sharedPath();

describe.skipIf(shared === undefined)('the messages that others wrote', () => {
  test.each(['vectors', 'captures'])('come back from their XML, pretty or not: %s', { timeout: 60_000 }, (folder) => {
    let count = 0;
    for (const file of readdirSync(`${shared}/${folder}`).filter((name) => name.endsWith('.jsonl.gz'))) {
      const seen = new Set<string>();
      for (const { schema, hex, decoded } of linesOf<Line>(`${shared}/${folder}/${file}`)) {
        const codec = known[schema];
        if (!codec || decoded === null || seen.has(hex)) continue;
        seen.add(hex);
        const { value } = codec.decode(bytesOf(hex));
        const pretty = count++ % 2 === 0;
        try {
          const again = fromXml(codec.set, toXml(codec.set, value, { pretty }));
          if (!isDeepStrictEqual(again, value)) expect(again, hex).toEqual(value);
        } catch (error) {
          // A text of control characters has no XML.
          if (!isExiError(error) || error.code !== 'unsupported') throw error;
          expect(JSON.stringify(value)).toMatch(/\\u00[01]/);
        }
      }
    }
    expect(count).toBeGreaterThan(1000);
  });
});

test('a message has the namespaces of its schema', () => {
  const message = { V2G_Message: { Header: { SessionID: '01' }, Body: { CableCheckReq: { DC_EVStatus: { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 9 } } } } } as const;
  expect(toXml(din.set, din.check(message), { pretty: true })).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<MsgDef:V2G_Message xmlns:MsgDef="urn:din:70121:2012:MsgDef" xmlns:MsgHeader="urn:din:70121:2012:MsgHeader" xmlns:MsgBody="urn:din:70121:2012:MsgBody" xmlns:MsgDataTypes="urn:din:70121:2012:MsgDataTypes">
  <MsgDef:Header>
    <MsgHeader:SessionID>01</MsgHeader:SessionID>
  </MsgDef:Header>
  <MsgDef:Body>
    <MsgBody:CableCheckReq>
      <MsgBody:DC_EVStatus>
        <MsgDataTypes:EVReady>true</MsgDataTypes:EVReady>
        <MsgDataTypes:EVErrorCode>NO_ERROR</MsgDataTypes:EVErrorCode>
        <MsgDataTypes:EVRESSSOC>9</MsgDataTypes:EVRESSSOC>
      </MsgBody:DC_EVStatus>
    </MsgBody:CableCheckReq>
  </MsgDef:Body>
</MsgDef:V2G_Message>
`);
});

test('attributes of ISO 15118-20 are in the namespace of their schema file', () => {
  const Header = { SessionID: '0102030405060708', TimeStamp: '0' };
  const MeterInfo = { MeterID: 'M1', ChargedEnergyReadingWh: '5000' };
  const SignedMeteringData = { Id: 'ID1', SessionID: Header.SessionID, MeterInfo, Dynamic_SMDTControlMode: {} };
  const xml = toXml(iso20Common.set, iso20Common.check({ MeteringConfirmationReq: { Header, SignedMeteringData } }));
  expect(xml).toContain(
    '<CommonMessages:MeteringConfirmationReq xmlns:CommonMessages="urn:iso:std:iso:15118:-20:CommonMessages"' +
      ' xmlns:CommonTypes="urn:iso:std:iso:15118:-20:CommonTypes"><CommonTypes:Header>',
  );
  expect(xml).toContain('<CommonMessages:SignedMeteringData CommonMessages:Id="ID1">');
});
