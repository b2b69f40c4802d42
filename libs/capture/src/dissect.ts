import { etherType, readLink } from './link.js';
import type { Packet } from './packet.js';

/** Source and destination of a packet, as places in its bytes: nothing is copied for packets that nobody keeps. */
export interface Endpoints {
  readonly bytes: Uint8Array;
  /** Where the source address begins in `bytes`. */
  readonly source: number;
  readonly destination: number;
  /** 4 or 16. */
  readonly addressLength: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface UdpDatagram extends Endpoints {
  readonly kind: 'udp';
  readonly payload: Uint8Array;
  /** Payload bytes that the capture did not keep. */
  readonly missing: number;
}

export interface TcpSegment extends Endpoints {
  readonly kind: 'tcp';
  readonly sequence: number;
  readonly acknowledgment: number;
  /** See `tcpFlag`. */
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly missing: number;
}

/** A frame that carries no IP. */
export interface OtherFrame {
  readonly kind: 'frame';
  readonly etherType: number;
  /** Where its payload begins in the packet. */
  readonly start: number;
}

/** Why a packet was not read as far as its transport. */
export type UnreadReason =
  /** A link type that is not read, or a packet shorter than its link header. */
  | 'link'
  /** An IP header, or a UDP or TCP one, that is cut off or contradicts itself. */
  | 'malformed'
  /** A part of a fragmented IP packet: fragments are not put together. */
  | 'fragment'
  /** IP, but neither UDP nor TCP. */
  | 'protocol';

export interface Unread {
  readonly kind: 'unread';
  readonly why: UnreadReason;
}

export type Dissected = UdpDatagram | TcpSegment | OtherFrame | Unread;

export const tcpFlag = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const;

const protocol = { tcp: 6, udp: 17 } as const;

/** IPv6 extension headers that are passed over: hop-by-hop, routing, destination options, mobility, HIP, shim6. */
const extensions: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);
const FRAGMENT = 44;
const AUTHENTICATION = 51;

const unread = (why: UnreadReason): Unread => ({ kind: 'unread', why });

/** Finds the transport payload of a packet, or says how far it got. Reads; copies nothing; never throws. */
export function dissect({ linkType, bytes }: Pick<Packet, 'linkType' | 'bytes'>): Dissected {
  const link = readLink(linkType, bytes);
  if (link === undefined) return unread('link');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (link.etherType === etherType.ipv6) return ipv6(bytes, view, link.start);
  if (link.etherType === etherType.ipv4) return ipv4(bytes, view, link.start);
  return { kind: 'frame', ...link };
}

function ipv6(bytes: Uint8Array, view: DataView, at: number): Dissected {
  if (at + 40 > bytes.length || view.getUint8(at) >> 4 !== 6) return unread('malformed');
  // A length of 0 is a packet that the capturing host had not cut into segments yet: it ends with the frame.
  const end = at + 40 + (view.getUint16(at + 4) || bytes.length - at - 40);
  let next = view.getUint8(at + 6);
  let start = at + 40;
  for (;;) {
    if (next === protocol.tcp || next === protocol.udp) return transport(bytes, view, next, at + 8, 16, start, end);
    const known = extensions.has(next) || next === FRAGMENT || next === AUTHENTICATION;
    if (!known) return unread('protocol');
    if (start + 8 > Math.min(end, bytes.length)) return unread('malformed');
    // Offset and more-fragments flag both 0: an atomic fragment, which is the whole packet.
    if (next === FRAGMENT && (view.getUint16(start + 2) & 0xfff9) !== 0) return unread('fragment');
    const words = view.getUint8(start + 1);
    const length = next === FRAGMENT ? 8 : next === AUTHENTICATION ? 4 * (words + 2) : 8 * (words + 1);
    next = view.getUint8(start);
    start += length;
  }
}

function ipv4(bytes: Uint8Array, view: DataView, at: number): Dissected {
  if (at + 20 > bytes.length || view.getUint8(at) >> 4 !== 4) return unread('malformed');
  const header = 4 * (view.getUint8(at) & 0x0f);
  const total = view.getUint16(at + 2) || bytes.length - at;
  if (header < 20 || total < header) return unread('malformed');
  if ((view.getUint16(at + 6) & 0x3fff) !== 0) return unread('fragment');
  const next = view.getUint8(at + 9);
  if (next !== protocol.tcp && next !== protocol.udp) return unread('protocol');
  return transport(bytes, view, next, at + 12, 4, at + header, at + total);
}

function transport(
  bytes: Uint8Array,
  view: DataView,
  next: number,
  source: number,
  addressLength: number,
  at: number,
  end: number,
): Dissected {
  const kept = Math.min(end, bytes.length);
  const header = next === protocol.udp ? 8 : 20;
  if (at + header > kept) return unread('malformed');
  const destination = source + addressLength;
  const sourcePort = view.getUint16(at);
  const destinationPort = view.getUint16(at + 2);
  if (next === protocol.udp) {
    const length = view.getUint16(at + 4) || end - at;
    if (length < 8 || at + length > end) return unread('malformed');
    const stop = Math.min(kept, at + length);
    const payload = bytes.subarray(at + 8, stop);
    const missing = at + length - stop;
    return { kind: 'udp', bytes, source, destination, addressLength, sourcePort, destinationPort, payload, missing };
  }
  const offset = 4 * (view.getUint8(at + 12) >> 4);
  if (offset < 20 || at + offset > end) return unread('malformed');
  return {
    kind: 'tcp',
    bytes,
    source,
    destination,
    addressLength,
    sourcePort,
    destinationPort,
    sequence: view.getUint32(at + 4),
    acknowledgment: view.getUint32(at + 8),
    flags: view.getUint8(at + 13),
    payload: bytes.subarray(Math.min(at + offset, kept), kept),
    missing: end - Math.max(kept, at + offset),
  };
}
