import { encodeSdpResponse, formatIpv6 } from '@pilotwire/v2gtp';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii, concat, type End, udpFrame } from '../../capture/test/frames.js';
import type { ConversationRecord } from '../src/index.js';
import { captures, decodersKnowing, load, recordsOf } from './expected.js';
import { listen } from './talk.js';
import { alert, appData, clientHello, handshake, record, serverHello, session, u8 } from './tls-frames.js';

const tell = (records: readonly ConversationRecord[]): unknown[] =>
  records.map((record) => (record.kind === 'tls' ? [record.n, record.dir, record.type, record.decoded] : record.kind));

const hello = {
  version: 'TLS 1.2',
  versions: ['TLS 1.3', 'TLS 1.2'],
  cipherSuites: ['TLS_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', '0xeaea'],
  serverName: 'secc.local',
};

describe('TLS between link-local addresses', () => {
  test('shows its handshake and alerts, counts the rest and sums up', () => {
    const frames = session([
      ['car', clientHello],
      ['charger', serverHello],
      ['charger', appData],
      ['car', concat(appData, alert)],
    ]);
    const sum = {
      bytes: { 'ev->evse': 0, 'evse->ev': serverHello.length + appData.length },
      records: 5,
      unopened: 2,
      end: 'finished',
    };
    sum.bytes['ev->evse'] = clientHello.length + appData.length + alert.length;
    expect(tell(listen(frames).records)).toEqual([
      [3, 'ev->evse', 'ClientHello', hello],
      [4, 'evse->ev', 'ServerHello', { version: 'TLS 1.3', cipherSuite: 'TLS_AES_256_GCM_SHA384' }],
      [6, 'ev->evse', 'Alert', { level: 'fatal', description: 40 }],
      [6, '?', 'Summary', sum],
    ]);
  });

  test('is read however it is cut', () => {
    const bytes = [...clientHello].map((byte) => ['car', Uint8Array.of(byte)] as const);
    const [first] = listen(session(bytes)).records;
    expect(first).toMatchObject({ n: 2 + clientHello.length, type: 'ClientHello', decoded: hello });
  });

  test('reads a handshake message that several TLS records hold', () => {
    const message = clientHello.subarray(5);
    const cut = concat(
      record(22, message.subarray(0, 2)),
      record(22, message.subarray(2, 60)),
      record(22, message.subarray(60)),
    );
    expect(listen(session([['car', cut]])).records[0]).toMatchObject({ type: 'ClientHello', decoded: hello });
  });

  test('finds the second hello behind a ChangeCipherSpec, and takes no encrypted message for one', () => {
    const finished = handshake(0x14, ascii('secret'));
    const records = listen(
      session([['charger', concat(serverHello, record(20, u8(1)), serverHello, finished)]]),
    ).records;
    expect(records.map((record) => record.kind === 'tls' && record.type)).toEqual([
      'ServerHello',
      'ServerHello',
      'Summary',
    ]);
  });

  test('says where it stops being TLS', () => {
    const records = listen(
      session([
        ['car', concat(clientHello, ascii('GET / HTTP/1.1'))],
        ['car', appData],
      ]),
    ).records;
    expect(records).toMatchObject([
      { type: 'ClientHello' },
      { type: 'Broken', error: { code: 'bad-tls' } },
      { type: 'Summary' },
    ]);
  });

  test('says so where a hello is cut inside', () => {
    const records = listen(session([['car', handshake(1, clientHello.subarray(9, 60))]])).records;
    expect(records).toMatchObject([{ type: 'Broken', error: { code: 'bad-tls' } }, { type: 'Summary' }]);
  });

  test('is only counted behind missing bytes, since nobody knows where its next record begins', () => {
    const frames = session([
      ['car', clientHello],
      ['car', appData],
      ['car', ascii('the rest of a record')],
      ['charger', serverHello],
    ]);
    const { records } = listen([...frames.slice(0, 3), ...frames.slice(4)]);
    const types = records.map((record) => (record.kind === 'tls' || record.kind === 'tcp' ? record.type : ''));
    expect(types.toSorted()).toEqual(['ClientHello', 'ServerHello', 'Summary', 'gap']);
  });

  test('joined in its middle is told by its records', () => {
    const frames = session([
      ['car', appData],
      ['charger', appData],
    ]).slice(2);
    expect(tell(listen(frames).records)).toMatchObject([
      [2, '?', 'Summary', { bytes: { '?': 2 * appData.length }, records: 2 }],
    ]);
  });
});

describe('TLS between other addresses', () => {
  const global = (last: number, port: number): End => ({
    address: Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 0x20 : i === 15 ? last : 1)),
    port,
  });
  const [client, server] = [global(1, 50_000), global(2, 443)];
  const frames = session(
    [
      ['car', clientHello],
      ['charger', serverHello],
    ],
    client,
    server,
  );

  test('is none of ours', () => {
    const { records, stats } = listen(frames);
    expect(records).toEqual([]);
    expect(stats.otherConnections).toBe(1);
  });

  test('is ours where an SDP answer named the server', () => {
    const answer = encodeSdpResponse({ ip: formatIpv6(server.address), port: server.port, security: 0, transport: 0 });
    const { records } = listen([udpFrame({ ...server, port: 15118 }, client, answer), ...frames]);
    expect(records.map((record) => (record.kind === 'tls' ? record.type : record.kind))).toEqual([
      'sdp',
      'ClientHello',
      'ServerHello',
      'Summary',
    ]);
  });
});

test('mutants of a handshake are told as far as they are TLS, and nothing is thrown', () => {
  const name = captures.find((capture) => capture.startsWith('ISO-2_AC_PnC_TLS'));
  const real = name === undefined ? [] : recordsOf(load(name), decodersKnowing([])).records;
  const certificates = real.flatMap((found) =>
    found.kind === 'tls' && found.type === 'Certificate' ? [record(22, found.bytes)] : [],
  );
  const stream = concat(serverHello, clientHello, ...certificates, alert, appData);
  const flips = fc.array(fc.tuple(fc.noBias(fc.nat(stream.length - 1)), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  const types = new Set<string>();
  fc.assert(
    fc.property(flips, fc.integer({ min: 1, max: 3000 }), (flips, cut) => {
      const mutant = stream.slice();
      for (const [at, mask] of flips) mutant[at] = (mutant[at] ?? 0) ^ mask;
      const parts = [mutant.slice(0, cut), mutant.slice(cut)].map((part) => ['charger', part] as const);
      for (const found of listen(session(parts)).records) types.add(found.kind === 'tls' ? found.type : found.kind);
    }),
    { seed: 8446, numRuns: 1000 },
  );
  expect([...types]).toEqual(expect.arrayContaining(['ClientHello', 'ServerHello', 'Alert', 'Broken', 'Summary']));
});
