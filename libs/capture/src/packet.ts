import type { CaptureError } from './errors.js';

/** A moment since 1970-01-01 UTC, exact to the nanosecond. */
export interface Timestamp {
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
}

/** A moment as seconds since 1970 in one number; a double there is right to about 0.2 microseconds. */
export function epochSeconds({ seconds, nanos }: Timestamp): number {
  return seconds + nanos / 1e9;
}

/** Which packet of a file something came with. */
export interface Stamp {
  /** Counts every packet of the file from 1, over all interfaces and sections, as Wireshark numbers frames. */
  readonly n: number;
  /** Undefined where the file has none: pcapng's simple packet blocks. */
  readonly time: Timestamp | undefined;
}

export interface Packet extends Stamp {
  /** LINKTYPE number of the interface, e.g. 1 for Ethernet. */
  readonly linkType: number;
  /** Index of the interface within its section; 0 in pcap. */
  readonly interfaceId: number;
  /** What was kept of the packet: a view of the pushed chunk where it lies whole in it. */
  readonly bytes: Uint8Array;
  /** Length on the wire, at least that of `bytes` unless the file is wrong. */
  readonly originalLength: number;
  readonly comment?: string;
}

/** Where a reader puts what it finds, in the order of the file. */
export interface CaptureSink {
  packet(packet: Packet): void;
  error(error: CaptureError): void;
  /** A decryption secrets block: `type` 0x544c534b is a TLS key log. */
  secrets?(type: number, bytes: Uint8Array): void;
  /** A comment on the section or an interface. */
  comment?(text: string): void;
}
