import { ms } from '@pilotwire/machine';
import type { Actor, Instant, Timeline } from '@pilotwire/machine';
import { between } from '@pilotwire/machine';
import { DinStream } from '@pilotwire/v2g-session';
import type { EvccInput, V2gMessage } from '@pilotwire/v2g-session';
import { decodeSdpResponse, encodeSdpRequest, readDatagram, SDP_RESPONSE, V2gtpError } from '@pilotwire/v2gtp';
import type { SdpRequest, SdpResponse } from '@pilotwire/v2gtp';
import type { Address, CarNetwork, Connection } from '../network/network.js';
import type { Tap, Tell } from '../session/happening.js';
import type { Histogram } from '../session/histogram.js';
import { messageName } from '../session/messages.js';

export interface ClientOptions {
  readonly time: Timeline;
  readonly network: CarNetwork;
  readonly feed: Actor<unknown, EvccInput>['feed'];
  readonly tell: Tell;
  readonly tap: Tap | undefined;
  readonly latencies: Histogram;
}

/** A charger that has not closed its side so long after ours is left. */
const farewell = ms(5_000);

/** SDP and TCP of a car, from one plug-in to plug-out. */
export class Client {
  readonly counts = { in: 0, out: 0, garbage: 0 };
  readonly #options: ClientOptions;
  readonly #questions: ReturnType<CarNetwork['sdp']>;
  /** All connections that still stand: the last one speaks, others have said their last. */
  readonly #open = new Set<Connection>();
  #connection: Connection | undefined;
  #stream = new DinStream();
  #asked: { readonly message: V2gMessage; readonly at: Instant } | undefined;
  #closed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#questions = options.network.sdp({ receive: (octets) => this.#answered(octets) });
  }

  get connections(): number {
    return this.#open.size;
  }

  /** The question that the last answer was given to. */
  get asked(): V2gMessage | undefined {
    return this.#asked?.message;
  }

  look(request: SdpRequest): void {
    const octets = encodeSdpRequest(request);
    this.#questions.ask(octets);
    this.#options.tap?.({ dir: 'ev->evse', type: 'SDPReq', octets: octets.subarray(8) });
  }

  connect(to: Address): void {
    this.#reset(this.#connection);
    const { network, feed } = this.#options;
    this.#stream = new DinStream();
    let stands = false;
    const connection = network.connect(to, {
      connected: () => {
        stands = true;
        if (connection === this.#connection) feed({ kind: 'tcp.connected' });
      },
      data: (octets) => connection === this.#connection && this.#data(octets),
      finished: () => {
        connection.finish();
        if (connection === this.#connection) feed({ kind: 'tcp.closed' });
      },
      closed: () => {
        this.#open.delete(connection);
        if (connection === this.#connection) feed({ kind: stands ? 'tcp.closed' : 'tcp.failed' });
      },
    });
    this.#connection = connection;
    this.#open.add(connection);
  }

  send(message: V2gMessage): void {
    if (this.#connection === undefined) return;
    const octets = this.#stream.write(message);
    this.#connection.write(octets);
    this.#asked = { message, at: this.#options.time.now };
    this.counts.out++;
    this.#options.tap?.({ dir: 'ev->evse', type: messageName(message), octets: octets.subarray(8) });
  }

  /** The car has said its last; the charger closes, or is left. */
  finish(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.finish();
    this.#options.time.schedule(() => this.#reset(connection), farewell);
  }

  close(): void {
    this.#closed = true;
    this.#connection = undefined;
    this.#questions.close();
    for (const connection of this.#open) this.#reset(connection);
  }

  #reset(connection: Connection | undefined): void {
    if (connection !== undefined && this.#open.delete(connection)) connection.reset();
  }

  #answered(octets: Uint8Array): void {
    const answer = this.#closed ? undefined : answerIn(octets);
    if (answer === undefined) return;
    const { tap, tell, feed } = this.#options;
    tap?.({ dir: 'evse->ev', type: 'SDPRes', octets: octets.slice(8) });
    // Nobody can wait at port 0.
    if (answer.port === 0) return;
    tell({ kind: 'sdp', security: answer.security, ip: answer.ip, port: answer.port });
    feed({ kind: 'sdp', ...answer });
  }

  #data(octets: Uint8Array): void {
    const { feed, tap, tell, time, latencies } = this.#options;
    const inputs = this.#stream.push(octets, tap && ((payload, input) => {
      const took = this.#asked === undefined ? {} : { latencyMs: Math.round(between(this.#asked.at, time.now) * 1_000) / 1_000 };
      tap({ dir: 'evse->ev', type: input.kind === 'message' ? messageName(input.message) : 'garbage', octets: payload, ...took });
    }));
    for (const input of inputs) {
      if (input.kind === 'garbage') this.counts.garbage++;
      else {
        this.counts.in++;
        if (this.#asked !== undefined) latencies.add(between(this.#asked.at, time.now));
        // The answer is told with its question: the next one may be asked in the same step.
        tell({ kind: 'exchange', request: this.#asked?.message, answer: input.message });
      }
      feed(input);
    }
  }
}

/** The answer in a datagram; undefined for what is none. */
function answerIn(octets: Uint8Array): SdpResponse | undefined {
  try {
    const { payloadType, payload } = readDatagram(octets);
    return payloadType === SDP_RESPONSE ? decodeSdpResponse(payload) : undefined;
  } catch (error) {
    if (error instanceof V2gtpError) return undefined;
    throw error;
  }
}
