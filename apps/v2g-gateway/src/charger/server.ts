import { between } from '@pilotwire/machine';
import type { Actor, Instant, Timeline } from '@pilotwire/machine';
import { DinStream } from '@pilotwire/v2g-session';
import type { GarbageInput, MessageInput, SeccInput, SeccOutput, V2gMessage } from '@pilotwire/v2g-session';
import { decodeSdpRequest, encodeSdpResponse, readDatagram, SDP_REQUEST, V2gtpError } from '@pilotwire/v2gtp';
import type { SdpRequest } from '@pilotwire/v2gtp';
import type { Bound, ChargerNetwork, Connection, ConnectionListener } from '../network/network.js';
import { Standing } from '../network/standing.js';
import type { Tap, Tell } from '../session/happening.js';
import type { Histogram } from '../session/histogram.js';
import { messageName } from '../session/messages.js';

export interface ServerOptions {
  readonly time: Timeline;
  readonly network: ChargerNetwork;
  readonly feed: Actor<unknown, SeccInput>['feed'];
  readonly tell: Tell;
  /** Sees each frame after it has passed; undefined where nobody looks. */
  readonly tap: Tap | undefined;
  readonly latencies: Histogram;
}

/** SDP requests a second that are looked at: a car asks four times. */
const mostQuestions = 50;

/** One TCP connection of a car. */
interface Talk {
  readonly connection: Connection;
  readonly stream: DinStream;
  /** What was asked last, and when its octets came. */
  asked: V2gMessage | undefined;
  askedAt: Instant;
  /** What is still to be shown to whoever watches frames: not before the answer has left. */
  shown: { readonly octets: Uint8Array; readonly input: MessageInput | GarbageInput } | undefined;
}

/** SDP and TCP of a charger: octets to inputs of the session, and its outputs to octets. */
export class Server {
  /** Messages that came in and went out. */
  readonly counts = { in: 0, out: 0, garbage: 0 };
  readonly #options: ServerOptions;
  readonly #talks = new Map<number, Talk>();
  readonly #sdp: Standing;
  readonly #tcp: Standing;
  #last = 0;
  #answer: ((octets: Uint8Array) => void) | undefined;
  #questions: { second: number; count: number } = { second: -1, count: 0 };

  constructor(options: ServerOptions) {
    this.#options = options;
    const { time, network, tell } = options;
    const told = (kind: 'sdp-port' | 'tcp-port') => (bound: Bound): void =>
      tell({ kind, up: bound.state === 'up', ...(bound.state === 'down' && { why: bound.why }) });
    this.#sdp = new Standing(time, (status) => network.sdp({ status, receive: (octets, answer) => this.#datagram(octets, answer) }), told('sdp-port'));
    this.#tcp = new Standing(time, (status) => network.tcp({ status, connected: (connection) => this.#connected(connection) }), told('tcp-port'));
  }

  get connections(): number {
    return this.#talks.size;
  }

  get sdp(): Bound {
    return this.#sdp.bound;
  }

  get tcp(): Bound {
    return this.#tcp.bound;
  }

  /** The request in hand of a connection. */
  asked(connection: number): V2gMessage | undefined {
    return this.#talks.get(connection)?.asked;
  }

  /** Tells the last one who asked where the charger is. */
  answerSdp(output: Extract<SeccOutput, { readonly kind: 'sdp' }>): void {
    const { tell, tap } = this.#options;
    const bound = this.#tcp.bound;
    // Without a port there is nothing to tell; the car asks again.
    if (this.#answer === undefined || bound.state === 'down') return;
    const { ip, port } = bound;
    const octets = encodeSdpResponse({ ...output, ip, port });
    this.#answer(octets);
    tap?.({ dir: 'evse->ev', type: 'SDPRes', octets: octets.subarray(8) });
    tell({ kind: 'sdp', security: output.security, ip, port });
  }

  /** The octets leave in one write; everything else comes after it. */
  send(number: number, message: V2gMessage): void {
    const talk = this.#talks.get(number);
    if (talk === undefined) return;
    const { time, tap, tell, latencies } = this.#options;
    const octets = talk.stream.write(message);
    talk.connection.write(octets);
    const took = between(talk.askedAt, time.now);
    latencies.add(took);
    this.counts.out++;
    this.#show(talk);
    tap?.({ dir: 'evse->ev', type: messageName(message), octets: octets.subarray(8), latencyMs: Math.round(took * 1_000) / 1_000 });
    tell({ kind: 'exchange', request: talk.asked, answer: message });
  }

  finish(number: number): void {
    this.#talks.get(number)?.connection.finish();
  }

  reset(number: number): void {
    this.#talks.get(number)?.connection.reset();
    this.#talks.delete(number);
  }

  close(): void {
    this.#sdp.close();
    this.#tcp.close();
    for (const number of this.#talks.keys()) this.reset(number);
  }

  #datagram(octets: Uint8Array, answer: (octets: Uint8Array) => void): void {
    const second = Math.floor(this.#options.time.now / 1_000);
    if (this.#questions.second !== second) this.#questions = { second, count: 0 };
    if (++this.#questions.count > mostQuestions) return;
    const request = questionIn(octets);
    if (request === undefined) {
      this.counts.garbage++;
      return;
    }
    this.#options.tap?.({ dir: 'ev->evse', type: 'SDPReq', octets: octets.slice(8) });
    this.#answer = answer;
    this.#options.feed({ kind: 'sdp', ...request });
  }

  #connected(connection: Connection): ConnectionListener {
    const number = ++this.#last;
    const talk: Talk = { connection, stream: new DinStream(), asked: undefined, askedAt: this.#options.time.now, shown: undefined };
    this.#talks.set(number, talk);
    const { feed, time, tap } = this.#options;
    const seen = tap && ((octets: Uint8Array, input: MessageInput | GarbageInput): void => {
      this.#show(talk);
      talk.shown = { octets, input };
    });
    feed({ kind: 'tcp.connected', connection: number });
    return {
      data: (octets) => {
        // What was refused, or is over, says nothing to a session.
        if (this.#talks.get(number) !== talk) return;
        talk.askedAt = time.now;
        for (const input of talk.stream.push(octets, seen)) {
          if (input.kind === 'message') {
            this.counts.in++;
            talk.asked = input.message;
          } else this.counts.garbage++;
          feed(input);
        }
        this.#show(talk);
      },
      finished: () => {
        // A car that has said its last hears no more.
        connection.finish();
        feed({ kind: 'tcp.closed', connection: number });
      },
      closed: () => {
        if (this.#talks.delete(number)) feed({ kind: 'tcp.closed', connection: number });
      },
    };
  }

  #show(talk: Talk): void {
    if (talk.shown === undefined) return;
    const { octets, input } = talk.shown;
    talk.shown = undefined;
    this.#options.tap?.({ dir: 'ev->evse', type: input.kind === 'message' ? messageName(input.message) : 'garbage', octets });
  }
}

/** The request in a datagram; undefined for what is none. */
function questionIn(octets: Uint8Array): SdpRequest | undefined {
  try {
    const { payloadType, payload } = readDatagram(octets);
    return payloadType === SDP_REQUEST ? decodeSdpRequest(payload) : undefined;
  } catch (error) {
    if (error instanceof V2gtpError) return undefined;
    throw error;
  }
}
