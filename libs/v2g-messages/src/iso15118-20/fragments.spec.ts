import { decodeFragment, encodeFragment, type QName, type Type } from '@pilotwire/exi';
import { expect, test } from 'vitest';
import { bytesOf, hexOf } from '../../test/lines.js';
import { PnC_AReqAuthorizationModeType } from './common/authorization.js';
import { iso20CommonSchema } from './common/index.js';
import { MeteringConfirmationReq } from './common/messages.js';
import { AbsolutePriceScheduleType } from './common/prices.js';
import { commonMessages } from './namespaces.js';

/**
 * As libcbv2g writes these values: codes of 9 bits, for the set declares 281 names of elements. 13 of them are of types
 * that no common message holds.
 */
const fragments: readonly { readonly name: string; readonly type: Type<unknown>; readonly value: unknown; readonly hex: string }[] = [
  {
    name: 'PnC_AReqAuthorizationMode',
    type: PnC_AReqAuthorizationModeType,
    value: {
      Id: 'ID1',
      GenChallenge: '0102030405060708090A0B0C0D0E0F10',
      ContractCertificateChain: { Certificate: '0304', SubCertificates: { Certificate: ['05'] } },
    },
    hex: '804b8152510c4100102030405060708090a0b0c0d0e0f1000203040010524680',
  },
  {
    name: 'AbsolutePriceSchedule',
    type: AbsolutePriceScheduleType,
    value: {
      TimeAnchor: '1700000000',
      PriceScheduleID: 1,
      Currency: 'EUR',
      Language: 'EN',
      PriceAlgorithm: 'Alg1',
      PriceRuleStacks: {
        PriceRuleStack: [
          { Duration: 3600, PriceRule: [{ EnergyFee: { Exponent: 0, Value: 30 }, PowerRangeStart: { Exponent: 0, Value: 0 } }] },
        ],
      },
    },
    hex: '8000280e2cfaa0600240a8aaaa401115380320b6339898901c04000f10800000b468',
  },
  {
    name: 'MeteringConfirmationReq',
    type: MeteringConfirmationReq.type,
    value: {
      Header: { SessionID: '0000000000000000', TimeStamp: '1700000000' },
      SignedMeteringData: {
        Id: 'ID1',
        SessionID: '0000000000000000',
        MeterInfo: { MeterID: 'M1', ChargedEnergyReadingWh: '5000' },
        Scheduled_SMDTControlMode: { SelectedScheduleTupleID: 1 },
      },
    },
    hex: '803b8080000000000000000101c59f540c405494431020000000000000000001134c44413b40084680',
  },
];

test.each(fragments)('what is signed of $name is a fragment of the common messages', ({ name, type, value, hex }) => {
  const qName: QName = { name, uri: commonMessages.uri };
  expect(hexOf(encodeFragment(iso20CommonSchema, qName, type, value))).toBe(hex);
  expect(decodeFragment(iso20CommonSchema, bytesOf(hex))).toEqual({ name: qName, value, anomalies: [] });
});
