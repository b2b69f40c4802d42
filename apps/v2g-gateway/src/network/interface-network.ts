import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { isLinkLocal, linkLocalIn } from './link-local.js';
import type { LinkLocal } from './link-local.js';
import { longestDatagram } from './network.js';
import type { Bound, CarNetwork, ChargerNetwork, Closable, Connection } from './network.js';
import { datagrams, hold, serve } from './sockets.js';

// A charger and a car as they meet on a power line: at one network interface, by its link-local IPv6 addresses, and nowhere
// else. DIN SPEC 70121 8.3, ISO 15118-2 7.6 and 7.10.1.

/** All nodes of a link: whom a car asks where its charger is. */
const everybody = 'ff02::1';
/** How often is looked whether the address is still the same. */
const lookPeriod = ms(500);

export interface InterfacePlace {
  /** As `ip link` calls it. */
  readonly interface: string;
  readonly sdpPort: number;
}

export interface InterfaceChargerPlace extends InterfacePlace {
  /** Of TCP. 0: a free one. */
  readonly port: number;
  readonly clock: Clock;
}

/**
 * SDP and TCP at an interface's link-local address. While there is none to be used both are down and say why; when it
 * changes, both begin anew. Nobody on another interface is heard: the kernel sees to it, for each socket is bound by scope.
 */
export function interfaceChargerNetwork({ interface: name, sdpPort, port, clock }: InterfaceChargerPlace): ChargerNetwork {
  return {
    sdp: (listener) =>
      whileThere(clock, name, listener.status, ({ address }, status) =>
        datagrams({ host: `${everybody}%${name}`, ip: address, port: sdpPort }, { status, receive: (octets, answer) => listener.receive(octets, answer) }, {
          // The kernel answers from the interface's own address, where the question came from one of its kind.
          heard: (from) => isOf(name, from.address),
          bound: (socket) => socket.addMembership(everybody, `::%${name}`),
        })),
    tcp: (listener) =>
      whileThere(clock, name, listener.status, ({ address }, status) =>
        serve({ host: `${address}%${name}`, ip: address, port }, { status, connected: (connection) => listener.connected(connection) })),
  };
}

/** A car at an interface: it asks everybody on the link, and hears and meets link-local addresses of that link alone. */
export const interfaceCarNetwork = ({ interface: name, sdpPort }: InterfacePlace): CarNetwork => ({
  get down() {
    const at = lookAt(name);
    return at.state === 'down' ? at.why : undefined;
  },
  sdp({ receive }) {
    let held: { readonly socket: Socket; readonly host: string } | undefined;
    const close = (): void => {
      held?.socket.close();
      held = undefined;
    };
    const open = (host: string): Socket => {
      const socket = createSocket('udp6');
      // A question that finds no way is asked again, from a socket of its own.
      socket.on('error', () => held?.socket === socket && close());
      socket.on('message', (octets, from) => {
        if (held?.socket === socket && isOf(name, from.address) && octets.length <= longestDatagram) receive(octets);
      });
      socket.bind({ address: host, port: 0 });
      held = { socket, host };
      return socket;
    };
    return {
      ask(octets) {
        const at = lookAt(name);
        const host = at.state === 'up' ? `${at.address}%${name}` : undefined;
        if (held?.host !== host) close();
        if (host !== undefined) (held?.socket ?? open(host)).send(octets, sdpPort, `${everybody}%${name}`, () => undefined);
      },
      close,
    };
  },
  connect({ ip, port }, listener) {
    if (!isLinkLocal(ip)) return nowhere(listener);
    const socket = connect({ host: `${ip}%${name}`, port, noDelay: true, allowHalfOpen: true });
    const held = hold(socket);
    held.listen(listener);
    socket.once('connect', () => held.alive && listener.connected());
    return held.connection;
  },
});

/** Whether an address, with its scope as Node tells it, is a link-local one of this interface. */
const isOf = (name: string, address: string): boolean => isLinkLocal(address) && address.endsWith(`%${name}`);

function lookAt(name: string): LinkLocal {
  try {
    return linkLocalIn(readFileSync('/proc/net/if_inet6', 'utf8'), name);
  } catch {
    return { state: 'down', why: `${name}: this machine has no IPv6: no /proc/net/if_inet6` };
  }
}

type Found = Extract<LinkLocal, { state: 'up' }>;

/** Holds something open while the interface has the address that it was opened with. Nothing is told before the call has returned. */
function whileThere(clock: Clock, name: string, tell: (bound: Bound) => void, open: (at: Found, status: (bound: Bound) => void) => Closable): Closable {
  let held: Closable | undefined;
  let cancel = (): void => undefined;
  const end = (why: string): void => {
    cancel();
    held?.close();
    tell({ state: 'down', why });
  };
  const watch = (at: Found): void => {
    cancel = clock.wake(after(clock.now(), lookPeriod), () => {
      const now = lookAt(name);
      if (now.state === 'down') end(now.why);
      else if (now.address !== at.address || now.index !== at.index) end(`${name}: its link-local address is another one now`);
      else watch(at);
    });
  };
  cancel = clock.wake(clock.now(), () => {
    const at = lookAt(name);
    if (at.state === 'down') return end(at.why);
    watch(at);
    held = open(at, (bound) => (bound.state === 'down' ? end(bound.why) : tell(bound)));
  });
  return {
    close() {
      cancel();
      held?.close();
    },
  };
}

/** A connection to where no charger of this link can be. */
function nowhere({ closed }: { closed(): void }): Connection {
  let open = true;
  setImmediate(() => open && closed());
  return { write: () => undefined, finish: () => undefined, reset: () => void (open = false) };
}
