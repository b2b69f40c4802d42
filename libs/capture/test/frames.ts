/** Frames built byte by byte, for the tests of this library and of those that read its packets. */

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);
export const u32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

export interface End {
  readonly address: Uint8Array;
  readonly port: number;
}

/** A link-local address ending in `last`. */
export const linkLocal = (last: number): Uint8Array =>
  Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0xff, 0xfe, 0, 0, last);

export const car: End = { address: linkLocal(1), port: 49152 };
export const charger: End = { address: linkLocal(2), port: 51110 };

export const carMac = Uint8Array.of(2, 0, 0, 0, 0, 1);
export const chargerMac = Uint8Array.of(2, 0, 0, 0, 0, 2);

export const ethernet = (type: number, payload: Uint8Array): Uint8Array =>
  concat(chargerMac, carMac, u16(type), payload);

/** An IPv6 packet; `extensions` are whole extension headers, the first of type `next`, whose last names `transport`. */
export const ipv6 = (from: Uint8Array, to: Uint8Array, next: number, rest: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(0x60, 0, 0, 0), u16(rest.length), Uint8Array.of(next, 64), from, to, rest);

export const ipv4 = (from: Uint8Array, to: Uint8Array, next: number, rest: Uint8Array, fragment = 0): Uint8Array =>
  concat(
    Uint8Array.of(0x45, 0),
    u16(20 + rest.length),
    u16(1),
    u16(fragment),
    Uint8Array.of(64, next, 0, 0),
    from,
    to,
    rest,
  );

export const udp = (fromPort: number, toPort: number, payload: Uint8Array): Uint8Array =>
  concat(u16(fromPort), u16(toPort), u16(8 + payload.length), u16(0), payload);

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

export const tcp = (
  fromPort: number,
  toPort: number,
  sequence: number,
  acknowledgment: number,
  flags: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array =>
  concat(
    u16(fromPort),
    u16(toPort),
    u32(sequence),
    u32(acknowledgment),
    Uint8Array.of(0x50, flags),
    u16(0xffff),
    u32(0), // checksum and urgent pointer
    payload,
  );

export const udpFrame = (from: End, to: End, payload: Uint8Array): Uint8Array =>
  ethernet(0x86dd, ipv6(from.address, to.address, 17, udp(from.port, to.port, payload)));

/** One segment as an Ethernet frame. */
export const tcpFrame = (
  from: End,
  to: End,
  sequence: number,
  flags: number,
  payload: Uint8Array = new Uint8Array(0),
  acknowledgment = 0,
): Uint8Array =>
  ethernet(
    0x86dd,
    ipv6(from.address, to.address, 6, tcp(from.port, to.port, sequence, acknowledgment, flags, payload)),
  );
