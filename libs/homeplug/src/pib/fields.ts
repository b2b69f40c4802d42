import type { Field, Infer } from '@pilotwire/wire';
import { bytes, isWireError, le32, mac, Reader, text, u8, Writer } from '@pilotwire/wire';
import { PibError } from './error.js';
import type { PibFile } from './file.js';
import { openPib, PIB_LENGTH, reseal } from './file.js';

interface Placed<T> {
  readonly offset: number;
  readonly field: Field<T>;
}

function at<T>(offset: number, field: Field<T>): Placed<T> {
  return { offset, field };
}

/** A human friendly identifier: text in 64 octets, zero-filled. */
const hfid = text(64);

/** Named places of a parameter block (QCA7000, QCA7005, QCA7420), offsets from the start of the block. */
const places = {
  firmwareVersion: at(0x00, u8),
  pibVersion: at(0x01, u8),
  mac: at(0x0c, mac),
  dak: at(0x12, bytes(16)),
  manufacturerHfid: at(0x24, hfid),
  nmk: at(0x64, bytes(16)),
  userHfid: at(0x74, hfid),
  networkHfid: at(0xb4, hfid),
  /** Central coordinator: 0 automatic, 1 never, 2 always, 3 user, 4 covert. */
  ccoSelection: at(0xf4, u8),
  coexistence: at(0xf5, u8),
  lineFrequency: at(0xf6, u8),
  preferredNid: at(0xf8, bytes(7)),
  autoFirmwareUpgradeable: at(0xff, u8),
  mduConfiguration: at(0x100, u8),
  mduRole: at(0x101, u8),
  snifferEnable: at(0x102, u8),
  snifferReturnMac: at(0x103, mac),
  medium: at(0x109, u8),
  /** 0 off, 1 PEV, 2 EVSE; the modem shows its host only the messages that this role receives. */
  slacEnable: at(0x1653, u8),
  pibHar: at(0x16d2, u8),
  fastAvlnAssociate: at(0x16d3, u8),
  /** No unit is documented; every charging modem seen has 10240 and 102400. */
  lowSpeedLink: at(0x1c98, le32),
  highSpeedLink: at(0x1c9c, le32),
  dbcEnable: at(0x1f80, u8),
  simpleQos: at(0x2030, u8),
} as const;

export type PibFieldName = keyof typeof places;

/** The named fields of a parameter block. Those beyond the end of a shorter block are absent. */
export type PibFields = { readonly [K in PibFieldName]?: Infer<(typeof places)[K]['field']> };

type PibValue = string | number | Uint8Array;

const names = Object.keys(places) as readonly PibFieldName[];

/** Reads the named fields of a parameter block, bare or in a container. Throws `PibError` for what is none. */
export function readPib(file: Uint8Array): PibFields {
  const pib = openPib(file);
  return Object.fromEntries(names.filter((name) => holds(pib, name)).map((name) => [name, readField(pib, name)]));
}

/**
 * A copy of the file with fields changed and the checksums of block and header made right. Who changes `nmk` also
 * changes `preferredNid` to its `nidFromNmk`, for chkpib refuses another. Throws `PibError` `field`
 * for a field that this block is too short for, and for a value that does not fit.
 */
export function patchPib(file: Uint8Array, changes: PibFields): Uint8Array {
  const pib = openPib(file.slice());
  for (const name of names) {
    const value = changes[name];
    if (value === undefined) continue;
    pib.bytes.set(writeField(pib, name, value), pib.image + places[name].offset);
  }
  reseal(pib);
  return pib.bytes;
}

/** A difference between two blocks: of a named field, or of a run of other octets. `offset` counts in the block. */
export interface PibChange {
  readonly field?: PibFieldName;
  readonly offset: number;
  readonly before: PibValue;
  readonly after: PibValue;
}

/**
 * What differs between two parameter blocks, in order of offset; either may be bare or in a container. Length and
 * checksum words are left out, for they follow from the rest. Throws `PibError` `length` for blocks of unequal length.
 */
export function diffPib(before: Uint8Array, after: Uint8Array): readonly PibChange[] {
  const [a, b] = [openPib(before), openPib(after)];
  if (a.length !== b.length) throw new PibError('length', 0, `blocks of ${a.length} and ${b.length} octets`);
  const [x, y] = [blockOf(a), blockOf(b)];

  const differs = x.map((octet, i) => Number(octet !== y[i]));
  differs.fill(0, PIB_LENGTH, places.mac.offset);
  const changes: PibChange[] = [];
  for (const name of names.filter((candidate) => holds(a, candidate))) {
    const { offset, field } = places[name];
    const span = differs.subarray(offset, offset + field.size);
    if (!span.includes(1)) continue;
    const [was, is] = [readField(a, name), readField(b, name)];
    // Equal texts that differ behind their NUL: what differs is none of the field.
    if (was === is) continue;
    span.fill(0);
    changes.push({ field: name, offset, before: was, after: is });
  }
  for (let from = differs.indexOf(1); from >= 0; from = differs.indexOf(1, from)) {
    let to = from;
    while (differs[to] === 1) differs[to++] = 0;
    changes.push({ offset: from, before: x.slice(from, to), after: y.slice(from, to) });
  }
  return changes.sort((one, other) => one.offset - other.offset);
}

function blockOf({ bytes: file, image, length }: PibFile): Uint8Array {
  return file.subarray(image, image + length);
}

function holds({ length }: PibFile, name: PibFieldName): boolean {
  const { offset, field } = places[name];
  return offset + field.size <= length;
}

function readField({ bytes: file, image }: PibFile, name: PibFieldName): PibValue {
  const { offset, field }: Placed<PibValue> = places[name];
  return field.read(new Reader(file, image + offset), {});
}

function writeField(pib: PibFile, name: PibFieldName, value: PibValue): Uint8Array {
  const { offset, field }: Placed<PibValue> = places[name];
  if (!holds(pib, name)) throw new PibError('field', pib.image + offset, `a block of ${pib.length} octets has no ${name}`);
  const writer = new Writer();
  try {
    field.write(writer, value, {});
  } catch (error) {
    if (!isWireError(error)) throw error;
    throw new PibError('field', pib.image + offset, `${name}: ${error.message}`);
  }
  return writer.finish();
}
