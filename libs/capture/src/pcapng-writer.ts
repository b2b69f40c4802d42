import type { Timestamp } from './packet.js';
import { block, BYTE_ORDER_MAGIC, option } from './pcapng.js';

export interface InterfaceDescription {
  /** LINKTYPE number, e.g. `linkType.ethernet`. */
  readonly linkType: number;
  /** As Wireshark shows it; ASCII. */
  readonly name?: string;
}

export interface PacketToWrite {
  readonly time: Timestamp;
  readonly bytes: Uint8Array;
  /** Index into the interfaces of the header; default 0. */
  readonly interfaceId?: number;
  /** Length on the wire where more than was kept. */
  readonly originalLength?: number;
}

/** The beginning of a pcapng file: one section, its interfaces with nanosecond clocks. Packets follow. */
export function pcapngHeader(interfaces: readonly InterfaceDescription[]): Uint8Array {
  const section = writeBlock(block.section, 16, (view) => {
    view.setUint32(0, BYTE_ORDER_MAGIC, true);
    view.setUint16(4, 1, true); // version 1.0
    view.setBigInt64(8, -1n, true); // length of the section: not known while writing
  });
  return concat([section, ...interfaces.map(interfaceBlock)]);
}

/** One enhanced packet block. */
export function pcapngPacket({
  time,
  bytes,
  interfaceId = 0,
  originalLength = bytes.length,
}: PacketToWrite): Uint8Array {
  const ticks = BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos);
  return writeBlock(block.enhancedPacket, 20 + bytes.length, (view, body) => {
    view.setUint32(0, interfaceId, true);
    view.setUint32(4, Number(ticks >> 32n), true);
    view.setUint32(8, Number(ticks & 0xffff_ffffn), true);
    view.setUint32(12, bytes.length, true);
    view.setUint32(16, originalLength, true);
    body.set(bytes, 20);
  });
}

function interfaceBlock({ linkType, name = '' }: InterfaceDescription): Uint8Array {
  const nameLength = name === '' ? 0 : 4 + padded(name.length);
  return writeBlock(block.interface, 8 + 8 + nameLength + 4, (view, body) => {
    view.setUint16(0, linkType, true);
    view.setUint16(8, option.tsResolution, true);
    view.setUint16(10, 1, true);
    view.setUint8(12, 9); // 10^-9 seconds
    if (name === '') return;
    view.setUint16(16, option.name, true);
    view.setUint16(18, name.length, true);
    for (let i = 0; i < name.length; i++) body[20 + i] = name.charCodeAt(i) & 0x7f;
  });
}

function writeBlock(type: number, length: number, fill: (view: DataView, body: Uint8Array) => void): Uint8Array {
  const total = 12 + padded(length);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  view.setUint32(total - 4, total, true);
  fill(new DataView(bytes.buffer, 8, length), bytes.subarray(8, 8 + length));
  return bytes;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
