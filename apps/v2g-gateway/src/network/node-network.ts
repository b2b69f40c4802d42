import { createSocket } from 'node:dgram';
import { connect, createServer, isIPv6 } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fromSdp, toSdp } from './addresses.js';
import { longestDatagram, mostUnread } from './network.js';
import type { Bound, CarNetwork, ChargerNetwork, ClientListener, Connection, ConnectionListener, DatagramListener } from './network.js';

/** More connections at once than this are not even refused one by one: the kernel does it. */
const mostConnections = 16;

export interface ChargerPlace {
  /** An address of this machine. */
  readonly host: string;
  /** 0: a free one. */
  readonly sdpPort: number;
  readonly port: number;
}

/** SDP and TCP on sockets of this machine. Throws `RangeError` for a host that is no address to tell a car. */
export function nodeChargerNetwork({ host, sdpPort, port }: ChargerPlace): ChargerNetwork {
  const ip = toSdp(host);
  if (ip === undefined) throw new RangeError(`${host} is no address that a car could be told`);
  return {
    ip,
    sdp: (listener) => datagrams(host, sdpPort, listener),
    tcp(listener) {
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
      server.listen({ host, port, exclusive: true }, () => listener.status({ state: 'up', port: (server.address() as AddressInfo).port }));
      return {
        close() {
          status.off();
          server.close();
        },
      };
    },
  };
}

export interface CarPlace {
  /** Where chargers are looked for. */
  readonly host: string;
  readonly sdpPort: number;
}

/** A car that looks for its charger at one address. It hears answers from there alone. */
export const nodeCarNetwork = ({ host, sdpPort }: CarPlace): CarNetwork => ({
  sdp({ receive }) {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    let open = true;
    socket.on('error', () => undefined); // an answer that does not come is asked for again
    socket.on('message', (octets, from) => {
      if (open && from.port === sdpPort && from.address === host && octets.length <= longestDatagram) receive(octets);
    });
    // From loopback nobody but this machine can be asked, nor answer.
    if (isLoopback(host)) socket.bind({ address: host, port: 0 });
    return {
      ask: (octets) => open && socket.send(octets, sdpPort, host, () => undefined),
      close() {
        open = false;
        socket.close();
      },
    };
  },
  connect({ ip, port }, listener) {
    const socket = connect({ host: fromSdp(ip), port, noDelay: true, allowHalfOpen: true });
    const held = hold(socket);
    held.listen(listener);
    socket.once('connect', () => held.alive && (listener as ClientListener).connected());
    return held.connection;
  },
});

const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '::1';

function datagrams(host: string, port: number, listener: DatagramListener) {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const status = once((bound) => listener.status(bound));
  let open = true;
  socket.on('error', (error) => {
    if (open) socket.close();
    open = false;
    status({ state: 'down', why: error.message });
  });
  socket.on('message', (octets, from) => {
    if (octets.length > longestDatagram) return;
    listener.receive(octets, (answer) => open && socket.send(answer, from.port, from.address, () => undefined));
  });
  socket.bind({ address: host, port, exclusive: true }, () => listener.status({ state: 'up', port: socket.address().port }));
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
function hold(socket: Socket): { readonly connection: Connection; readonly alive: boolean; listen(listener: ConnectionListener): void } {
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
