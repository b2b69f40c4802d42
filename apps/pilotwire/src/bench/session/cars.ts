import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { InletCommand, Open, VehicleReading } from '@pilotwire/outlet';
import { memoryPair } from '@pilotwire/pair';
import type { Clock } from '@pilotwire/runtime';
import { Car } from '@pilotwire/v2g-gateway';
import type { CarNetwork, ClientListener, Connection } from '@pilotwire/v2g-gateway';
import { speak } from './gateways.js';

/** A car with its foot in the door of CurrentDemand: what it needs of a body, and no more. */
export class BenchCar {
  readonly car: Car;
  /** Microseconds from the write of each request to the last octet of its answer. */
  readonly answers: number[] = [];
  charging = false;
  ended: string | undefined;

  constructor(time: Timeline, clock: Clock, network: CarNetwork, i: number) {
    const { agent, gateway: pair } = memoryPair(clock);
    this.car = new Car({
      time, pair, newSession: () => `car ${i}`, inlet: inletAt(time),
      network: timed(network, (took) => this.answers.push(took)),
      tell: (happening) => {
        if (happening.kind === 'phase' && happening.phase === 'CurrentDemand') this.charging = true;
        if (happening.kind === 'end') this.ended = `${happening.end.reason} in ${happening.end.phase}`;
      },
    });
    speak(time, agent, 'B', i);
  }
}

/** A battery at rest whose contactors obey. */
const inletAt = (time: Timeline): Open<InletCommand, VehicleReading> => ({ receive, status }) => {
  let closed = false;
  let open = true;
  const read = (): void => {
    if (!open) return;
    const contactors = closed ? 'closed' : 'open';
    const vehicle = {
      soc: 50, batteryVoltage: 360, targetVoltage: 400, targetCurrent: 100, contactors, complete: false, bulkComplete: false, remainingToFull: 1_800, remainingToBulk: 900,
    } as const;
    receive({ vehicle, car: 'default' });
    time.schedule(read, ms(100));
  };
  time.schedule(() => {
    status({ state: 'up' });
    read();
  });
  return {
    send: ({ kind }) => void (closed = kind === 'inlet.close'),
    close: () => void (open = false),
  };
};

const headLength = 8;

/** A network that looks at its watch: when a request is handed to the socket, and when its answer is whole. */
const timed = (network: CarNetwork, took: (microseconds: number) => void): CarNetwork => ({
  get down() {
    return network.down;
  },
  sdp: (listener) => network.sdp(listener),
  connect(to, listener): Connection {
    let asked = 0;
    let head: Uint8Array = new Uint8Array(0);
    let missing = headLength;
    const heard = (octets: Uint8Array): void => {
      missing -= octets.length;
      if (head.length < headLength) {
        head = Uint8Array.of(...head, ...octets.subarray(0, headLength - head.length));
        if (head.length < headLength) return;
        missing += new DataView(head.buffer).getUint32(4);
      }
      if (missing > 0) return;
      took((performance.now() - asked) * 1_000);
      head = new Uint8Array(0);
      missing = headLength;
    };
    const watched: ClientListener = {
      connected: () => listener.connected(),
      data(octets) {
        heard(octets);
        listener.data(octets);
      },
      finished: () => listener.finished(),
      closed: () => listener.closed(),
    };
    const connection = network.connect(to, watched);
    return {
      write(octets) {
        asked = performance.now();
        connection.write(octets);
      },
      finish: () => connection.finish(),
      reset: () => connection.reset(),
    };
  },
});
