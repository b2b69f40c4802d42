import { dissect, linkType, tcpFlag } from '@pilotwire/capture';
import type { Endpoints, TcpSegment } from '@pilotwire/capture';
import type { Actor, Random, VirtualTime } from '@pilotwire/machine';
import { allNodes, ipOctets, linkLocal, macOctets, tcpFrame, udpFrame } from './packets.js';
import type { End } from './packets.js';
import { closedTcp, refusal, tcp } from './tcp.js';
import type { TcpInput, TcpOutput, TcpState } from './tcp.js';

/** One TCP connection of a host. */
export type Connection = Actor<TcpState, TcpInput>;
/** What becomes of a connection; segments stay below. */
export type ConnectionEvent = Exclude<TcpOutput, { kind: 'segment' }>;
export type ConnectionListener = (event: ConnectionEvent, connection: Connection) => void;

/** A datagram, and who sent it. */
export type DatagramListener = (payload: Uint8Array, from: End) => void;

interface Socket {
  readonly remote: End;
  readonly local: number;
  readonly connection: Connection;
}

/** Cars take their ports from here on, as any host does. */
const firstPort = 49_152;

/** IPv6, UDP and TCP of one party, over frames. */
export class Host {
  readonly ip: string;
  readonly #mac: Uint8Array;
  readonly #address: Uint8Array;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #transmit: (frame: Uint8Array) => void;
  readonly #neighbours = new Map<string, Uint8Array>();
  readonly #datagrams = new Map<number, DatagramListener>();
  readonly #listening = new Map<number, ConnectionListener>();
  readonly #sockets: Socket[] = [];
  #port: number;

  constructor(time: VirtualTime, mac: string, random: Random, transmit: (frame: Uint8Array) => void) {
    this.ip = linkLocal(mac);
    this.#mac = macOctets(mac);
    this.#address = ipOctets(this.ip);
    this.#time = time;
    this.#random = random.fork(`host ${mac}`);
    this.#transmit = transmit;
    this.#port = firstPort + this.#random.int(0, 8_000);
  }

  /** Hears the datagrams that come to a port. */
  bind(port: number, listener: DatagramListener): void {
    this.#datagrams.set(port, listener);
  }

  /** A port nobody uses. */
  freshPort(): number {
    return this.#port++;
  }

  send(port: number, to: End, payload: Uint8Array): void {
    this.#transmit(udpFrame(this.#end(port), to, payload));
  }

  /** To everybody on the link. */
  sendToAll(port: number, remotePort: number, payload: Uint8Array): void {
    this.send(port, { ...allNodes, port: remotePort }, payload);
  }

  listen(port: number, listener: ConnectionListener): void {
    this.#listening.set(port, listener);
  }

  connect(ip: string, port: number, listener: ConnectionListener): Connection {
    const address = ipOctets(ip);
    // Whoever answered SDP is known; nobody else is spoken to.
    const mac = this.#neighbours.get(address.join()) ?? allNodes.mac;
    const connection = this.#socket({ mac, ip: address, port }, this.freshPort(), listener);
    connection.feed({ kind: 'open', sequence: this.#random.int(0, 0xffff_ffff) });
    return connection;
  }

  /** A frame from the modem. */
  receive(frame: Uint8Array): void {
    const found = dissect({ linkType: linkType.ethernet, bytes: frame });
    if (found.kind !== 'udp' && found.kind !== 'tcp') return;
    const { destination } = found;
    if (!isAt(frame, destination, this.#address) && !isAt(frame, destination, allNodes.ip)) return;
    const remote = remoteOf(frame, found);
    if (found.kind === 'tcp') {
      this.#segment(remote, found);
      return;
    }
    this.#neighbours.set(remote.ip.join(), remote.mac);
    this.#datagrams.get(found.destinationPort)?.(found.payload, remote);
  }

  #segment(remote: End, found: TcpSegment): void {
    const { destinationPort: local, sequence, acknowledgment, flags, payload } = found;
    const segment = { sequence, acknowledgment, flags, payload };
    const known = this.#sockets.find((one) => one.local === local && sameEnd(one.remote, remote) && one.connection.state.at !== 'closed');
    const listener = this.#listening.get(local);
    if (known !== undefined) known.connection.feed({ kind: 'segment', segment });
    else if (listener !== undefined && flags & tcpFlag.syn) {
      const connection = this.#socket(remote, local, listener);
      connection.feed({ kind: 'listen', sequence: this.#random.int(0, 0xffff_ffff) });
      connection.feed({ kind: 'segment', segment });
    } else if (!(flags & tcpFlag.rst)) this.#transmit(tcpFrame(this.#end(local), remote, refusal(segment)));
  }

  #socket(remote: End, local: number, listener: ConnectionListener): Connection {
    const connection: Connection = this.#time.add(tcp, closedTcp, {
      perform: (output) => {
        if (output.kind === 'segment') {
          this.#transmit(tcpFrame(this.#end(local), remote, output.segment));
          return;
        }
        listener(output, connection);
      },
    });
    this.#sockets.push({ remote, local, connection });
    return connection;
  }

  #end(port: number): End {
    return { mac: this.#mac, ip: this.#address, port };
  }
}

/** Whether an address stands at a place in a frame. */
function isAt(frame: Uint8Array, at: number, address: Uint8Array): boolean {
  for (let i = 0; i < address.length; i++) if (frame[at + i] !== address[i]) return false;
  return true;
}

const sameEnd = (a: End, b: End): boolean => a.port === b.port && isAt(a.ip, 0, b.ip);

function remoteOf(frame: Uint8Array, { source, addressLength, sourcePort }: Endpoints): End {
  return { mac: frame.subarray(6, 12), ip: frame.subarray(source, source + addressLength), port: sourcePort };
}
