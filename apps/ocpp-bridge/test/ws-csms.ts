import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@pilotwire/runtime';
import type { JsonObject, Protocol } from '@pilotwire/station';
import { after, ms } from '@pilotwire/machine';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { answersOf } from '../../../libs/station/test/csms.js';
import type { Answers } from '../../../libs/station/test/csms.js';
import { validate, validateError } from '../../../libs/station/test/schemas.js';
import type { Call } from './csms.js';

/** A CSMS on a bare WebSocket, by script; every frame is checked against the schemas of its version. */
export class WsCsms {
  readonly calls: Call[] = [];
  readonly problems: string[] = [];
  /** The password of each connection that had one. */
  readonly passwords: string[] = [];
  readonly replies = new Map<string, { readonly result?: JsonObject; readonly error?: readonly unknown[] }>();
  readonly answers: Answers;
  readonly protocol: Protocol;
  readonly #clock: Clock;
  /** ms of the clock until a call is answered. */
  delay: number;
  /** The HTTP status of whatever connects, in place of a WebSocket. */
  refuse: number | undefined;
  refused = 0;
  #secure = false;
  #close: () => Promise<void> = () => Promise.resolve();
  readonly #outgoing = new Map<string, string>();
  #server: WebSocketServer | undefined;
  #port = 0;
  #socket: WebSocket | undefined;
  #count = 0;

  /** `delay`: ms of the clock until a call is answered. */
  constructor({ protocol, clock, utc, delay }: { readonly protocol: Protocol; readonly clock: Clock; readonly utc: () => number; readonly delay: number }) {
    this.protocol = protocol;
    this.#clock = clock;
    this.delay = delay;
    this.answers = answersOf(protocol, utc);
  }

  get url(): string {
    return this.#secure ? `wss://localhost:${this.#port}/ocpp` : `ws://127.0.0.1:${this.#port}/ocpp`;
  }
  get connected(): boolean {
    return this.#socket !== undefined;
  }

  /** Listens, at the port it had before if it had one; with a certificate and its key by TLS. */
  async open(tls?: { readonly certificate: string; readonly key: string }): Promise<void> {
    this.#secure = tls !== undefined;
    const under = tls === undefined ? createServer() : createTlsServer({ cert: tls.certificate, key: tls.key });
    const server = new WebSocketServer({
      server: under, handleProtocols: (offered) => (offered.has(this.protocol) ? this.protocol : false),
      verifyClient: (_, answer) => {
        if (this.refuse !== undefined) this.refused++;
        answer(this.refuse === undefined, this.refuse);
      },
    });
    await new Promise<void>((resolve, reject) => under.listen(this.#port, '127.0.0.1').once('listening', resolve).once('error', reject));
    this.#port = (under.address() as AddressInfo).port;
    this.#close = () => {
      under.closeAllConnections();
      return new Promise((resolve) => void under.close(() => resolve()));
    };
    this.#server = server;
    server.on('connection', (socket, { headers }) => {
      this.#socket = socket;
      const [, basic] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
      if (basic !== undefined) this.passwords.push(Buffer.from(basic, 'base64').toString('utf8').replace(/^[^:]*:/, ''));
      socket.on('message', (data) => this.#take(socket, String(data)));
      socket.on('close', () => void (this.#socket === socket && (this.#socket = undefined)));
      socket.on('error', () => undefined);
    });
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const client of server?.clients ?? []) client.terminate();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
    await this.#close();
  }

  /** Breaks the connection off. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Calls the station; the reply is at the id. */
  call(action: string, payload: JsonObject): string {
    const id = `csms-${++this.#count}`;
    this.#outgoing.set(id, action);
    this.#socket?.send(JSON.stringify([2, id, action, payload]));
    return id;
  }

  /** Sends what need not be a frame. */
  raw(text: string): void {
    this.#socket?.send(text);
  }

  of(action: string): JsonObject[] {
    return this.calls.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  #take(socket: WebSocket, text: string): void {
    const [kind, id, ...rest] = JSON.parse(text) as [number, string, ...unknown[]];
    try {
      if (kind === 2) this.#called(socket, id, rest[0] as string, rest[1] as JsonObject);
      else if (kind === 3) {
        this.replies.set(id, { result: rest[0] as JsonObject });
        validate(this.protocol, this.#outgoing.get(id) as string, 'conf', rest[0]);
      } else {
        this.replies.set(id, { error: rest });
        const [code, description, details] = rest;
        validateError(this.protocol, code, description);
        if (kind !== 4 || rest.length !== 3 || typeof details !== 'object') throw new Error(`no frame of OCPP-J: ${text.slice(0, 200)}`);
      }
    } catch (error) {
      this.problems.push((error as Error).message);
    }
  }

  #called(socket: WebSocket, id: string, action: string, payload: JsonObject): void {
    this.calls.push({ at: this.#clock.now(), id, action, payload });
    validate(this.protocol, action, 'req', payload);
    this.#clock.wake(after(this.#clock.now(), ms(this.delay)), () => {
      const answer = this.answers[action]?.(payload);
      if (answer !== undefined && socket.readyState === socket.OPEN) socket.send(JSON.stringify([3, id, answer]));
    });
  }
}
