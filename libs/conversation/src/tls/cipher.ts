import { cbc, gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { expand } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';

type Hash = typeof sha256 | typeof sha384;

/** A record as it is on the wire. */
export interface WireRecord {
  readonly type: number;
  /** Type, version and length: five bytes. */
  readonly header: Uint8Array;
  readonly content: Uint8Array;
}

/** What was in an encrypted record. */
export interface Opened {
  readonly type: number;
  readonly content: Uint8Array;
}

/** Opens the records of one direction, one after another. Undefined where a record does not belong to the keys. */
export type Opener = (record: WireRecord) => Opened | undefined;

interface Suite {
  readonly hash: Hash;
  readonly keyLength: number;
  readonly cipher: 'cbc' | 'gcm' | 'chacha';
}

/** By number: the suites of ISO 15118-2 and -20, and the usual others of the same kinds. */
const suites: ReadonlyMap<number, Suite> = new Map([
  [0x1301, { hash: sha256, keyLength: 16, cipher: 'gcm' }],
  [0x1302, { hash: sha384, keyLength: 32, cipher: 'gcm' }],
  [0x1303, { hash: sha256, keyLength: 32, cipher: 'chacha' }],
  [0xc023, { hash: sha256, keyLength: 16, cipher: 'cbc' }],
  [0xc025, { hash: sha256, keyLength: 16, cipher: 'cbc' }],
  [0xc02b, { hash: sha256, keyLength: 16, cipher: 'gcm' }],
  [0xc02c, { hash: sha384, keyLength: 32, cipher: 'gcm' }],
]);

export function suiteOf(number: number): Suite | undefined {
  return suites.get(number);
}

/** What both sides of a TLS 1.2 session know. */
export interface Tls12Secrets {
  readonly master: Uint8Array;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  /** The MAC is over the ciphertext (RFC 7366). */
  readonly encryptThenMac: boolean;
}

const MAC = 32;
const BLOCK = 16;

/** RFC 5246, 5 and 6.3: the keys come in a row, the client's before the server's of each kind. */
export function openerOfTls12(suite: Suite, secrets: Tls12Secrets, side: 'client' | 'server'): Opener {
  const { hash, keyLength, cipher } = suite;
  const macLength = cipher === 'cbc' ? MAC : 0;
  const ivLength = cipher === 'gcm' ? 4 : 0;
  const seed = joined(ascii('key expansion'), secrets.serverRandom, secrets.clientRandom);
  const block = prf(hash, secrets.master, seed, 2 * (macLength + keyLength + ivLength));
  const own = (start: number, length: number): Uint8Array => block.subarray(start + (side === 'client' ? 0 : length)).subarray(0, length);
  const macKey = own(0, macLength);
  const key = own(2 * macLength, keyLength);
  const iv = own(2 * (macLength + keyLength), ivLength);
  let sequence = 0n;
  return (record) => {
    const number = sequence++;
    const content = cipher === 'cbc' ? openCbc(record, number, key, macKey, secrets.encryptThenMac) : openGcm12(record, number, key, iv);
    return content && { type: record.type, content };
  };
}

function openCbc(record: WireRecord, number: bigint, key: Uint8Array, macKey: Uint8Array, encryptThenMac: boolean): Uint8Array | undefined {
  const { content, header } = record;
  const body = encryptThenMac ? content.subarray(0, Math.max(content.length - MAC, 0)) : content;
  if (body.length < 2 * BLOCK || body.length % BLOCK !== 0) return undefined;
  const mac = (bytes: Uint8Array): Uint8Array => hmac(sha256, macKey, joined(sequenceBytes(number), header.subarray(0, 3), length16(bytes), bytes));
  if (encryptThenMac && !same(mac(body), content.subarray(body.length))) return undefined;
  const plain = cbc(key, body.subarray(0, BLOCK), { disablePadding: true }).decrypt(body.subarray(BLOCK));
  const end = plain.length - 1 - (plain[plain.length - 1] ?? 0) - (encryptThenMac ? 0 : MAC);
  if (end < 0) return undefined;
  const opened = plain.subarray(0, end);
  return encryptThenMac || same(mac(opened), plain.subarray(end, end + MAC)) ? opened : undefined;
}

/** RFC 5288: eight bytes of the nonce are in front of the ciphertext. */
function openGcm12(record: WireRecord, number: bigint, key: Uint8Array, iv: Uint8Array): Uint8Array | undefined {
  const { content, header } = record;
  if (content.length < 24) return undefined;
  const sealed = content.subarray(8);
  const aad = joined(sequenceBytes(number), header.subarray(0, 3), length16(sealed.subarray(16)));
  return unsealed(() => gcm(key, joined(iv, content.subarray(0, 8)), aad).decrypt(sealed));
}

/** RFC 8446, 5.2 and 7.3: from the traffic secret of one direction; the content's type stands at its end, before zeros. */
export function openerOfTls13({ hash, keyLength, cipher }: Suite, secret: Uint8Array): Opener {
  const key = expandLabel(hash, secret, 'key', keyLength);
  const iv = expandLabel(hash, secret, 'iv', 12);
  let sequence = 0n;
  return ({ header, content }) => {
    const number = joined(new Uint8Array(4), sequenceBytes(sequence++));
    const nonce = iv.map((byte, i) => byte ^ (number[i] as number));
    const open = cipher === 'chacha' ? chacha20poly1305(key, nonce, header) : gcm(key, nonce, header);
    const plain = unsealed(() => open.decrypt(content));
    const end = plain?.findLastIndex((byte) => byte !== 0) ?? -1;
    return plain && end >= 0 ? { type: plain[end] as number, content: plain.subarray(0, end) } : undefined;
  };
}

/** The secret that follows a KeyUpdate. RFC 8446, 7.2 */
export function nextSecret({ hash }: Suite, secret: Uint8Array): Uint8Array {
  return expandLabel(hash, secret, 'traffic upd', secret.length);
}

function expandLabel(hash: Hash, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = ascii(`tls13 ${label}`);
  return expand(hash, secret, joined(Uint8Array.of(length >> 8, length & 0xff, name.length), name, Uint8Array.of(0)), length);
}

/** RFC 5246, 5: P_hash. */
function prf(hash: Hash, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  let block: Uint8Array = new Uint8Array(0);
  for (let a = hmac(hash, secret, seed); block.length < length; a = hmac(hash, secret, a)) {
    block = joined(block, hmac(hash, secret, joined(a, seed)));
  }
  return block;
}

/** The ciphers throw where a tag does not hold. */
function unsealed(open: () => Uint8Array): Uint8Array | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

function sequenceBytes(number: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, number);
  return bytes;
}

function length16({ length }: Uint8Array): Uint8Array {
  return Uint8Array.of(length >> 8, length & 0xff);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
