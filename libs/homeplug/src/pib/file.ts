import { le32At, putLe32, xorChecksum32 } from '@pilotwire/wire';
import { PibError } from './error.js';

/*
 * A parameter block comes bare, as older modems' tools write it, or in a container as it lies in the modem's flash: a
 * chain of modules, each an image behind a header of 96 octets. Offsets and layouts as chkpib of open-plc-utils knows
 * them, checked against blocks that modems sent (seen: devolo Green PHY module and a QCA7420, 2022).
 */

/** Begins a container: major and minor version 1 of its first header. */
const CONTAINER_MAGIC = 0x0001_0001;
const HEADER_LENGTH = 0x60;
const END_OF_CHAIN = 0xffff_ffff;
/** More modules than any firmware has; a chain beyond it is garbage. */
const MOST_MODULES = 64;

/** Offsets within a header. */
const NVM_ADDRESS = 0x08;
const IMAGE_LENGTH = 0x10;
const IMAGE_CHECKSUM = 0x14;
const NEXT = 0x1c;
const TYPE = 0x24;
const HEADER_CHECKSUM = 0x5c;

export const MODULE_TYPE_MANIFEST = 0x0e;
export const MODULE_TYPE_PIB = 0x0f;

/** Offsets within a bare parameter block; in a container these octets are zero. */
export const PIB_LENGTH = 0x04;
export const PIB_CHECKSUM = 0x08;
/** A parameter block without its network membership is none. */
export const LEAST_PIB = 0x100;

/** One module of a container: where its header and its image lie in the file, in octets. */
export interface NvmModule {
  readonly type: number;
  readonly header: number;
  readonly image: number;
  readonly length: number;
}

/** A checked parameter block file: the block is `length` octets at `image`, in `header`'s module if it is a container. */
export interface PibFile {
  readonly bytes: Uint8Array;
  readonly image: number;
  readonly length: number;
  /** Empty for a bare block. */
  readonly modules: readonly NvmModule[];
}

/** Finds the parameter block; checks every length, the chain and every checksum; throws `PibError`. Copies nothing. */
export function openPib(bytes: Uint8Array): PibFile {
  if (bytes.length < LEAST_PIB) {
    throw new PibError('truncated', bytes.length, `${bytes.length} octets are no parameter block`);
  }
  return le32At(bytes, 0) === CONTAINER_MAGIC ? openContainer(bytes) : openBare(bytes);
}

/** Makes the checksums of a changed parameter block right again, in place. */
export function reseal({ bytes, image, length, modules }: PibFile): void {
  const module = modules.find(({ type }) => type === MODULE_TYPE_PIB);
  if (module === undefined) {
    putLe32(bytes, PIB_CHECKSUM, 0);
    putLe32(bytes, PIB_CHECKSUM, xorChecksum32(bytes));
    return;
  }
  putLe32(bytes, module.header + IMAGE_CHECKSUM, xorChecksum32(bytes, image, image + length));
  putLe32(bytes, module.header + HEADER_CHECKSUM, xorChecksum32(bytes, module.header, module.header + HEADER_CHECKSUM));
}

function openBare(bytes: Uint8Array): PibFile {
  const length = (bytes[PIB_LENGTH] as number) | ((bytes[PIB_LENGTH + 1] as number) << 8);
  if (length > bytes.length) {
    throw new PibError('truncated', bytes.length, `the block is ${length} octets, the file ${bytes.length}`);
  }
  if (length !== bytes.length || length % 4 !== 0) {
    throw new PibError('length', PIB_LENGTH, `a block of ${length} octets in a file of ${bytes.length}`);
  }
  // The checksum is one of the words, so that all together give none.
  if (xorChecksum32(bytes) !== 0) throw new PibError('checksum', PIB_CHECKSUM, 'the checksum of the block does not hold');
  return { bytes, image: 0, length, modules: [] };
}

function openContainer(bytes: Uint8Array): PibFile {
  const modules: NvmModule[] = [];
  for (let header = 0; header !== END_OF_CHAIN; header = nextHeader(bytes, header)) {
    if (modules.length === MOST_MODULES) throw new PibError('chain', header, `more than ${MOST_MODULES} modules`);
    modules.push(openModule(bytes, header));
  }
  const pib = modules.find(({ type }) => type === MODULE_TYPE_PIB);
  if (pib === undefined) throw new PibError('chain', 0, 'the container holds no parameter block');
  if (pib.length < LEAST_PIB) {
    throw new PibError('length', pib.header + IMAGE_LENGTH, `${pib.length} octets are no parameter block`);
  }
  return { bytes, image: pib.image, length: pib.length, modules };
}

function openModule(bytes: Uint8Array, header: number): NvmModule {
  if (header + HEADER_LENGTH > bytes.length) {
    throw new PibError('truncated', header, 'the file ends within a module header');
  }
  if (xorChecksum32(bytes, header, header + HEADER_LENGTH) !== 0) {
    throw new PibError('checksum', header + HEADER_CHECKSUM, 'the checksum of a module header does not hold');
  }
  const image = le32At(bytes, header + NVM_ADDRESS);
  const length = le32At(bytes, header + IMAGE_LENGTH);
  if (length % 4 !== 0) {
    throw new PibError('length', header + IMAGE_LENGTH, `an image of ${length} octets is not whole words`);
  }
  if (image < header + HEADER_LENGTH || image + length > bytes.length) {
    throw new PibError('truncated', header + NVM_ADDRESS, `an image of ${length} octets at ${image} is not in the file`);
  }
  if (xorChecksum32(bytes, image, image + length) !== le32At(bytes, header + IMAGE_CHECKSUM)) {
    throw new PibError('checksum', header + IMAGE_CHECKSUM, 'the checksum of an image does not hold');
  }
  return { type: le32At(bytes, header + TYPE), header, image, length };
}

/** Modules lie one after the other, so a chain that goes on always goes forward. */
function nextHeader(bytes: Uint8Array, header: number): number {
  const next = le32At(bytes, header + NEXT);
  if (next <= header) throw new PibError('chain', header + NEXT, `the chain goes back to ${next}`);
  return next;
}
