import { createRPCError } from 'ocpp-rpc';
import type { RPCClient } from 'ocpp-rpc';
import { redact } from '@pilotwire/ocpp-transport';
import { iso } from '@pilotwire/station';
import type { Json, JsonObject, Protocol } from '@pilotwire/station';
import type { Desk, Handler } from './desk.js';
import { CsmsError } from './error.js';
import { handlers16 } from './handlers16.js';
import { handlers2 } from './handlers2.js';
import { Ledger } from './ledger.js';
import type { BootAnswer, CsmsNews, CsmsOptions } from './options.js';
import { textOf } from './read.js';
import { signRequest } from './sign.js';

/** A station's end of ocpp-rpc's server. */
export type Connection = RPCClient;

interface Failure {
  readonly method?: string;
  readonly error: Error;
  readonly outbound: boolean;
}

/** Calls that are told in a form of their own, or of which nobody wants to hear. */
const quiet = new Set(['BootNotification', 'SignCertificate', 'Heartbeat', 'StatusNotification', 'StartTransaction', 'StopTransaction', 'TransactionEvent', 'NotifyReport']);
const usualHeartbeat = 300;

/** The stations that are connected, each at its desk. */
export class Stations {
  readonly ledger = new Ledger();
  readonly #options: CsmsOptions;
  readonly #all = new Map<string, Station>();
  #boot: BootAnswer;
  readonly #boots = new Map<string, BootAnswer>();

  constructor(options: CsmsOptions) {
    this.#options = options;
    this.#boot = options.boot ?? 'accept';
  }

  /** A station has connected. One that was there under this identity is gone, whether its end knows it or not. */
  welcome(connection: Connection): void {
    const identity = connection.identity ?? '';
    const protocol = connection.protocol as Protocol;
    void this.#all.get(identity)?.leave();
    const station: Station = new Station(connection, this.#desk(identity, protocol, (csr) => this.#sign(station, identity, csr)), this.#options.frames === true);
    this.#all.set(identity, station);
    this.#tell({ kind: 'connected', station: identity, protocol });
    connection.once('close', ({ code }: { code?: number }) => {
      if (this.#all.get(identity) === station) this.#all.delete(identity);
      this.#tell({ kind: 'disconnected', station: identity, code: code ?? 1006 });
    });
  }

  find(identity: string): Station {
    const station = this.#all.get(identity);
    if (station === undefined) throw new CsmsError('no-station', `no station ${identity} is connected`);
    return station;
  }

  list(): readonly { readonly identity: string; readonly protocol: Protocol; readonly accepted: boolean }[] {
    return [...this.#all].map(([identity, { protocol, accepted }]) => ({ identity, protocol, accepted }));
  }

  setBoot(answer: BootAnswer, station?: string): void {
    if (station !== undefined) return void this.#boots.set(station, answer);
    this.#boot = answer;
    this.#boots.clear();
  }

  close(): void {
    for (const station of this.#all.values()) void station.leave();
  }

  #tell(news: CsmsNews): void {
    this.#options.tell?.(news);
  }

  /** Signs, and hands over what was signed, once the reply to the request is out. */
  #sign(station: Station, identity: string, csr: string): boolean {
    const { authority, utc } = this.#options;
    if (authority === undefined) return false;
    const told = (subject: string, status: string): void => this.#tell({ kind: 'signed', station: identity, subject, status });
    setImmediate(() => {
      signRequest(csr, authority, utc()).then(async ({ chain, subject }) => {
        const type = station.protocol === 'ocpp1.6' ? {} : { certificateType: 'ChargingStationCertificate' };
        told(subject, textOf(await station.call('CertificateSigned', { certificateChain: chain, ...type }), 'status') ?? '');
      }).catch((error: unknown) => told('', (error as Error).message));
    });
    return true;
  }

  #desk(station: string, protocol: Protocol, sign: Desk['sign']): Desk {
    const { heartbeat = usualHeartbeat, accepts = () => true, utc } = this.#options;
    return {
      station, protocol, heartbeat, accepts, sign, ledger: this.ledger,
      now: () => iso(utc()),
      tell: (news) => this.#tell(news),
      boot: (payload) => {
        const answer = this.#boots.get(station) ?? this.#boot;
        this.#tell({ kind: 'booted', station, answer, payload });
        return answer;
      },
    };
  }
}

/** One station that is connected. */
class Station {
  readonly protocol: Protocol;
  readonly #connection: Connection;
  readonly #desk: Desk;
  /** What its latest boot was answered; one that has not booted here is known from before. */
  #answer: BootAnswer | undefined;

  constructor(connection: Connection, desk: Desk, frames: boolean) {
    this.protocol = desk.protocol;
    this.#connection = connection;
    this.#desk = { ...desk, boot: (payload) => (this.#answer = desk.boot(payload)) };
    const handlers = desk.protocol === 'ocpp1.6' ? handlers16 : handlers2;
    for (const [action, handler] of Object.entries(handlers)) {
      connection.handle(action, async ({ params }) => this.#handle(action, handler, (params ?? {}) as JsonObject));
    }
    connection.on('strictValidationFailure', ({ method = '', error, outbound }: Failure) =>
      desk.tell({ kind: 'invalid', station: desk.station, direction: outbound ? 'out' : 'in', action: method, why: error.message }));
    connection.on('badMessage', ({ error }: { error: Error }) =>
      desk.tell({ kind: 'invalid', station: desk.station, direction: 'in', action: '', why: error.message }));
    if (frames) {
      connection.on('message', ({ message, outbound }: { message: string; outbound: boolean }) =>
        desk.tell({ kind: 'frame', station: desk.station, direction: outbound ? 'out' : 'in', text: shown(message) }));
    }
  }

  get accepted(): boolean {
    return this.#answer === undefined || this.#answer === 'accept';
  }

  async call(action: string, payload: JsonObject): Promise<Json> {
    try {
      return (await this.#connection.call(action, payload)) as Json;
    } catch (error) {
      throw failure(error as Error & { readonly rpcErrorCode?: string; readonly details?: object });
    }
  }

  async leave(): Promise<void> {
    await this.#connection.close({ code: 1001, reason: 'going away' });
  }

  #handle(action: string, handler: Handler, payload: JsonObject): JsonObject {
    // What was not registered is not served; a pending one may be asked for more than its boot (2.0.1 B02, B03).
    if (this.#answer === 'reject' && action !== 'BootNotification') throw createRPCError('SecurityError', 'the station is not registered');
    if (!quiet.has(action)) this.#desk.tell({ kind: 'call', station: this.#desk.station, action, payload });
    return handler(this.#desk, payload);
  }
}

/** ocpp-rpc's errors by what became of the call. An error of our own validator has details; of the station's, its code. */
function failure(error: Error & { readonly rpcErrorCode?: string; readonly details?: object }): CsmsError {
  const { rpcErrorCode, details, message } = error;
  if (rpcErrorCode === undefined) return new CsmsError('unanswered', message);
  if (details !== undefined && 'errors' in details) return new CsmsError('invalid', message);
  return new CsmsError('refused', message === '' ? rpcErrorCode : `${rpcErrorCode}: ${message}`);
}

function shown(message: string): string {
  try {
    return JSON.stringify(redact(JSON.parse(message) as Json, false));
  } catch {
    return `(${message.length} characters that cannot be read)`;
  }
}
