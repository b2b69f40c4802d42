import type { Anomaly } from '@pilotwire/wire';
import { isFilled, isWireError, Reader, WireError, Writer } from '@pilotwire/wire';
import { ETHERTYPE_HOMEPLUG, MAX_FRAME, MIN_FRAME, readEthernet, writeEthernet } from '../ethernet.js';
import type { MmeDeclaration, MmeHeader } from './declare.js';
import { mmeName, VENDOR_SPECIFIC } from './name.js';
import type { Mme } from './table.js';
import { mmes } from './table.js';

/** What any frame with a management message tells, whether its payload is understood or not. */
export interface MmeFrame {
  /** MAC addresses as `00:b0:52:00:00:01`. */
  readonly destination: string;
  readonly source: string;
  /** Management message version: 0 HomePlug AV 1.0, 1 AV 1.1, 2 AV 2.0. */
  readonly mmv: number;
  readonly mmtype: number;
  /** The name in listings, see `mmeName`. */
  readonly type: string;
  readonly anomalies: readonly Anomaly[];
}

/**
 * What became of a frame: `known` with its value; `unknown` where the layout is not known, with everything after the
 * header of its version (OUI and padding included); `malformed` where the bytes do not suffice for that header or for
 * the known layout, with the same bytes and what is wrong; `not-mme` with the whole frame where it is no management message.
 */
export type DecodedMme =
  | (MmeFrame & { readonly kind: 'known'; readonly value: Mme })
  | (MmeFrame & { readonly kind: 'unknown'; readonly payload: Uint8Array })
  | (MmeFrame & { readonly kind: 'malformed'; readonly payload: Uint8Array; readonly error: WireError })
  | { readonly kind: 'not-mme'; readonly bytes: Uint8Array; readonly error: WireError };

/** MMV and MMTYPE follow the Ethernet header. */
const MMV = 14;
const AFTER_MMTYPE = 17;
/** FMI and FMSN, with MMV 1 and 2 only. */
const FRAGMENT_HEADER = 2;
const NO_OUI = -1;

const byMmtype = grouped(({ mmtype }) => mmtype);
const byName = grouped(({ name }) => name);

/**
 * Decodes a whole Ethernet frame (untagged, without check sequence). Never throws; `byte` in errors and anomalies
 * counts from the start of the frame.
 */
export function decodeMme(frame: Uint8Array): DecodedMme {
  const ethernet = readEthernet(frame);
  if (ethernet === undefined || frame.length < AFTER_MMTYPE) {
    return notMme(frame, 'truncated', `${frame.length} octets are shorter than a management message header`);
  }
  const { destination, source, etherType } = ethernet;
  if (etherType !== ETHERTYPE_HOMEPLUG) return notMme(frame, 'unexpected', `EtherType ${hex4(etherType)} is not HomePlug`);

  const mmv = frame[MMV] as number;
  const mmtype = (frame[MMV + 1] as number) | ((frame[MMV + 2] as number) << 8);
  const bodyAt = mmv === 0 ? AFTER_MMTYPE : AFTER_MMTYPE + FRAGMENT_HEADER;
  const oui = mmtype < VENDOR_SPECIFIC ? 0 : ouiAt(frame, bodyAt);
  const declaration = byMmtype.get(mmtype)?.find(({ header }) => fits(header, mmv, oui));
  const type = declaration?.listedAs ?? mmeName(mmtype, oui);

  const reader = new Reader(frame, AFTER_MMTYPE);
  const level = reader.path.enter();
  reader.path.at(level, declaration?.name ?? type);
  try {
    if (mmv !== 0) readFragmentHeader(reader);
    if (oui === NO_OUI) reader.fail('truncated', 'the frame ends within the OUI of a vendor message');
    if (declaration === undefined) {
      const { anomalies } = reader;
      return { kind: 'unknown', destination, source, mmv, mmtype, type, anomalies, payload: frame.slice(bodyAt) };
    }
    if (declaration.header.oui !== undefined) readOui(reader, declaration.header.oui, oui);
    const value = declaration.read(reader, {}) as Mme;
    reportTrailing(reader);
    return { kind: 'known', destination, source, mmv, mmtype, type, anomalies: reader.anomalies, value };
  } catch (error) {
    if (!isWireError(error)) throw error;
    const { anomalies } = reader;
    return { kind: 'malformed', destination, source, mmv, mmtype, type, anomalies, payload: frame.slice(bodyAt), error };
  }
}

/**
 * A whole frame for a message, zero-padded to `MIN_FRAME`. Fields with a usual value may be left out. Throws
 * `WireError`, its path naming the field, for values that do not fit and messages beyond `MAX_FRAME`.
 */
export function encodeMme(destination: string, source: string, value: Mme): Uint8Array {
  const declaration = declarationOf(value);
  const { header } = declaration;
  const writer = new Writer(MAX_FRAME);
  const level = writer.path.enter();
  writer.path.at(level, declaration.name);
  writeEthernet(writer, { destination, source, etherType: ETHERTYPE_HOMEPLUG });
  writer.u8(header.mmv);
  writer.le16(declaration.mmtype);
  if (header.mmv !== 0) writer.fill(FRAGMENT_HEADER, 0);
  if (header.oui !== undefined) {
    writer.u8(header.oui >>> 16);
    writer.be16(header.oui & 0xffff);
  }
  declaration.write(writer, value, {});
  return writer.finish(MIN_FRAME);
}

function declarationOf(value: Mme): MmeDeclaration {
  const candidates = byName.get(value.mme);
  if (candidates === undefined) throw new WireError('unexpected', 0, '', `no message "${String(value.mme)}"`);
  const version = 'mmv' in value ? value.mmv : undefined;
  const chosen = version === undefined ? candidates[0] : candidates.find(({ header }) => header.mmv === version);
  return chosen ?? failVersion(value.mme);
}

function failVersion(name: string): never {
  throw new WireError('unexpected', 0, `${name}/mmv`, 'no layout of this message has this version');
}

/** CM_ messages have one layout in versions 1 and 2; vendor messages one in each version and vendor. */
function fits(header: MmeHeader, mmv: number, oui: number): boolean {
  if (header.oui === undefined) return mmv === 1 || mmv === 2;
  return header.mmv === mmv && (header.oui === oui || header.alsoOui === oui);
}

/** 24 bits, or `NO_OUI` where the frame ends before them. */
function ouiAt(frame: Uint8Array, at: number): number {
  if (frame.length < at + 3) return NO_OUI;
  return ((frame[at] as number) << 16) | ((frame[at + 1] as number) << 8) | (frame[at + 2] as number);
}

function readOui(reader: Reader, usual: number, found: number): void {
  if (found !== usual) reader.report('unusual', reader.at, `OUI ${found.toString(16).padStart(6, '0')}`);
  reader.at += 3;
}

function readFragmentHeader(reader: Reader): void {
  const byte = reader.at;
  const fmi = reader.u8();
  const fmsn = reader.u8();
  if (fmi !== 0 || fmsn !== 0) reader.report('fragmented', byte, `FMI ${fmi}, FMSN ${fmsn}: one piece of several`);
}

function reportTrailing(reader: Reader): void {
  const { bytes, at, end } = reader;
  if (at >= end) return;
  if (!isFilled(bytes, at, end, 0)) reader.report('trailing', at, `${end - at} octets after the message, not all zero`);
  else if (end > MIN_FRAME) reader.report('trailing', at, `${end - at} zero octets after the message`);
}

function grouped<K>(keyOf: (declaration: MmeDeclaration) => K): ReadonlyMap<K, readonly MmeDeclaration[]> {
  const groups = new Map<K, MmeDeclaration[]>();
  for (const declaration of mmes as readonly MmeDeclaration[]) {
    const key = keyOf(declaration);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [declaration]);
    else group.push(declaration);
  }
  return groups;
}

function notMme(frame: Uint8Array, code: 'truncated' | 'unexpected', what: string): DecodedMme {
  return { kind: 'not-mme', bytes: frame.slice(), error: new WireError(code, Math.min(frame.length, 12), '', what) };
}

function hex4(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
