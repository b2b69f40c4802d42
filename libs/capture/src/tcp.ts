import { type TcpSegment, tcpFlag } from './dissect.js';
import type { Stamp } from './packet.js';
import { type StreamLimits, TcpStream } from './tcp-stream.js';

/** One of the two ends of a connection: 0 is the one whose address and port sort first. */
export type Side = 0 | 1;

export interface TcpEnd {
  /** Four or sixteen bytes. */
  readonly address: Uint8Array;
  readonly port: number;
}

export interface TcpConnection {
  /** Counts connections from 0. A port pair used again is another connection. */
  readonly id: number;
  readonly ends: readonly [TcpEnd, TcpEnd];
  /** Who opened it; undefined while neither SYN nor SYN-ACK was captured. */
  readonly client: Side | undefined;
}

/** `finished`: both ends closed. `reused`: a new SYN on the same ports. `evicted`: too many connections at once. */
export type CloseReason = 'finished' | 'reset' | 'reused' | 'evicted' | 'end of capture';

/** Reads the two directions of a connection. Bytes are views: copy what is kept. */
export interface ConnectionReader {
  data(from: Side, bytes: Uint8Array, stamp: Stamp): void;
  /** `length` bytes are missing (0: unknown how many) before what comes next. */
  gap(from: Side, length: number, stamp: Stamp): void;
  /** Called once; `stamp` is missing only at the end of the capture. */
  close(why: CloseReason, stamp: Stamp | undefined): void;
}

export interface TcpLimits extends StreamLimits {
  /** Connections remembered; the one silent for longest goes first. */
  readonly maxConnections: number;
  /** Bytes held over all connections. */
  readonly maxHeldTotal: number;
}

const defaultLimits: TcpLimits = {
  maxHeld: 0x4_0000,
  maxSegments: 1024,
  maxWait: 5,
  maxConnections: 256,
  maxHeldTotal: 0x80_0000,
};

export interface TcpStats {
  connections: number;
  segments: number;
  /** Payload bytes that came again. */
  retransmittedBytes: number;
  gaps: number;
  lostBytes: number;
  evicted: number;
}

interface Entry {
  readonly key: string;
  readonly connection: { readonly id: number; readonly ends: readonly [TcpEnd, TcpEnd]; client: Side | undefined };
  readonly streams: readonly [TcpStream, TcpStream];
  readonly reader: ConnectionReader;
  /** A closed connection stays known for a while, so that its retransmissions are not taken for a new one. */
  closed: boolean;
}

/** Puts TCP streams together from captured segments. Holds no more than its limits allow, however long the capture. */
export class TcpReassembler {
  readonly #open: (connection: TcpConnection) => ConnectionReader;
  readonly #limits: TcpLimits;
  /** In order of last use. */
  readonly #entries = new Map<string, Entry>();
  #latest: Entry | undefined;
  readonly stats: TcpStats = {
    connections: 0,
    segments: 0,
    retransmittedBytes: 0,
    gaps: 0,
    lostBytes: 0,
    evicted: 0,
  };

  constructor(open: (connection: TcpConnection) => ConnectionReader, limits: Partial<TcpLimits> = {}) {
    this.#open = open;
    this.#limits = { ...defaultLimits, ...limits };
  }

  segment(segment: TcpSegment, stamp: Stamp): void {
    this.stats.segments++;
    const { sequence, acknowledgment, flags, payload, missing } = segment;
    const syn = (flags & tcpFlag.syn) !== 0;
    const first = syn ? (sequence + 1) >>> 0 : sequence;
    const length = payload.length + missing;
    const side = sideOf(segment);
    let entry = this.#find(segment, side);

    if (entry !== undefined && syn && opensAnother(entry.streams, side, first, flags)) {
      this.#close(entry, 'reused', stamp);
      entry = undefined;
    } else if (entry?.closed && length > 0 && entry.streams[side].isNews(first, length)) {
      const { client } = entry.connection;
      entry = this.#create(segment, side);
      entry.connection.client = client;
    } else if (entry?.closed) {
      this.stats.retransmittedBytes += payload.length;
      return;
    }
    if (entry === undefined && length === 0 && !syn) return; // nothing in it, and nothing known of its connection
    entry ??= this.#create(segment, side);

    const stream = entry.streams[side];
    const again = stream.retransmitted;
    if (syn) {
      entry.connection.client = (flags & tcpFlag.ack) !== 0 ? other(side) : side;
      stream.start(first);
    }
    if (length > 0) stream.segment(first, payload, missing, stamp);
    if (stream.heldBytes > 0 && this.#heldTotal() > this.#limits.maxHeldTotal) stream.flush();
    this.stats.retransmittedBytes += stream.retransmitted - again;
    if ((flags & tcpFlag.ack) !== 0) entry.streams[other(side)].acknowledge(acknowledgment);
    if ((flags & tcpFlag.fin) !== 0) stream.fin((first + length) >>> 0);

    if ((flags & tcpFlag.rst) !== 0) this.#close(entry, 'reset', stamp);
    else if (entry.streams[0].finished && entry.streams[1].finished) this.#close(entry, 'finished', stamp);
  }

  /** The capture has ended: everything that is held is delivered and every connection closed. */
  end(): void {
    for (const entry of this.#entries.values()) this.#close(entry, 'end of capture', undefined);
    this.#entries.clear();
    this.#latest = undefined;
  }

  #find(segment: TcpSegment, side: Side): Entry | undefined {
    const latest = this.#latest;
    if (latest !== undefined && isOf(latest.connection.ends, segment, side)) return latest;
    const key = keyOf(segment, side);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#latest = entry;
    return entry;
  }

  #create(segment: TcpSegment, side: Side): Entry {
    const { bytes, addressLength: length } = segment;
    const source = { address: bytes.slice(segment.source, segment.source + length), port: segment.sourcePort };
    const destination = {
      address: bytes.slice(segment.destination, segment.destination + length),
      port: segment.destinationPort,
    };
    const ends = side === 0 ? ([source, destination] as const) : ([destination, source] as const);
    const connection = { id: this.stats.connections++, ends, client: undefined };
    const reader = this.#open(connection);
    const streams = [this.#stream(reader, 0), this.#stream(reader, 1)] as const;
    const entry: Entry = { key: keyOf(segment, side), connection, streams, reader, closed: false };
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
    this.#latest = entry;
    if (this.#entries.size > this.#limits.maxConnections) this.#evict();
    return entry;
  }

  #stream(reader: ConnectionReader, side: Side): TcpStream {
    const data = (bytes: Uint8Array, stamp: Stamp): void => reader.data(side, bytes, stamp);
    const gap = (length: number, stamp: Stamp): void => {
      this.stats.gaps++;
      this.stats.lostBytes += length;
      reader.gap(side, length, stamp);
    };
    return new TcpStream({ data, gap }, this.#limits);
  }

  #evict(): void {
    for (const entry of this.#entries.values()) {
      this.#entries.delete(entry.key);
      if (!entry.closed) this.stats.evicted++;
      this.#close(entry, 'evicted', undefined);
      return;
    }
  }

  #close(entry: Entry, why: CloseReason, stamp: Stamp | undefined): void {
    if (entry.closed) return;
    entry.closed = true;
    for (const stream of entry.streams) stream.flush();
    entry.reader.close(why, stamp);
  }

  #heldTotal(): number {
    let total = 0;
    for (const { streams } of this.#entries.values()) total += streams[0].heldBytes + streams[1].heldBytes;
    return total;
  }
}

function other(side: Side): Side {
  return side === 0 ? 1 : 0;
}

/**
 * Whether a SYN is of a new connection on the same ports: it begins elsewhere, or comes when both ends have long sent
 * data (the same capture twice in one file).
 */
function opensAnother(streams: readonly [TcpStream, TcpStream], side: Side, first: number, flags: number): boolean {
  if (!streams[side].beginsAt(first)) return true;
  return (flags & tcpFlag.ack) === 0 && streams[0].underWay && streams[1].underWay;
}

/** Which end sent the segment. */
function sideOf(segment: TcpSegment): Side {
  const { bytes, source, destination, addressLength } = segment;
  for (let i = 0; i < addressLength; i++) {
    const difference = (bytes[source + i] as number) - (bytes[destination + i] as number);
    if (difference !== 0) return difference < 0 ? 0 : 1;
  }
  return segment.sourcePort <= segment.destinationPort ? 0 : 1;
}

function isOf(ends: readonly [TcpEnd, TcpEnd], segment: TcpSegment, side: Side): boolean {
  const from = ends[side];
  const to = ends[other(side)];
  if (from.port !== segment.sourcePort || to.port !== segment.destinationPort) return false;
  const { bytes, source, destination, addressLength } = segment;
  if (from.address.length !== addressLength) return false;
  for (let i = 0; i < addressLength; i++) {
    if (from.address[i] !== bytes[source + i] || to.address[i] !== bytes[destination + i]) return false;
  }
  return true;
}

/** Both ends as text, the one that sorts first before the other. */
function keyOf(segment: TcpSegment, side: Side): string {
  const { bytes, addressLength, sourcePort, destinationPort } = segment;
  const [low, high] = side === 0 ? [segment.source, segment.destination] : [segment.destination, segment.source];
  const [lowPort, highPort] = side === 0 ? [sourcePort, destinationPort] : [destinationPort, sourcePort];
  let key = String.fromCharCode(lowPort, highPort);
  for (let i = 0; i < addressLength; i++)
    key += String.fromCharCode(bytes[low + i] as number, bytes[high + i] as number);
  return key;
}
