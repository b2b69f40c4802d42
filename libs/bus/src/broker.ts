import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { AuthenticateError, Client } from 'aedes';
import { limitAbsent } from './broker-absent.js';
import { packetGuard } from './packet-guard.js';

export type BrokerReport =
  | { readonly kind: 'client'; readonly clientId: string; readonly state: 'connected' | 'gone' }
  /** A client broke a rule, or its connection broke. */
  | { readonly kind: 'client-error'; readonly clientId: string | undefined; readonly problem: string }
  /** A client was away so long that its session has been dropped. */
  | { readonly kind: 'session-dropped'; readonly clientId: string; readonly messages: number };

export interface BrokerOptions {
  /** Default `127.0.0.1`. Beyond the machine itself only with `users`. */
  readonly host?: string;
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Name to password; without it everybody on this machine may connect. */
  readonly users?: Readonly<Record<string, string>>;
  /** Octets; a client that announces a larger packet is disconnected. Default 1 MiB. */
  readonly maxPacket?: number;
  readonly report?: (report: BrokerReport) => void;
}

export interface Broker {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const mostConnections = 1_000;
const loopback: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/**
 * An MQTT 3.1.1 broker in this process: for a first hour, for tests, for a site without a broker of its own. It keeps
 * everything in memory. Throws `RangeError` for a host that others can reach without `users`, and what listening throws.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const { host = '127.0.0.1', port = 0, users, maxPacket = 1_048_576, report = () => undefined } = options;
  if (users === undefined && !loopback.includes(host)) throw new RangeError(`a broker on ${host} needs users and passwords`);
  const aedes = new Aedes({ maxClientsIdLength: 128, ...(users !== undefined && { authenticate: authenticator(users) }) });
  const mayPublish = aedes.authorizePublish;
  aedes.authorizePublish = (client, packet, done) => {
    // Who sends says it of his own sending (MQTT 3.1.1, 3.3.1.1): what a publisher had to send twice comes to others for the first time.
    packet.dup = false;
    mayPublish(client, packet, done);
  };
  await aedes.listen();
  limitAbsent(aedes, (clientId, messages) => report({ kind: 'session-dropped', clientId, messages }));
  aedes.on('clientReady', ({ id }) => report({ kind: 'client', clientId: id, state: 'connected' }));
  aedes.on('clientDisconnect', ({ id }) => report({ kind: 'client', clientId: id, state: 'gone' }));
  const failed = (client: Client, { message }: Error): void => report({ kind: 'client-error', clientId: client.id || undefined, problem: message });
  aedes.on('clientError', failed);
  aedes.on('connectionError', failed);

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    aedes.handle(socket);
    packetGuard(socket, maxPacket);
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `mqtt://${name}:${address.port}`,
    port: address.port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Authenticate = NonNullable<ConstructorParameters<typeof Aedes>[0]>['authenticate'];

function authenticator(users: Readonly<Record<string, string>>): NonNullable<Authenticate> {
  // Of one length, so that comparing tells nothing.
  const digest = (text: string | Uint8Array): Buffer => createHash('sha256').update(text).digest();
  const known = new Map(Object.entries(users).map(([name, password]) => [name, digest(password)]));
  return (_, name, password, done) => {
    const wanted = name === undefined ? undefined : known.get(name);
    if (wanted !== undefined && password !== undefined && timingSafeEqual(wanted, digest(password))) return done(null, true);
    // CONNACK 4 of MQTT 3.1.1: bad user name or password.
    const error: AuthenticateError = Object.assign(new Error(`who is ${name ?? 'a client without a name'}?`), { returnCode: 4 });
    return done(error, false);
  };
}
