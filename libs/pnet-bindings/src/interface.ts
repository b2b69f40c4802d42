import type { Timestamp } from '@pilotwire/capture';
import { explained, PnetError } from './errors.js';
import { native } from './native.js';
import type { NativeSocket } from './native.js';

export interface InterfaceOptions {
  /** Only frames of this EtherType are heard, and none of a VLAN: the kernel sifts them. All frames without it. */
  readonly etherType?: number;
  /** Hears frames for others too. Default false. */
  readonly promiscuous?: boolean;
}

/** A frame from the wire: as it stands it can be written into a capture. */
export interface HeardFrame {
  /** From the destination address on, without check sequence. Nobody else writes there. */
  readonly bytes: Uint8Array;
  /** When the kernel had it. */
  readonly time: Timestamp;
  /** Octets on the wire: more than `bytes` has where a frame was longer than any of Ethernet. */
  readonly originalLength: number;
}

export interface Link {
  /**
   * `no-carrier`: the cable leads to nobody. `down`: switched off. After both it comes back by itself. `removed`: the
   * interface is no more, and nothing follows; one of the same name would be another.
   */
  readonly state: 'up' | 'no-carrier' | 'down' | 'removed';
  /** `02:00:00:00:00:01` */
  readonly address: string;
}

export interface InterfaceListener {
  /** What has come since the last call, in order, at least one. Frames that this machine sends are not among them. */
  frames(batch: readonly HeardFrame[]): void;
  /** With every change, and once soon after opening. */
  link(link: Link): void;
}

/** How many frames. */
export interface Counters {
  readonly heard: number;
  /** Lost because the process was busy for too long. */
  readonly dropped: number;
  readonly sent: number;
  /** Not taken by the interface: down, or its queue full. */
  readonly unsent: number;
}

/** An open network interface. It keeps the process alive until it is closed. */
export interface EthernetInterface {
  /**
   * Sends a frame, without check sequence; one shorter than 60 octets is filled with zeros. False where the interface did
   * not take it, and after `close`. Throws `PnetError` bad-frame.
   */
  send(frame: Uint8Array): boolean;
  /** Since opening; after `close` as they were then. */
  counters(): Counters;
  /** The listener is not called any more. May be called twice. */
  close(): void;
}

/** Octets and number of the places for frames that wait to be handed over: of one kind, or of any (a card joins segments up to 64 KiB). */
const few = { place: 2_048, count: 64 };
const any = { place: 65_600, count: 32 };
const facts = 5;
const shortest = 14;

/**
 * Opens a network interface for raw Ethernet. Nothing is delivered before this has returned. Throws `PnetError`:
 * no-such-interface, not-ethernet, interface-down, no-permission, not-built, not-linux.
 */
export function openInterface(name: string, { etherType, promiscuous = false }: InterfaceOptions, listener: InterfaceListener): EthernetInterface {
  const { place, count } = etherType === undefined ? any : few;
  const slab = new Uint8Array(place * count);
  const numbers = new Float64Array(facts * count);
  const frameAt = (index: number): HeardFrame => {
    const fact = (which: number): number => numbers[index * facts + which] as number;
    const start = fact(0);
    return { bytes: slab.slice(start, start + fact(1)), originalLength: fact(2), time: { seconds: fact(3), nanos: fact(4) } };
  };
  const frames = (arrived: number): void => {
    const batch: HeardFrame[] = [];
    for (let index = 0; index < arrived; index++) batch.push(frameAt(index));
    listener.frames(batch);
  };
  const link = (state: string, address: string): void => listener.link({ state: state as Link['state'], address });
  const options = { promiscuous, place, ...(etherType === undefined ? {} : { etherType }) };

  let socket: NativeSocket | undefined = opened(name, () => native().PacketSocket.open(name, options, slab, numbers, frames, link));
  let last: Counters = { heard: 0, dropped: 0, sent: 0, unsent: 0 };
  queueMicrotask(() => {
    if (socket !== undefined) link(socket.state(), socket.address());
  });
  return {
    send(frame) {
      if (socket === undefined) return false;
      if (frame.length < shortest) throw new PnetError('bad-frame', `${name}: a frame of ${frame.length} octets has no Ethernet header`);
      try {
        return socket.send(frame);
      } catch (error) {
        throw explained(error, name, { 'bad-frame': () => `a frame of ${frame.length} octets is longer than the interface takes` });
      }
    },
    counters() {
      if (socket !== undefined) last = socket.counters();
      return last;
    },
    close() {
      if (socket === undefined) return;
      last = socket.counters();
      socket.close();
      socket = undefined;
    },
  };
}

/** A network interface that could be opened. */
export interface ListedInterface {
  readonly name: string;
  readonly address: string;
  /** Switched on. */
  readonly up: boolean;
  /** Its cable leads to somebody. */
  readonly carrier: boolean;
}

/** The network interfaces of this machine, the loopback left out. Throws `PnetError`: not-built, not-linux. */
export const listInterfaces = (): readonly ListedInterface[] => native().interfaces();

function opened(name: string, open: () => NativeSocket): NativeSocket {
  try {
    return open();
  } catch (error) {
    if (error instanceof PnetError) throw error;
    throw explained(error, name, {
      'no-such-interface': () => `no such network interface; there are ${listInterfaces().map((one) => one.name).join(', ') || 'none'}`,
      'not-ethernet': () => 'this network interface carries no Ethernet',
      'interface-down': () => `the network interface is switched off: sudo ip link set ${name} up`,
      'no-permission': () =>
        'raw Ethernet needs CAP_NET_RAW: sudo setcap cap_net_raw+ep $(readlink -f $(which node)), or AmbientCapabilities=CAP_NET_RAW ' +
        'in the systemd unit, or cap_add: [NET_RAW] in the container',
    });
  }
}
