import type { CloseReason, ConnectionReader, Side, Stamp, TcpConnection } from '@pilotwire/capture';
import { type Channel, Exchange } from './channel.js';
import type { Decoders } from './decoders.js';
import { Negotiation } from './negotiation.js';
import type { ConversationRecord, Direction, TlsSummary } from './record.js';
import { timeOf } from './time.js';
import { TlsChannel } from './tls/channel.js';
import type { KeyLog } from './tls/key-log.js';
import { TlsSession } from './tls/session.js';
import { looksLikeTls, TLS_PREFIX } from './tls/stream.js';
import { V2gtpChannel } from './v2gtp-channel.js';

export interface ConnectionContext {
  readonly decoders: Decoders;
  readonly keyLog: KeyLog;
  readonly emit: (record: ConversationRecord) => void;
  /** Whether TLS on such a connection is that of a charging session. */
  readonly mayCharge: (connection: TcpConnection) => boolean;
  /** Called once for a connection that turns out to have nothing to do with charging. */
  readonly other: () => void;
}

const nothingYet: Stamp = { n: 0, time: undefined };

/** For bytes that are read and dropped: TLS that is not of a charging session. */
const ignored: Channel = { data: () => undefined, gap: () => undefined, end: () => undefined };

/** One TCP connection: finds out from the first bytes of each direction if it speaks V2GTP or TLS, and reads it. */
export class V2gConnection implements ConnectionReader {
  readonly #connection: TcpConnection;
  readonly #context: ConnectionContext;
  readonly #exchange: Exchange;
  readonly #negotiation = new Negotiation();
  readonly #tlsSession: TlsSession;
  /** Ends the waiting for TLS secrets. */
  #forget: (() => void) | undefined;
  #channels: [Channel | undefined, Channel | undefined] = [undefined, undefined];
  /** First bytes of a direction, too few to tell what it speaks. */
  readonly #prefix: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  readonly #bytes: [number, number] = [0, 0];
  /** Of the last bytes of each direction. */
  readonly #last: [Stamp, Stamp] = [nothingYet, nothingYet];

  constructor(connection: TcpConnection, context: ConnectionContext) {
    this.#connection = connection;
    this.#context = context;
    this.#exchange = new Exchange(connection, context.emit);
    this.#tlsSession = new TlsSession(context.keyLog);
  }

  data(from: Side, bytes: Uint8Array, stamp: Stamp): void {
    this.#last[from] = { n: stamp.n, time: stamp.time };
    this.#bytes[from] += bytes.length;
    const channel = this.#channels[from];
    if (channel !== undefined) return channel.data(bytes, stamp);
    const begin = joined(this.#prefix[from], bytes);
    this.#prefix[from] = begin;
    if (begin.length >= TLS_PREFIX) this.#decide(from).data(begin, stamp);
  }

  gap(from: Side, length: number, stamp: Stamp): void {
    const begin = this.#prefix[from];
    const channel = this.#channels[from] ?? this.#decide(from);
    if (begin.length > 0) channel.data(begin, this.#last[from]);
    channel.gap(length, stamp);
  }

  close(why: CloseReason): void {
    this.#forget?.();
    for (const from of [0, 1] as const) {
      const begin = this.#prefix[from];
      if (begin.length > 0) this.#decide(from).data(begin, this.#last[from]);
      this.#channels[from]?.end();
    }
    const tls = this.#channels.filter((channel) => channel instanceof TlsChannel);
    if (tls.length > 0) this.#sumUp(tls, why);
    else if (!this.#exchange.charging) this.#context.other();
    // A closed connection is remembered for its retransmissions; its buffers need not be.
    this.#channels = [undefined, undefined];
  }

  #decide(from: Side): Channel {
    const tls = looksLikeTls(this.#prefix[from]);
    const channel = tls ? this.#tls(from) : this.#v2gtp(from);
    this.#channels[from] = channel;
    this.#prefix[from] = new Uint8Array(0);
    return channel;
  }

  #tls(from: Side): Channel {
    if (!this.#context.mayCharge(this.#connection)) return ignored;
    this.#exchange.charging = true;
    this.#exchange.tls = true;
    this.#forget ??= this.#context.keyLog.wait(() => this.#retry());
    return new TlsChannel(from, this.#exchange, this.#tlsSession, this.#v2gtp(from));
  }

  /** A TLS secret has come: what waits in both directions is tried again, in the order in which it was captured. */
  #retry(): void {
    let waiting = this.#channels.filter((channel) => channel instanceof TlsChannel);
    while (waiting.length > 0) {
      const since = ({ waitingSince = Infinity }: TlsChannel): number => waitingSince;
      const [first] = waiting.toSorted((a, b) => since(a) - since(b));
      if (!first?.retry()) waiting = waiting.filter((channel) => channel !== first);
    }
  }

  #v2gtp(from: Side): Channel {
    const midStream = this.#connection.client === undefined;
    return new V2gtpChannel(from, this.#exchange, this.#negotiation, this.#context.decoders, midStream);
  }

  #sumUp(channels: readonly TlsChannel[], end: CloseReason): void {
    const bytes: { [dir in Direction]?: number } = {};
    for (const from of [0, 1] as const) {
      const dir = this.#exchange.direction(from);
      bytes[dir] = (bytes[dir] ?? 0) + this.#bytes[from];
    }
    const records = channels.reduce((sum, channel) => sum + channel.records, 0);
    const unopened = channels.reduce((sum, channel) => sum + channel.unopened, 0);
    this.#exchange.emit({
      ...timeOf(this.#last[0].n > this.#last[1].n ? this.#last[0] : this.#last[1]),
      dir: '?',
      kind: 'tls',
      type: 'Summary',
      conn: this.#exchange.conn,
      bytes: new Uint8Array(0),
      decoded: { bytes, records, unopened, end } satisfies TlsSummary,
    });
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0 && b.length >= TLS_PREFIX) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
