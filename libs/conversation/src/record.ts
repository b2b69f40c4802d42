import type { CloseReason } from '@pilotwire/capture';
import type { SdpRequest, SdpResponse, SdpWirelessRequest, SdpWirelessResponse } from '@pilotwire/v2gtp';
import { toHex } from '@pilotwire/wire';

/** From the car to the charger or back; `?` where nothing tells. */
export type Direction = 'ev->evse' | 'evse->ev' | '?';

/** The schemas that EXI messages are written by: `app` is supportedAppProtocol, the handshake. */
export type SchemaName = 'app' | 'din' | 'iso2' | 'iso20-common' | 'iso20-ac' | 'iso20-dc' | 'iso20-acdp' | 'iso20-wpt';

/** Why bytes could not be understood. `code` is that of the library that refused them. */
export interface RecordError {
  readonly code: string;
  readonly message: string;
  readonly byte?: number;
  readonly bit?: number;
  readonly path?: string;
}

interface Base {
  /** Frame number; of a message in several segments, the frame that completes it. */
  readonly n: number;
  /** Seconds since 1970; null where the capture has no times. */
  readonly t: number | null;
  readonly dir: Direction;
  /** What was captured, as a view of the pushed bytes where it came in one piece. See each kind for where it begins. */
  readonly bytes: Uint8Array;
  readonly error?: RecordError;
}

/** One frame of EtherType 0x88E1; `bytes` is the whole Ethernet frame. */
export interface HomeplugRecord extends Base {
  readonly kind: 'homeplug';
  readonly schema: 'homeplug';
  readonly type: string | null;
  readonly decoded: unknown;
  /**
   * The capture had a Linux cooked header in place of the Ethernet one. The latter was made from it: the destination,
   * which nobody knows, is all zeros.
   */
  readonly cooked?: true;
}

/** One UDP datagram on the SDP port; `bytes` is its payload without V2GTP header, or all of it where there is none. */
export interface SdpRecord extends Base {
  readonly kind: 'sdp';
  readonly schema: 'sdp';
  readonly payloadType: string | null;
  readonly decoded: SdpExchange | null;
}

/** Addresses as `address:port`, and what was asked or answered. */
export interface SdpExchange {
  readonly src: string;
  readonly dst: string;
  readonly SDPReq?: SdpRequest | SdpWirelessRequest;
  readonly SDPRes?: SdpResponse | SdpWirelessResponse;
}

/** One V2GTP message over TCP; `bytes` is its payload. */
export interface V2gtpRecord extends Base {
  readonly kind: 'v2gtp';
  /** Null where neither a handshake names it nor any codec reads the message. */
  readonly schema: SchemaName | null;
  readonly type: string | null;
  /** Four hex digits. */
  readonly payloadType: string;
  readonly conn: number;
  readonly decoded: unknown;
  /** Deviations from the schema that were read over; of a valid message, what is wrong with its signature. */
  readonly anomalies?: readonly unknown[];
  /** It was inside TLS, and a key log opened it. */
  readonly tls?: true;
}

/**
 * A TLS handshake message or alert, in clear or opened (`bytes` is it), or the sum of the connection when it ends (no
 * bytes).
 */
export interface TlsRecord extends Base {
  readonly kind: 'tls';
  /** E.g. `ClientHello`, `Alert`, `Summary`, `Broken` where the stream stops being TLS, or `Locked` where the key log does not fit. */
  readonly type: string;
  readonly conn: number;
  readonly decoded: unknown;
}

/**
 * What a summary of a TLS connection says: bytes of the stream by direction, TLS records, how many of them no secret has
 * opened while the connection lasted, and how it ended.
 */
export interface TlsSummary {
  readonly bytes: { readonly [dir in Direction]?: number };
  readonly records: number;
  readonly unopened: number;
  readonly end: CloseReason;
}

/**
 * Bytes of a V2G connection that were not captured (`gap`) or belong to no message (`skipped`). `length` counts them;
 * 0 for a gap of unknown length. `bytes` holds the beginning of what was skipped.
 */
export interface TcpRecord extends Base {
  readonly kind: 'tcp';
  readonly type: 'gap' | 'skipped';
  readonly conn: number;
  readonly decoded: { readonly length: number };
}

/** TLS secrets in NSS key log format that test systems disclose in UDP; not interpreted here. */
export interface KeyLogRecord extends Base {
  readonly kind: 'keylog';
  readonly lines: readonly string[];
}

export type ConversationRecord = HomeplugRecord | SdpRecord | V2gtpRecord | TlsRecord | TcpRecord | KeyLogRecord;

export type RecordKind = ConversationRecord['kind'];

/** A record of any kind as a line of JSON; see each kind for which members it has and what they mean. */
export interface JsonRecord extends Omit<Base, 'bytes'> {
  readonly kind: RecordKind;
  /** `bytes` in lower-case hex. */
  readonly hex: string;
  readonly schema?: string | null;
  readonly type?: string | null;
  readonly decoded?: unknown;
  readonly payloadType?: string | null;
  readonly conn?: number;
  readonly anomalies?: readonly unknown[];
  readonly cooked?: true;
  readonly tls?: true;
  readonly lines?: readonly string[];
}

export function recordToJson({ bytes, ...record }: ConversationRecord): JsonRecord {
  const { n, t, dir, kind, ...rest } = record;
  return { n, t, dir, kind, hex: toHex(bytes), ...rest };
}
