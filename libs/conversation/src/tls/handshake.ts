import { subjectName } from './certificate.js';
import { Cursor, TlsError } from './cursor.js';

/** Names of the handshake messages of TLS 1.2 and 1.3. */
const handshakeTypes: ReadonlyMap<number, string> = new Map([
  [0, 'HelloRequest'],
  [1, 'ClientHello'],
  [2, 'ServerHello'],
  [4, 'NewSessionTicket'],
  [8, 'EncryptedExtensions'],
  [11, 'Certificate'],
  [12, 'ServerKeyExchange'],
  [13, 'CertificateRequest'],
  [14, 'ServerHelloDone'],
  [15, 'CertificateVerify'],
  [16, 'ClientKeyExchange'],
  [20, 'Finished'],
  [22, 'CertificateStatus'],
  [24, 'KeyUpdate'],
]);

/** The suites that ISO 15118-2 and -20 name, and the usual others; the rest are shown by number. */
const cipherSuites: ReadonlyMap<number, string> = new Map([
  [0x00ff, 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV'],
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
  [0xc023, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'],
  [0xc025, 'TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256'],
  [0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
]);

const extension = { serverName: 0, encryptThenMac: 22, supportedVersions: 43 } as const;

/** Type, and length of three bytes. */
export const HANDSHAKE_HEADER = 4;

export interface HandshakeMessage {
  readonly type: string;
  readonly decoded: unknown;
}

/** A whole handshake message. Of most kinds only the name and the length are told. Throws `TlsError`. */
export function readHandshake(message: Uint8Array, isTls13: boolean): HandshakeMessage {
  const code = message[0] ?? 0;
  const type = handshakeTypes.get(code) ?? `Handshake ${code}`;
  const body = new Cursor(message.subarray(HANDSHAKE_HEADER));
  if (type === 'ClientHello') return { type, decoded: clientHello(body) };
  if (type === 'ServerHello') return { type, decoded: serverHello(body) };
  if (type === 'Certificate') return { type, decoded: certificate(body, isTls13) };
  return { type, decoded: { length: message.length - HANDSHAKE_HEADER } };
}

function clientHello(body: Cursor): unknown {
  const version = versionName(body.u16());
  body.take(32); // random
  body.take(body.u8()); // session id
  const suites = new Cursor(body.take(body.u16()));
  body.take(body.u8()); // compression methods
  const extensions = readExtensions(body);
  const versions = extensions.get(extension.supportedVersions);
  const serverName = extensions.get(extension.serverName);
  return {
    version,
    ...(versions === undefined ? {} : { versions: list(new Cursor(versions.subarray(1)), versionName) }),
    cipherSuites: list(suites, cipherName),
    ...(serverName === undefined || serverName.length === 0 ? {} : { serverName: hostName(new Cursor(serverName)) }),
  };
}

/** What the keys of a session are derived with. */
export interface ClientHello {
  readonly from: 'client';
  readonly random: Uint8Array;
}
export interface ServerHello {
  readonly from: 'server';
  readonly random: Uint8Array;
  readonly version: number;
  readonly cipherSuite: number;
  readonly encryptThenMac: boolean;
}

function readServerHello(body: Cursor): ServerHello {
  const legacy = body.u16();
  const random = body.take(32);
  body.take(body.u8()); // session id
  const cipherSuite = body.u16();
  body.u8(); // compression method
  const extensions = readExtensions(body);
  const selected = extensions.get(extension.supportedVersions);
  const version = selected === undefined ? legacy : new Cursor(selected).u16();
  return { from: 'server', random, version, cipherSuite, encryptThenMac: extensions.has(extension.encryptThenMac) };
}

function serverHello(body: Cursor): unknown {
  const { version, cipherSuite } = readServerHello(body);
  return { version: versionName(version), cipherSuite: cipherName(cipherSuite) };
}

/** A hello, or undefined for any other handshake message. Throws `TlsError`. */
export function readHello(message: Uint8Array): ClientHello | ServerHello | undefined {
  const body = new Cursor(message.subarray(HANDSHAKE_HEADER));
  if (message[0] === 1) {
    body.u16(); // version
    return { from: 'client', random: body.take(32) };
  }
  return message[0] === 2 ? readServerHello(body) : undefined;
}

/** In TLS 1.3 a context stands before the chain, and extensions behind each certificate. */
function certificate(body: Cursor, isTls13: boolean): unknown {
  if (isTls13) body.take(body.u8());
  const chain = new Cursor(body.take(body.u24()));
  const subjects: (string | null)[] = [];
  while (chain.left > 0) {
    subjects.push(subjectName(chain.take(chain.u24())) ?? null);
    if (isTls13) chain.take(chain.u16());
  }
  return { certificates: subjects.length, subjects };
}

function readExtensions(body: Cursor): ReadonlyMap<number, Uint8Array> {
  const extensions = new Map<number, Uint8Array>();
  if (body.left === 0) return extensions;
  const all = new Cursor(body.take(body.u16()));
  while (all.left > 0) {
    const type = all.u16();
    extensions.set(type, all.take(all.u16()));
  }
  return extensions;
}

function hostName(names: Cursor): string {
  names.u16(); // length of the list
  if (names.u8() !== 0) throw new TlsError('a server name that is no host name');
  return String.fromCharCode(...names.take(Math.min(names.u16(), 255)));
}

function list(cursor: Cursor, name: (value: number) => string): string[] {
  const names: string[] = [];
  while (cursor.left > 0) names.push(name(cursor.u16()));
  return names;
}

export function versionName(version: number): string {
  if (version === 0x0300) return 'SSL 3.0';
  return version > 0x0300 && version <= 0x0304 ? `TLS 1.${version - 0x0301}` : `0x${version.toString(16)}`;
}

function cipherName(suite: number): string {
  return cipherSuites.get(suite) ?? `0x${suite.toString(16).padStart(4, '0')}`;
}
