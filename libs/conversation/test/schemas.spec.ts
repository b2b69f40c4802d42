import { iso20Common, iso20Dc } from '@pilotwire/v2g-messages';
import { toHex } from '@pilotwire/wire';
import { expect, test } from 'vitest';
import { standardDecoders } from '../src/index.js';
import { decodersKnowing, type Expected } from './expected.js';
import {
  charge,
  DIN,
  handshakeReq,
  handshakeRes,
  ISO2,
  ISO20,
  listen,
  message,
  opening,
  segmentsOf,
  toFrame,
} from './talk.js';

/** Schemas that the messages of one connection are given, where every codec reads everything. */
const schemas = (messages: readonly Expected[]): (string | null)[] => {
  const decoders = {
    ...decodersKnowing(messages),
    bestFit: () => ({ schema: 'din' as const, type: 'GuessedReq', decoded: {} }),
  };
  const { records } = listen([...opening(), ...segmentsOf(messages, () => 10_000).map(toFrame)], decoders);
  return records.map((record) => (record.kind === 'v2gtp' ? `${record.schema} ${record.type}` : record.kind));
};

const zero = { Exponent: 0, Value: 0 };
const dinReq = message('din', 'SessionSetupReq', '809a00');
const iso2Req = message('iso2', 'SessionSetupReq', '809800');

test('the answer to a handshake names the schema by the number that the request gave it', () => {
  expect(schemas([handshakeReq('800001', DIN, ISO2), handshakeRes('804001', 1), dinReq])).toEqual([
    'app supportedAppProtocolReq',
    'app supportedAppProtocolRes',
    'din SessionSetupReq',
  ]);
  expect(schemas([handshakeReq('800001', DIN, ISO2), handshakeRes('804001', 2), iso2Req])[2]).toBe(
    'iso2 SessionSetupReq',
  );
});

test('a handshake in the middle of a connection changes its schema', () => {
  const messages = [
    handshakeReq('800001', DIN),
    handshakeRes('804001', 1),
    dinReq,
    handshakeReq('800002', ISO2),
    handshakeRes('804002', 1),
    iso2Req,
  ];
  expect(schemas(messages).slice(2)).toEqual([
    'din SessionSetupReq',
    'app supportedAppProtocolReq',
    'app supportedAppProtocolRes',
    'iso2 SessionSetupReq',
  ]);
});

test('after a request without answer nothing is agreed any more', () => {
  const messages = [handshakeReq('800001', DIN), handshakeRes('804001', 1), handshakeReq('800002', ISO2), dinReq];
  expect(schemas(messages)[3]).toBe('din GuessedReq');
});

test.each([
  ['without handshake', []],
  ['with an answer whose request was not captured', [handshakeRes('804001', 1)]],
  [
    'with an answer that agrees on nothing',
    [
      handshakeReq('800001', DIN),
      message('app', 'supportedAppProtocolRes', '804081', {
        supportedAppProtocolRes: { ResponseCode: 'Failed_NoNegotiation' },
      }),
    ],
  ],
  [
    'with the number of an offer that is no longer made',
    [handshakeReq('800001', ISO2, DIN), handshakeReq('800002', ISO2), handshakeRes('804001', 2)],
  ],
  ['with a number that was not offered', [handshakeReq('800001', DIN), handshakeRes('804001', 9)]],
  [
    'with a namespace that nobody knows',
    [handshakeReq('800001', 'urn:tesla:din:2018:MsgDef'), handshakeRes('804001', 1)],
  ],
])('%s the schema that fits is taken', (_, before) => {
  expect(schemas([...before, dinReq]).at(-1)).toBe('din GuessedReq');
});

test('messages of ISO 15118-20 are named by their payload type, with or without handshake', () => {
  const named = [
    ['8002', 'iso20-common'],
    ['8003', 'iso20-ac'],
    ['8004', 'iso20-dc'],
    ['8005', 'iso20-acdp'],
    ['8006', 'iso20-wpt'],
    ['8102', 'iso20-common'],
    ['8103', 'iso20-acdp'],
    ['8104', 'iso20-common'],
  ] as const;
  const messages = named.map(([payloadType, schema], i) =>
    message(schema, `Message${i}Req`, `8080${i}0`, {}, payloadType),
  );
  const expected = named.map(([, schema], i) => `${schema} Message${i}Req`);
  expect(schemas(messages)).toEqual(expected);
  expect(schemas([handshakeReq('800001', ISO20), handshakeRes('804001', 1), ...messages]).slice(2)).toEqual(expected);
});

test('the side stream of schedule renegotiation holds messages of several schemas, so that which one is seen from each', () => {
  const Header = { SessionID: '0102030405060708', TimeStamp: '1' };
  const parameters = { EVMaximumChargePower: zero, EVMinimumChargePower: zero, EVMaximumChargeCurrent: zero, EVMinimumChargeCurrent: zero };
  const voltages = { EVMaximumVoltage: zero, EVMinimumVoltage: zero };
  const energy = iso20Dc.encode({ DC_ChargeParameterDiscoveryReq: { Header, DC_CPDReqEnergyTransferMode: { ...parameters, ...voltages } } });
  const common = iso20Common.encode({ SessionStopReq: { Header, ChargingSession: 'Terminate' } });
  const messages = [energy, common].map((exi) => message('iso20-dc', 'XReq', toHex(exi), {}, '8101'));
  const { records } = listen([...opening(), ...segmentsOf(messages, () => 10_000).map(toFrame)], standardDecoders);
  expect(records.map((record) => (record.kind === 'v2gtp' ? `${record.schema} ${record.type}` : record.kind))).toEqual([
    'iso20-dc DC_ChargeParameterDiscoveryReq',
    'iso20-common SessionStopReq',
  ]);
});

test('a schema without codec keeps its name, and says that nothing reads it', () => {
  const messages = [handshakeReq('800001', ISO2), handshakeRes('804001', 1), iso2Req];
  const known = decodersKnowing(messages);
  const decoders = {
    ...known,
    exi: (schema: Parameters<typeof known.exi>[0], bytes: Uint8Array) =>
      schema === 'iso2' ? undefined : known.exi(schema, bytes),
  };
  const { records } = listen([...opening(), ...segmentsOf(messages, () => 10_000).map(toFrame)], decoders);
  expect(records[2]).toMatchObject({
    schema: 'iso2',
    type: null,
    decoded: null,
    dir: 'ev->evse',
    error: { code: 'no-codec' },
  });
});

test('without SYN a message that nothing reads has the direction that others have shown', () => {
  const [request, response] = [charge[2]!, charge[3]!];
  const unread = { ...response, hex: '809affff' };
  const { records } = listen(segmentsOf([unread, request, response, unread], () => 10_000).map(toFrame));
  expect(records.map(({ dir }) => dir)).toEqual(['?', 'ev->evse', 'evse->ev', 'evse->ev']);
});

test('what a codec read over is told beside the value', () => {
  const decoders = {
    ...decodersKnowing(charge),
    bestFit: () => ({ schema: 'din' as const, type: 'XReq', decoded: { a: 1 }, anomalies: ['trailing'] }),
  };
  const { records } = listen(segmentsOf([dinReq], () => 10_000).map(toFrame), decoders);
  expect(records[0]).toMatchObject({ type: 'XReq', decoded: { a: 1 }, anomalies: ['trailing'] });
});
