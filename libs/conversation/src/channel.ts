import type { Side, Stamp, TcpConnection } from '@pilotwire/capture';
import type { ConversationRecord, Direction } from './record.js';

/** Reads one direction of a connection. */
export interface Channel {
  data(bytes: Uint8Array, stamp: Stamp): void;
  gap(length: number, stamp: Stamp): void;
  /** No more comes. */
  end(): void;
}

/** What both directions of a connection share: who is who, whether it is a charging one, and where records go. */
export class Exchange {
  readonly #connection: TcpConnection;
  readonly #emit: (record: ConversationRecord) => void;
  /** Which end a message has shown to be the car, where no SYN told. */
  #car: Side | undefined;
  /** Whether a V2GTP message or the TLS of a charging session was seen. */
  charging = false;
  /** Whether its messages come out of TLS. */
  tls = false;

  constructor(connection: TcpConnection, emit: (record: ConversationRecord) => void) {
    this.#connection = connection;
    this.#emit = emit;
  }

  get conn(): number {
    return this.#connection.id;
  }

  emit(record: ConversationRecord): void {
    this.#emit(this.tls && record.kind === 'v2gtp' ? { ...record, tls: true } : record);
  }

  /** Whoever opened the connection is the car. */
  direction(from: Side): Direction {
    const car = this.#connection.client ?? this.#car;
    if (car === undefined) return '?';
    return from === car ? 'ev->evse' : 'evse->ev';
  }

  /** The direction of something that only one party sends; what it tells counts where no SYN did. */
  directionOf(from: Side, sender: 'car' | 'charger' | undefined): Direction {
    if (sender !== undefined) this.#car = sender === 'car' ? from : from === 0 ? 1 : 0;
    return this.direction(from);
  }

  /** Tells of bytes that were not captured, once the connection is known to be of interest. */
  gap(from: Side, length: number, { n, t }: { readonly n: number; readonly t: number | null }): void {
    if (!this.charging) return;
    const dir = this.direction(from);
    const bytes = new Uint8Array(0);
    this.emit({ n, t, dir, kind: 'tcp', type: 'gap', conn: this.conn, bytes, decoded: { length } });
  }
}
