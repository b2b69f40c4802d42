import { putLe32, xorChecksum32 } from '@pilotwire/wire';

/** Length of a QCA7005's block, in octets. */
export const BLOCK = 8080;
const HEADER = 0x60;

/** A bare parameter block with the network name of nobody and a checksum that holds. */
export function barePib(length = BLOCK): Uint8Array {
  const bytes = block(length);
  bytes.set([0x05, 0x07, 0, 0, length & 0xff, length >> 8]);
  putLe32(bytes, 8, xorChecksum32(bytes));
  return bytes;
}

/** The same block in a container: manifest, then parameter block, as a modem's flash holds them. */
export function containedPib(): Uint8Array {
  const manifest = new TextEncoder().encode('a manifest of 24 octets\0');
  const pibHeader = HEADER + manifest.length;
  const bytes = new Uint8Array(pibHeader + HEADER + BLOCK);
  bytes.set(manifest, HEADER);
  bytes.set(block(BLOCK), pibHeader + HEADER);
  putHeader(bytes, 0, { type: 0x0e, length: manifest.length, next: pibHeader });
  putHeader(bytes, pibHeader, { type: 0x0f, length: BLOCK, next: 0xffff_ffff });
  return bytes;
}

export interface Header {
  readonly type: number;
  readonly length: number;
  readonly next: number;
}

/** Writes the header of the module whose image follows it, with both checksums. */
export function putHeader(bytes: Uint8Array, at: number, { type, length, next }: Header): void {
  const image = at + HEADER;
  const words = [0x0001_0001, 0, image, 0x0020_0000, length, xorChecksum32(bytes, image, image + length), 0xffff_ffff, next, 0xffff_ffff, type];
  words.forEach((word, i) => putLe32(bytes, at + 4 * i, word));
  putLe32(bytes, at + 0x5c, xorChecksum32(bytes, at, at + 0x5c));
}

function block(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0x200; i < length; i++) bytes[i] = (i * 7) & 0xff;
  return bytes;
}
