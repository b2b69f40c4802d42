import { ms } from '@pilotwire/machine';
import type { Duration, Timeline } from '@pilotwire/machine';
import { toSdp } from './addresses.js';
import { longestDatagram } from './network.js';
import type { CarNetwork, ChargerNetwork, Connection, ConnectionListener, DatagramListener, ServerListener } from './network.js';

/** What everything takes on its way. */
const way = ms(0.5);

export interface MemoryNetwork {
  readonly charger: ChargerNetwork;
  readonly car: CarNetwork;
  /** Somebody else has the charger's ports: nobody can listen. */
  occupied: boolean;
  /** Connections that stand. */
  readonly connections: number;
}

/** The network of a charger and its car on any timeline, without a socket. */
export function memoryNetwork(time: Timeline, { sdpPort = 15_118, port = 50_000 } = {}): MemoryNetwork {
  const ip = toSdp('127.0.0.1') as string;
  const later = (run: () => void, delay: Duration = way): void => time.schedule(run, delay);
  let sdp: DatagramListener | undefined;
  let server: ServerListener | undefined;
  const open = new Set<End>();

  /** Takes a port; `seat` is whoever has it, undefined where nobody has. */
  const bind = <Listener extends Pick<DatagramListener, 'status'>>(listener: Listener, at: number, seat: (taken: Listener | undefined) => void) => {
    let held = !network.occupied;
    if (held) seat(listener);
    later(() => listener.status(held ? { state: 'up', ip, port: at } : { state: 'down', why: 'the port is taken' }));
    return {
      close() {
        if (held) seat(undefined);
        held = false;
      },
    };
  };

  const network: MemoryNetwork = {
    occupied: false,
    get connections() {
      return open.size;
    },
    charger: {
      sdp: (listener) => bind(listener, sdpPort, (taken) => (sdp = taken)),
      tcp: (listener) => bind(listener, port, (taken) => (server = taken)),
    },
    car: {
      sdp({ receive }) {
        let listening = true;
        const answer = (octets: Uint8Array): void => later(() => listening && receive(octets.slice()));
        return {
          ask: (octets) => later(() => octets.length <= longestDatagram && sdp?.receive(octets.slice(), answer)),
          close: () => (listening = false),
        };
      },
      connect(to, listener) {
        const car = new End(later, open);
        later(() => {
          if (car.gone) return;
          if (server === undefined || to.ip !== ip || to.port !== port) {
            later(() => car.lost());
            return;
          }
          const charger = new End(later, open);
          [car.peer, charger.peer] = [charger, car];
          charger.listener = server.connected(charger);
          later(() => car.gone || listener.connected());
        });
        car.listener = listener;
        return car;
      },
    },
  };
  return network;
}

/** One end of a connection. */
class End implements Connection {
  peer: End | undefined;
  listener: ConnectionListener | undefined;
  readonly #later: (run: () => void) => void;
  readonly #open: Set<End>;
  #finished = false;
  #heardAll = false;

  constructor(later: (run: () => void) => void, open: Set<End>) {
    this.#later = later;
    this.#open = open;
    open.add(this);
  }

  get gone(): boolean {
    return !this.#open.has(this);
  }

  write(octets: Uint8Array): void {
    if (this.gone || this.#finished) return;
    const written = octets.slice();
    this.#tell((peer) => peer.listener?.data(written));
  }

  finish(): void {
    if (this.gone || this.#finished) return;
    this.#finished = true;
    this.#tell((peer) => {
      peer.#heardAll = true;
      peer.listener?.finished();
      peer.#bothSaid();
    });
    this.#bothSaid();
  }

  reset(): void {
    this.#open.delete(this);
    this.#tell((peer) => peer.lost());
  }

  lost(): void {
    if (this.#open.delete(this)) this.listener?.closed();
  }

  #tell(run: (peer: End) => void): void {
    this.#later(() => {
      if (this.peer !== undefined && !this.peer.gone) run(this.peer);
    });
  }

  #bothSaid(): void {
    if (this.#finished && this.#heardAll) this.#later(() => this.lost());
  }
}
