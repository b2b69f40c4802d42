import { createCipheriv, createHmac } from 'node:crypto';
import { CaptureReader, dissect, type Packet } from '@pilotwire/capture';
import { encodeSdpResponse, formatIpv6 } from '@pilotwire/v2gtp';
import { toHex } from '@pilotwire/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACK,
  ascii,
  car,
  charger,
  concat,
  type End,
  FIN,
  SYN,
  tcpFrame,
  u16,
  udpFrame,
} from '../../capture/test/frames.js';
import { Conversation, type ConversationRecord, standardDecoders } from '../src/index.js';
import { captures, decodersKnowing, expectedOf, load, recordsOf } from './expected.js';
import { listen } from './talk.js';

const u24 = (value: number): Uint8Array => Uint8Array.of(value >> 16, value >> 8, value);
const counted = (size: typeof u16, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concat(...parts);
  return concat(size(content.length), content);
};
const u8 = (value: number): Uint8Array => Uint8Array.of(value);
const record = (type: number, content: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(type, 3, 3), counted(u16, content));
const handshake = (type: number, body: Uint8Array): Uint8Array => record(22, concat(u8(type), counted(u24, body)));
const extension = (type: number, content: Uint8Array): Uint8Array => concat(u16(type), counted(u16, content));

const clientHello = handshake(
  1,
  concat(
    u16(0x0303),
    new Uint8Array(32),
    counted(u8),
    counted(u16, u16(0x1302), u16(0xc023), u16(0xeaea)),
    counted(u8, u8(0)),
    counted(
      u16,
      extension(0, counted(u16, u8(0), counted(u16, ascii('secc.local')))),
      extension(43, counted(u8, u16(0x0304), u16(0x0303))),
    ),
  ),
);
const serverHello = handshake(
  2,
  concat(u16(0x0303), new Uint8Array(32), counted(u8), u16(0x1302), u8(0), counted(u16, extension(43, u16(0x0304)))),
);
const appData = record(23, ascii('encrypted'));
const alert = record(21, Uint8Array.of(2, 40));

/** Frames of a connection from its SYN to its FIN; each part is sent by the side beside it. */
const session = (
  parts: readonly (readonly [from: 'car' | 'charger', bytes: Uint8Array])[],
  a: End = car,
  b: End = charger,
): Uint8Array[] => {
  const next = { car: 100, charger: 100 };
  const send = (from: 'car' | 'charger', flags: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array => {
    const [me, you] = from === 'car' ? [a, b] : [b, a];
    const frame = tcpFrame(me, you, next[from], flags, payload, next[from === 'car' ? 'charger' : 'car']);
    next[from] += payload.length + (flags & (SYN | FIN) ? 1 : 0);
    return frame;
  };
  return [
    send('car', SYN),
    send('charger', SYN | ACK),
    ...parts.map(([from, bytes]) => send(from, ACK, bytes)),
    send('car', FIN | ACK),
    send('charger', FIN | ACK),
  ];
};

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

/** Records of 16 kB as a car encrypts them under its first secret in TLS 1.3 (RFC 8446, 5.2 and 7.3). */
function sealed(secret: Uint8Array, count: number): Uint8Array[] {
  const derived = (label: string, length: number): Uint8Array => {
    const info = concat(u16(length), counted(u8, ascii(`tls13 ${label}`)), counted(u8), u8(1));
    return createHmac('sha384', secret).update(info).digest().subarray(0, length);
  };
  const [key, iv] = [derived('key', 32), derived('iv', 12)];
  return Array.from({ length: count }, (_, sequence) => {
    const plain = concat(new Uint8Array(0x3fff), u8(23));
    const header = concat(Uint8Array.of(23, 3, 3), u16(plain.length + 16));
    const nonce = iv.map((byte, i) => (i === 11 ? byte ^ sequence : byte));
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(header);
    return concat(header, cipher.update(plain), cipher.final(), cipher.getAuthTag());
  });
}

test('a secret for which too much has waited opens what was kept, and says where the rest is lost', () => {
  const secret = new Uint8Array(48).fill(7);
  const records = sealed(secret, 70).map((bytes) => ['car', bytes] as const);
  const line = `CLIENT_HANDSHAKE_TRAFFIC_SECRET ${'00'.repeat(32)} ${toHex(secret)}`;
  const disclosed = udpFrame(charger, { address: Uint8Array.from([0xff, 2, ...new Array<number>(13).fill(0), 1]), port: 52345 }, ascii(line));
  const frames = session([['car', clientHello], ['charger', serverHello], ...records]);
  const told = (at: number) => listen(frames.toSpliced(at, 0, disclosed)).records.filter((found) => found.kind === 'tls' && found.type === 'Locked');
  expect(told(0)).toEqual([]);
  // 63 records of 0x4010 bytes are kept; the 64th, in frame 68, is the first that is not.
  expect(told(70)).toMatchObject([{ n: 68, dir: 'ev->evse', error: { code: 'late-key' } }]);
  expect(told(60)).toEqual([]);
});

const tlsCaptures = captures.filter((name) => name.includes('TLS'));
const isKeyLog = (packet: Packet): boolean => {
  const found = dissect(packet);
  return found.kind === 'udp' && found.destinationPort === 52345;
};

/** A capture's records where its key-log datagrams are left out, and secrets come when `secrets` says. */
function withoutDisclosure(name: string, secrets: { before?: string; after?: string }): ConversationRecord[] {
  const records: ConversationRecord[] = [];
  const conversation = new Conversation(standardDecoders, (found) => records.push(found));
  if (secrets.before !== undefined) conversation.secrets(secrets.before);
  const packets: Packet[] = [];
  const reader = new CaptureReader({ packet: (packet) => packets.push(packet), error: fail });
  reader.push(load(name));
  reader.end();
  for (const packet of packets.filter((one) => !isKeyLog(one))) {
    conversation.packet(packet);
    // Before the connection ends, else nobody waits.
    if (packet.n === 200 && secrets.after !== undefined) conversation.secrets(secrets.after);
  }
  conversation.end();
  return records;
}

function fail(error: Error): never {
  throw error;
}

const typesOf = (records: readonly ConversationRecord[]): string[] => records.flatMap((found) => (found.kind === 'tls' ? [found.type] : []));

describe.each(tlsCaptures)('%s', (name) => {
  const modern = name.includes('TLS13');
  const keys = load(`${name}.keys`).toString();
  const inside = expectedOf(name).filter(({ tls }) => tls === true);

  test('the handshake is shown, opened where keys are disclosed, and the bytes are counted', () => {
    const { records } = recordsOf(load(name), decodersKnowing(expectedOf(name)));
    const tls = records.filter((found) => found.kind === 'tls');
    const types = typesOf(records);
    expect(types.slice(0, 2)).toEqual(['ClientHello', 'ServerHello']);
    expect(types.slice(2)).toEqual([
      ...(modern
        ? ['EncryptedExtensions', 'Certificate', 'CertificateVerify', 'Finished', 'Finished', 'NewSessionTicket', 'NewSessionTicket']
        : ['Certificate', 'ServerKeyExchange', 'ServerHelloDone', 'ClientKeyExchange', 'Finished', 'Finished']),
      'Alert',
      'Summary',
    ]);
    expect(tls[1]?.decoded).toEqual({
      version: modern ? 'TLS 1.3' : 'TLS 1.2',
      cipherSuite: modern ? 'TLS_AES_256_GCM_SHA384' : 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
    });
    const chain = tls.find(({ type }) => type === 'Certificate')?.decoded as { subjects: string[] };
    expect(chain.subjects.length).toBeGreaterThan(0);
    expect(chain.subjects.every((subject) => /\w/.test(subject))).toBe(true);
    expect(tls.at(-1)?.decoded).toMatchObject({ end: 'finished', records: expect.any(Number), unopened: 0 });
  });

  test.each([['before', 'before'], ['only after', 'after']] as const)('a key log that comes %s what it opens', (_, when) => {
    const opened = withoutDisclosure(name, { [when]: keys }).filter((found) => found.kind === 'v2gtp');
    expect(opened.map(({ n, bytes, tls }) => [n, toHex(bytes), tls])).toEqual(inside.map(({ n, hex }) => [n, hex, true]));
  });

  test('without keys nothing inside is told, with those of another session neither, and that is said', () => {
    const closed = withoutDisclosure(name, {});
    expect([closed.some(({ kind }) => kind === 'v2gtp'), typesOf(closed).at(-1)]).toEqual([false, 'Summary']);
    const { decoded } = closed.findLast((found) => found.kind === 'tls') ?? fail(new Error('no summary'));
    expect((decoded as { unopened: number }).unopened).toBeGreaterThanOrEqual(inside.length);
    const wrong = keys.replaceAll(/[0-9a-f]{2}\s*$/gim, (digits) => (digits.startsWith('00') ? '01\n' : '00\n'));
    const locked = withoutDisclosure(name, { before: wrong });
    expect(locked.some(({ kind }) => kind === 'v2gtp')).toBe(false);
    expect(locked.filter((found) => found.kind === 'tls' && found.type === 'Locked').map(({ error }) => error?.code)).toEqual(['bad-key', 'bad-key']);
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
