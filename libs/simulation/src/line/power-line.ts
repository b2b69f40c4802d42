import type { Duration, Instant, Random, Timeline } from '@pilotwire/machine';
import { ms } from '@pilotwire/machine';

/** Whoever is on the line: a modem. */
export interface Station {
  /** Of the modem, and of the host behind it. */
  readonly mac: string;
  readonly host: string;
  /** The network it is in, and from when; undefined before it was given a key. */
  readonly membership: Membership | undefined;
  /** A frame arrives; `attenuation` in dB is that between its sender and here. */
  hear(frame: Uint8Array, attenuation: number): void;
}

/** Stations of equal keys are in one network once each has had the time to join it. */
export interface Membership {
  readonly nmk: string;
  readonly since: Instant;
}

/** One frame on its way to one station. */
export interface Crossing {
  readonly frame: Uint8Array;
  readonly from: string;
  readonly to: string;
  readonly at: Instant;
}

export interface LineFaults {
  /** Probabilities, 0 to 1, for each frame and each station that could hear it. */
  readonly loss: number;
  readonly duplicate: number;
  /** That a frame is held back, by up to `lateness`, so that later ones overtake it. */
  readonly reorder: number;
  readonly lateness: Duration;
  /** How long a frame takes, at least and at most; copies take their own time. */
  readonly delay: readonly [Duration, Duration];
  /** Loses a chosen frame, whatever chance says. */
  readonly lose: (crossing: Crossing) => boolean;
}

const faultless: LineFaults = {
  loss: 0, duplicate: 0, reorder: 0, lateness: ms(80), delay: [ms(1), ms(3)], lose: () => false,
};

/**
 * The wire between modems: control pilot lines, and what leaks from one to the next. Stations hear each other where an
 * attenuation is set for the pair. All chance comes from `random`, so that a run repeats.
 */
export class PowerLine {
  readonly #time: Timeline;
  readonly #random: Random;
  readonly #faults: LineFaults;
  readonly #stations: Station[] = [];
  /** By sender and hearer. */
  readonly #attenuation = new Map<string, Map<string, number>>();

  constructor(time: Timeline, random: Random, faults: Partial<LineFaults> = {}) {
    this.#time = time;
    this.#random = random.fork('line');
    this.#faults = { ...faultless, ...faults };
  }

  /** Puts a station on the line. It hears nobody until `connect` says whom. */
  attach(station: Station): void {
    this.#stations.push(station);
  }

  /** Lets two stations hear each other through `attenuation` dB: about 10 over a cable, 30 to 60 from stall to stall. */
  connect(a: string, b: string, attenuation: number): void {
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const heard = this.#attenuation.get(from) ?? new Map<string, number>();
      this.#attenuation.set(from, heard.set(to, attenuation));
    }
  }

  /** Unplugs: two stations no longer hear each other. */
  disconnect(a: string, b: string): void {
    this.#attenuation.get(a)?.delete(b);
    this.#attenuation.get(b)?.delete(a);
  }

  /** The stations that hear `mac`, and through how many dB. */
  *earshot(mac: string): Generator<readonly [Station, number]> {
    const heard = this.#attenuation.get(mac);
    if (heard === undefined) return;
    for (const station of this.#stations) {
      const attenuation = heard.get(station.mac);
      if (attenuation !== undefined) yield [station, attenuation];
    }
  }

  /** Sends a frame to every station in earshot; which of them it is meant for is for them to tell. */
  transmit(from: string, frame: Uint8Array): void {
    for (const [station, attenuation] of this.earshot(from)) {
      this.#carry({ frame, from, to: station.mac, at: this.#time.now }, station, attenuation);
    }
  }

  #carry(crossing: Crossing, station: Station, attenuation: number): void {
    const { loss, duplicate, lose } = this.#faults;
    const copies = this.#happens(duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delay = this.#delay();
      if (this.#happens(loss) || lose(crossing)) continue;
      this.#time.schedule(() => station.hear(crossing.frame, attenuation), delay);
    }
  }

  #delay(): Duration {
    const { delay: [least, most], reorder, lateness } = this.#faults;
    const late = this.#happens(reorder) ? this.#random.next() * lateness : 0;
    return ms(least + this.#random.next() * (most - least) + late);
  }

  /** Draws even where nothing can happen, so that a fault more leaves the rest of a run as it was. */
  #happens(probability: number): boolean {
    return this.#random.next() < probability;
  }
}
