import type { Side, Stamp } from '@pilotwire/capture';
import type { Channel, Exchange } from '../channel.js';
import type { RecordError } from '../record.js';
import { timeOf } from '../time.js';
import { TlsError } from './cursor.js';
import type { TlsSession } from './session.js';
import { type TlsMessage, type TlsSink, TlsStream, type WhyLocked } from './stream.js';

const lockedBecause: Readonly<Record<WhyLocked, string>> = {
  'bad-key': 'the key log has another secret',
  'late-key': 'the secret came when more than 1 MiB waited for it; from here on it is lost',
  'bad-record': 'the secret that opened the records before does not open this one; from here on it is lost',
};

/** One direction of a TLS connection: what is in clear or can be opened is told, the rest counted. */
export class TlsChannel implements Channel {
  readonly #from: Side;
  readonly #exchange: Exchange;
  readonly #stream: TlsStream;
  /** Reads what was opened. */
  readonly #inner: Channel;
  /** Once bytes are missing or wrong, where the next TLS record begins cannot be told. */
  #broken = false;
  /** Of the last bytes. */
  #last: Stamp = { n: 0, time: undefined };

  constructor(from: Side, exchange: Exchange, session: TlsSession, inner: Channel) {
    this.#from = from;
    this.#exchange = exchange;
    this.#inner = inner;
    const sink: TlsSink = {
      message: (message, stamp) => this.#tell(message, stamp),
      application: (bytes, stamp) => inner.data(bytes, stamp),
      locked: ({ content }, stamp, why) => this.#emit(stamp, 'Locked', content, null, { code: why, message: lockedBecause[why] }),
    };
    // The car opens the connection: it is TLS's client.
    this.#stream = new TlsStream(session, () => (exchange.direction(from) === 'evse->ev' ? 'server' : 'client'), sink);
  }

  /** Frame number of the first record that waits for its secret. */
  get waitingSince(): number | undefined {
    return this.#broken ? undefined : this.#stream.waitingSince;
  }

  /** A new secret is known: tries the first waiting record again; false where it still waits. */
  retry(): boolean {
    let taken = false;
    this.#guarded(new Uint8Array(0), this.#last, () => {
      taken = this.#stream.retry();
    });
    return taken;
  }

  get records(): number {
    return this.#stream.records;
  }

  get unopened(): number {
    return this.#stream.unopened;
  }

  data(bytes: Uint8Array, stamp: Stamp): void {
    this.#last = { n: stamp.n, time: stamp.time };
    this.#guarded(bytes, this.#last, () => this.#stream.push(bytes, this.#last));
  }

  #guarded(bytes: Uint8Array, stamp: Stamp, read: () => void): void {
    if (this.#broken) return;
    try {
      read();
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.#broken = true;
      this.#emit(stamp, 'Broken', bytes, null, { code: 'bad-tls', message: error.message });
    }
  }

  gap(length: number, stamp: Stamp): void {
    this.#exchange.gap(this.#from, length, timeOf(stamp));
    this.#broken = true;
  }

  /** What the connection carried is summed up by the connection itself. */
  end(): void {
    this.#inner.end();
  }

  #tell({ type, decoded, bytes }: TlsMessage, stamp: Stamp): void {
    const sender = type === 'ClientHello' ? 'car' : type === 'ServerHello' ? 'charger' : undefined;
    this.#exchange.directionOf(this.#from, sender);
    this.#emit(stamp, type, bytes, decoded);
  }

  #emit(stamp: Stamp, type: string, bytes: Uint8Array, decoded: unknown, error?: RecordError): void {
    this.#exchange.emit({
      ...timeOf(stamp),
      dir: this.#exchange.direction(this.#from),
      kind: 'tls',
      type,
      conn: this.#exchange.conn,
      bytes,
      decoded,
      ...(error === undefined ? {} : { error }),
    });
  }
}
