import { sha256 } from '@noble/hashes/sha2.js';

/** HomePlug AV's salts: of network passwords (NMK) and of device passwords (DAK). */
const NMK_SALT = Uint8Array.of(0x08, 0x85, 0x6d, 0xaf, 0x7c, 0xf5, 0x81, 0x86);
const DAK_SALT = Uint8Array.of(0x08, 0x85, 0x6d, 0xaf, 0x7c, 0xf5, 0x81, 0x85);
const PASSWORD_ROUNDS = 1000;
const NID_ROUNDS = 5;

export const NMK_LENGTH = 16;
export const NID_LENGTH = 7;

/** How a network lets stations in: with a button (simple connect), or only with its key or a secured exchange. */
export type SecurityLevel = 'simple-connect' | 'secure';

/**
 * The network membership key of a network password (16 octets): PBKDF1 with SHA-256, 1000 rounds. Characters above
 * U+00FF throw `RangeError`; whether the password is 12 to 64 printable characters, as HomePlug AV asks, is not
 * checked, for keys of shorter ones are in use.
 */
export function nmkFromPassword(password: string): Uint8Array {
  return passwordKey(password, NMK_SALT);
}

/** The device access key of a device password, as printed on a modem (16 octets). */
export function dakFromPassword(password: string): Uint8Array {
  return passwordKey(password, DAK_SALT);
}

/** The network id (7 octets) of an NMK (16; else `RangeError`), as every real charger sends it. */
export function nidFromNmk(nmk: Uint8Array, level: SecurityLevel = 'simple-connect'): Uint8Array {
  if (nmk.length !== NMK_LENGTH) throw new RangeError(`an NMK has ${NMK_LENGTH} octets, not ${nmk.length}`);
  const nid = repeatHash(nmk, NID_ROUNDS).slice(0, NID_LENGTH);
  nid[6] = ((nid[6] as number) >> 4) | (level === 'secure' ? 0x10 : 0);
  return nid;
}

function passwordKey(password: string, salt: Uint8Array): Uint8Array {
  const start = new Uint8Array(password.length + salt.length);
  for (let i = 0; i < password.length; i++) {
    const code = password.charCodeAt(i);
    if (code > 0xff) throw new RangeError(`character ${i} of a password does not fit an octet`);
    start[i] = code;
  }
  start.set(salt, password.length);
  return repeatHash(start, PASSWORD_ROUNDS).slice(0, NMK_LENGTH);
}

function repeatHash(bytes: Uint8Array, rounds: number): Uint8Array {
  let hash = bytes;
  for (let i = 0; i < rounds; i++) hash = sha256(hash);
  return hash;
}
