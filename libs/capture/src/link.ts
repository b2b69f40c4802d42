/** LINKTYPE numbers that are read. */
export const linkType = {
  null: 0,
  ethernet: 1,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

export const etherType = { ipv4: 0x0800, ipv6: 0x86dd, homeplug: 0x88e1 } as const;

/** 802.1Q, 802.1ad, and the one QinQ used before it. */
const vlanTags: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);

/** What a link-layer header says of the bytes behind it. */
export interface LinkHeader {
  /** Below 0x0600 it is a length: an 802.3 frame with LLC. */
  readonly etherType: number;
  /** Where the payload begins. */
  readonly start: number;
}

/** The link-layer header of a packet; undefined where the link type is not read, or the header is not whole. */
export function readLink(type: number, bytes: Uint8Array): LinkHeader | undefined {
  switch (type) {
    case linkType.ethernet:
      return ethernet(bytes, 12);
    case linkType.linuxSll:
      return ethernet(bytes, 14);
    case linkType.linuxSll2:
      // The protocol stands first and the rest of the header, 18 bytes, behind it.
      return bytes.length < 20 ? undefined : tagged(bytes, u16(bytes, 0), 20);
    case linkType.raw:
    case linkType.ipv4:
    case linkType.ipv6:
      return byIpVersion(bytes, 0);
    case linkType.null:
    case linkType.loop:
      // The address family before the packet is in the byte order, and the numbering, of the capturing host.
      return byIpVersion(bytes, 4);
    default:
      return undefined;
  }
}

function ethernet(bytes: Uint8Array, typeAt: number): LinkHeader | undefined {
  return bytes.length < typeAt + 2 ? undefined : tagged(bytes, u16(bytes, typeAt), typeAt + 2);
}

function tagged(bytes: Uint8Array, type: number, start: number): LinkHeader | undefined {
  while (vlanTags.has(type)) {
    if (bytes.length < start + 4) return undefined;
    type = u16(bytes, start + 2);
    start += 4;
  }
  return { etherType: type, start };
}

function byIpVersion(bytes: Uint8Array, start: number): LinkHeader | undefined {
  const version = (bytes[start] ?? 0) >> 4;
  if (version === 4) return { etherType: etherType.ipv4, start };
  return version === 6 ? { etherType: etherType.ipv6, start } : undefined;
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
