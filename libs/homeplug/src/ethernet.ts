import type { Writer } from '@pilotwire/wire';
import { formatMac } from '@pilotwire/wire';

/** EtherType of HomePlug AV and Green PHY management messages. */
export const ETHERTYPE_HOMEPLUG = 0x88e1;

/** Octets of destination, source and EtherType. */
export const ETHERNET_HEADER = 14;

/**
 * The least length of a frame, without its check sequence. Virtual Ethernet pairs do not pad, and open-plc-utils' pev
 * and evse drop shorter frames without a word: a writer pads.
 */
export const MIN_FRAME = 60;

/** The most, without check sequence and VLAN tag. */
export const MAX_FRAME = 1514;

export const BROADCAST = 'ff:ff:ff:ff:ff:ff';

/** Reaches the modem at the other end of the cable and no other; it answers from its own address. */
export const LOCAL_MODEM = '00:b0:52:00:00:01';

export interface EthernetHeader {
  /** MAC addresses as `00:b0:52:00:00:01`. */
  readonly destination: string;
  readonly source: string;
  readonly etherType: number;
}

/** The header of a frame, or undefined where it is shorter than one. */
export function readEthernet(frame: Uint8Array): EthernetHeader | undefined {
  if (frame.length < ETHERNET_HEADER) return undefined;
  return { destination: formatMac(frame, 0), source: formatMac(frame, 6), etherType: etherTypeOf(frame) };
}

/** Throws `WireError` `format` for what is no MAC address. */
export function writeEthernet(writer: Writer, { destination, source, etherType }: EthernetHeader): void {
  writer.mac(destination);
  writer.mac(source);
  writer.be16(etherType);
}

/** Whether a frame carries a management message; cheaper than reading it. */
export function isHomeplug(frame: Uint8Array): boolean {
  return frame.length >= ETHERNET_HEADER && etherTypeOf(frame) === ETHERTYPE_HOMEPLUG;
}

function etherTypeOf(frame: Uint8Array): number {
  return ((frame[12] as number) << 8) | (frame[13] as number);
}
