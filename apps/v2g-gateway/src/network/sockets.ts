import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket as DatagramSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { longestDatagram, mostUnread } from './network.js';
import type { Bound, Closable, Connection, ConnectionListener, DatagramListener, ServerListener } from './network.js';

/** More connections at once than this are not even refused one by one: the kernel does it. */
const mostConnections = 16;

/** Where a socket listens. `host`: of this machine, with its scope; `ip`: the same as SDP tells it. */
export interface Seat {
  readonly host: string;
  readonly ip: string;
  /** 0: a free one. */
  readonly port: number;
}

/** A TCP server. An answer leaves at once (TCP_NODELAY), and each side ends on its own. */
export function serve({ host, ip, port }: Seat, listener: ServerListener): Closable {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const held = hold(socket);
    held.listen(listener.connected(held.connection));
  });
  const status = once((bound) => listener.status(bound));
  server.maxConnections = mostConnections;
  server.on('error', (error) => {
    server.close();
    status({ state: 'down', why: error.message });
  });
  server.listen({ host, port, exclusive: true }, () => listener.status({ state: 'up', ip, port: (server.address() as AddressInfo).port }));
  return {
    close() {
      status.off();
      server.close();
    },
  };
}

export interface Hearing {
  /** From whom datagrams are heard. */
  readonly heard?: (from: RemoteInfo) => boolean;
  /** Once it is bound, before anybody is told. */
  readonly bound?: (socket: DatagramSocket) => void;
}

/** A UDP socket that answers. */
export function datagrams({ host, ip, port }: Seat, listener: DatagramListener, { heard, bound }: Hearing = {}): Closable {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const status = once((one) => listener.status(one));
  let open = true;
  const fail = (error: Error): void => {
    if (open) socket.close();
    open = false;
    status({ state: 'down', why: error.message });
  };
  socket.on('error', fail);
  socket.on('message', (octets, from) => {
    if (octets.length > longestDatagram || heard?.(from) === false) return;
    listener.receive(octets, (answer) => open && socket.send(answer, from.port, from.address, () => undefined));
  });
  socket.bind({ address: host, port, exclusive: true }, () => {
    try {
      bound?.(socket);
    } catch (error) {
      return fail(error as Error);
    }
    listener.status({ state: 'up', ip, port: socket.address().port });
  });
  return {
    close() {
      status.off();
      if (open) socket.close();
      open = false;
    },
  };
}

/** The end of a listener is told once, and not when it was we who ended it. */
function once(tell: (bound: Bound) => void): ((bound: Bound) => void) & { off(): void } {
  let told = false;
  const status = (bound: Bound): void => {
    if (told) return;
    told = true;
    tell(bound);
  };
  return Object.assign(status, { off: () => void (told = true) });
}

/** A socket as a connection. */
export function hold(socket: Socket): { readonly connection: Connection; readonly alive: boolean; listen(listener: ConnectionListener): void } {
  let alive = true;
  const connection: Connection = {
    write(octets) {
      if (!alive || !socket.writable) return;
      socket.write(octets);
      if (socket.writableLength > mostUnread) socket.destroy();
    },
    finish() {
      if (alive) socket.end();
    },
    reset() {
      alive = false;
      socket.resetAndDestroy();
    },
  };
  socket.on('error', () => undefined); // `close` follows
  return {
    connection,
    get alive() {
      return alive;
    },
    listen(listener) {
      socket.on('data', (octets) => alive && listener.data(octets));
      socket.once('end', () => alive && listener.finished());
      socket.once('close', () => {
        if (alive) listener.closed();
        alive = false;
      });
    },
  };
}
