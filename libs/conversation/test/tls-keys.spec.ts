import { createCipheriv, createHmac } from 'node:crypto';
import { CaptureReader, dissect, type Packet } from '@pilotwire/capture';
import { toHex } from '@pilotwire/wire';
import { describe, expect, test } from 'vitest';
import { ascii, charger, concat, u16, udpFrame } from '../../capture/test/frames.js';
import { Conversation, type ConversationRecord, standardDecoders } from '../src/index.js';
import { captures, decodersKnowing, expectedOf, load, recordsOf } from './expected.js';
import { listen } from './talk.js';
import { clientHello, counted, serverHello, session, u8 } from './tls-frames.js';

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

test('where a secret came too late, or a record is damaged, it is said which is the first that is lost', () => {
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

  const damaged = frames.with(10, frames[10]?.with(-1, 0) ?? new Uint8Array());
  const { records: found } = listen([disclosed, ...damaged]);
  expect(found.filter((one) => one.kind === 'tls' && one.type === 'Locked')).toMatchObject([{ n: 12, error: { code: 'bad-record' } }]);
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
