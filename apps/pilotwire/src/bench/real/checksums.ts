const ethernet = 14;
const udp = 17;
const transport = ethernet + 40;
const etherTypeIpv6 = 0x86dd;
/** Where the checksum of a protocol lies in its header. */
const checksumAt: Readonly<Record<number, number>> = { 6: 16, [udp]: 6 };

/**
 * Writes the checksum of TCP and UDP over IPv6 that a virtual wire leaves to hardware which is not there; a receiver drops a
 * packet without. RFC 8200 section 8.1. All else stays as it is.
 */
export function finishChecksum(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < transport + 8 || view.getUint16(12) !== etherTypeIpv6) return frame;
  const next = view.getUint8(ethernet + 6);
  const at = checksumAt[next];
  const length = view.getUint16(ethernet + 4);
  const end = transport + length;
  if (at === undefined || end > frame.length || length < at + 2) return frame;
  view.setUint16(transport + at, 0);
  let sum = next + length;
  // Addresses, then all from the transport header on; what fills a short frame up does not count.
  for (let i = ethernet + 8; i + 1 < end; i += 2) sum += view.getUint16(i);
  if (end % 2 === 1) sum += view.getUint8(end - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  // Of UDP a zero says that there is none.
  const checksum = ~sum & 0xffff;
  view.setUint16(transport + at, next === udp && checksum === 0 ? 0xffff : checksum);
  return frame;
}
