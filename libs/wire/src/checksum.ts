import { le32At } from './reader.js';

/**
 * One's complement of the exclusive or of all little-endian 32-bit words from `from` up to `to`: the checksum of the
 * modems' modules, parameter blocks and image headers. Octets after the last whole word do not count, nor do any
 * beyond the end of `bytes`.
 */
export function xorChecksum32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let sum = 0;
  const end = Math.min(to, bytes.length);
  for (let at = from; at + 4 <= end; at += 4) sum ^= le32At(bytes, at);
  return ~sum >>> 0;
}
