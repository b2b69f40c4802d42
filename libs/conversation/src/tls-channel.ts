import type { Side, Stamp } from '@pilotwire/capture';
import type { Channel, Exchange } from './channel.js';
import { TlsError } from './cursor.js';
import { timeOf } from './time.js';
import { type TlsMessage, TlsStream } from './tls.js';

/** One direction of a TLS connection: what is in clear is told, the rest counted. */
export class TlsChannel implements Channel {
  readonly #from: Side;
  readonly #exchange: Exchange;
  readonly #stream: TlsStream;
  #stamp: Stamp | undefined;
  /** Once bytes are missing or wrong, where the next TLS record begins cannot be told. */
  #broken = false;

  constructor(from: Side, exchange: Exchange) {
    this.#from = from;
    this.#exchange = exchange;
    this.#stream = new TlsStream((message) => this.#tell(message));
  }

  get records(): number {
    return this.#stream.records;
  }

  data(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#broken) return;
    this.#stamp = stamp;
    try {
      this.#stream.push(bytes);
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.#broken = true;
      this.#emit('Broken', bytes, null, { code: 'bad-tls', message: error.message });
    }
    this.#stamp = undefined;
  }

  gap(length: number, stamp: Stamp): void {
    this.#exchange.gap(this.#from, length, timeOf(stamp));
    this.#broken = true;
  }

  end(): void {
    // What the connection carried is summed up by the connection itself.
  }

  #tell({ type, decoded, bytes }: TlsMessage): void {
    const sender = type === 'ClientHello' ? 'car' : type === 'ServerHello' ? 'charger' : undefined;
    this.#exchange.directionOf(this.#from, sender);
    this.#emit(type, bytes, decoded);
  }

  #emit(
    type: string,
    bytes: Uint8Array,
    decoded: unknown,
    error?: { readonly code: string; readonly message: string },
  ): void {
    if (this.#stamp === undefined) return;
    this.#exchange.emit({
      ...timeOf(this.#stamp),
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
