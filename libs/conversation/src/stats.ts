import type { TcpStats, UnreadReason } from '@pilotwire/capture';
import type { RecordKind } from './record.js';

/** What went by, and what was made of it. */
export interface Stats {
  packets: number;
  /** Captured bytes of all packets. */
  bytes: number;
  readonly records: Record<RecordKind, number>;
  /** Records that carry an error. */
  errors: number;
  /** Frames that carry neither IP nor HomePlug, by EtherType; lengths of 802.3 frames count as 0. */
  readonly etherTypes: Map<number, number>;
  /** UDP datagrams that are neither SDP nor a key log. */
  otherUdp: number;
  /** Packets that were not read as far as UDP or TCP. */
  readonly unread: Record<UnreadReason, number>;
  readonly tcp: Readonly<TcpStats>;
  /** TCP connections without V2GTP message, nor TLS of a charging session. */
  otherConnections: number;
}

export function newStats(tcp: Readonly<TcpStats>): Stats {
  return {
    packets: 0,
    bytes: 0,
    records: { homeplug: 0, sdp: 0, v2gtp: 0, tls: 0, tcp: 0, keylog: 0 },
    errors: 0,
    etherTypes: new Map(),
    otherUdp: 0,
    unread: { link: 0, malformed: 0, fragment: 0, protocol: 0 },
    tcp,
    otherConnections: 0,
  };
}
