import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { fromSdp, toSdp } from './addresses.js';
import { longestDatagram } from './network.js';
import type { CarNetwork, ChargerNetwork } from './network.js';
import { datagrams, hold, serve } from './sockets.js';

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
    sdp: (listener) => datagrams({ host, ip, port: sdpPort }, listener),
    tcp: (listener) => serve({ host, ip, port }, listener),
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
    socket.once('connect', () => held.alive && listener.connected());
    return held.connection;
  },
});

const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '::1';
