import { parseIpv6, formatIpv6 } from '@pilotwire/v2gtp';

/** Where a packet comes from or goes to. Six octets of Ethernet address, sixteen of IPv6. */
export interface End {
  readonly mac: Uint8Array;
  readonly ip: Uint8Array;
  readonly port: number;
}

/** What of a TCP segment is not its ends. `flags` as in `tcpFlag` of `capture`. */
export interface Segment {
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

const etherTypeIpv6 = 0x86dd;
const protocol = { tcp: 6, udp: 17 } as const;
const ethernetLength = 14;
const ipv6Length = 40;
const transportAt = ethernetLength + ipv6Length;
/** What a receiver has room for. It never fills up here. */
const window = 64_000;
/** Maximum segment size of Ethernet and IPv6, told with every SYN. */
const mss = 1_440;
const SYN = 0x02;

/** One UDP datagram in an Ethernet frame. RFC 8200, RFC 768. */
export function udpFrame(from: End, to: End, payload: Uint8Array): Uint8Array {
  const length = 8 + payload.length;
  const { frame, view } = packet(from, to, protocol.udp, length);
  view.setUint16(transportAt, from.port);
  view.setUint16(transportAt + 2, to.port);
  view.setUint16(transportAt + 4, length);
  frame.set(payload, transportAt + 8);
  const sum = checksum(frame, view, protocol.udp, length);
  view.setUint16(transportAt + 6, sum === 0 ? 0xffff : sum); // 0 means: none
  return frame;
}

/** One TCP segment in an Ethernet frame. RFC 8200, RFC 9293. */
export function tcpFrame(from: End, to: End, { sequence, acknowledgment, flags, payload }: Segment): Uint8Array {
  const header = flags & SYN ? 24 : 20;
  const length = header + payload.length;
  const { frame, view } = packet(from, to, protocol.tcp, length);
  view.setUint16(transportAt, from.port);
  view.setUint16(transportAt + 2, to.port);
  view.setUint32(transportAt + 4, sequence);
  view.setUint32(transportAt + 8, acknowledgment);
  view.setUint8(transportAt + 12, header << 2);
  view.setUint8(transportAt + 13, flags);
  view.setUint16(transportAt + 14, window);
  if (flags & SYN) {
    view.setUint16(transportAt + 20, 0x0204);
    view.setUint16(transportAt + 22, mss);
  }
  frame.set(payload, transportAt + header);
  view.setUint16(transportAt + 16, checksum(frame, view, protocol.tcp, length));
  return frame;
}

function packet(from: End, to: End, next: number, length: number): { readonly frame: Uint8Array; readonly view: DataView } {
  const frame = new Uint8Array(transportAt + length);
  const view = new DataView(frame.buffer);
  frame.set(to.mac, 0);
  frame.set(from.mac, 6);
  view.setUint16(12, etherTypeIpv6);
  view.setUint8(ethernetLength, 0x60);
  view.setUint16(ethernetLength + 4, length);
  view.setUint8(ethernetLength + 6, next);
  view.setUint8(ethernetLength + 7, 64);
  frame.set(from.ip, ethernetLength + 8);
  frame.set(to.ip, ethernetLength + 24);
  return { frame, view };
}

/** Over the pseudo header and all from the transport header on, whose own checksum is still 0. RFC 8200 section 8.1. */
function checksum(frame: Uint8Array, view: DataView, next: number, length: number): number {
  let sum = next + length;
  for (let at = ethernetLength + 8; at + 1 < frame.length; at += 2) sum += view.getUint16(at);
  if (frame.length % 2 === 1) sum += (frame[frame.length - 1] as number) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The six octets of `00:b0:52:00:00:01`. Throws `RangeError` on what is no MAC address. */
export function macOctets(mac: string): Uint8Array {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(mac)) throw new RangeError(`not a MAC address: ${mac}`);
  return Uint8Array.from(mac.split(':'), (octet) => Number.parseInt(octet, 16));
}

/** The link-local address that a network card gives itself by its MAC address. RFC 4291 appendix A. */
export function linkLocal(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = macOctets(mac);
  return formatIpv6(Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f));
}

/** The sixteen octets of an IPv6 address in text. Throws `RangeError` on what is none. */
export function ipOctets(ip: string): Uint8Array {
  const octets = parseIpv6(ip);
  if (octets === undefined) throw new RangeError(`not an IPv6 address: ${ip}`);
  return octets;
}

/** All nodes of the link: where a car asks for a charger. */
export const allNodes = { mac: macOctets('33:33:00:00:00:01'), ip: ipOctets('ff02::1') } as const;
