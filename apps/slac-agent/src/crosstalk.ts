import { decodeMme } from '@pilotwire/homeplug';
import { between, ms } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import type { Happening } from './happening.js';

type Report = Extract<Happening, { readonly kind: 'slac.crosstalk' }>['data'];

export interface CrosstalkOptions {
  readonly time: Timeline;
  /** Called for each outlet at which a car was heard that others heard, too. */
  readonly tell: (evse: number, report: Report) => void;
}

interface Heard {
  readonly at: Instant;
  /** The mean of the last sound, in dB; undefined where the modem told none. */
  readonly attenuation?: number;
}

/** Within so long it is the same matching that is heard. */
const sameMatching = ms(5_000);
/** From the second outlet that hears a car to the report: its sounds have been measured then. */
const untilMeasured = ms(1_500);
/** A car that tries again and again is told no more often. */
const pause = ms(60_000);
/** Cars that are remembered; a site has a few, a flood has any number. */
const mostCars = 64;

interface Car {
  readonly heard: Map<number, Heard>;
  due: boolean;
  told: Instant | undefined;
}

/** Sees whether one car asks several outlets of this process: their lines are not kept apart. Requirement R22. */
export class Crosstalk {
  readonly #options: CrosstalkOptions;
  readonly #cars = new Map<string, Car>();

  constructor(options: CrosstalkOptions) {
    this.#options = options;
  }

  /** A frame at the modem of an outlet. */
  frame(evse: number, frame: Uint8Array): void {
    const decoded = decodeMme(frame);
    if (decoded.kind !== 'known') return;
    const { value: mme, source } = decoded;
    if (mme.mme === 'CM_SLAC_PARM.REQ') this.#asked(evse, source);
    if (mme.mme === 'CM_ATTEN_PROFILE.IND' && mme.attenuation.length > 0) this.#measured(evse, mme.pevMac, mme.attenuation);
  }

  #asked(evse: number, ev: string): void {
    const { now } = this.#options.time;
    const car = this.#cars.get(ev) ?? { heard: new Map<number, Heard>(), due: false, told: undefined };
    // The one that was silent longest makes room.
    this.#cars.delete(ev);
    const [oldest] = this.#cars.keys();
    if (this.#cars.size >= mostCars && oldest !== undefined) this.#cars.delete(oldest);
    this.#cars.set(ev, car);
    for (const [other, { at }] of car.heard) if (between(at, now) > sameMatching) car.heard.delete(other);
    car.heard.set(evse, { ...car.heard.get(evse), at: now });
    const silent = car.told === undefined || between(car.told, now) >= pause;
    if (car.heard.size < 2 || car.due || !silent) return;
    car.due = true;
    this.#options.time.schedule(() => this.#report(ev, car), untilMeasured);
  }

  #measured(evse: number, ev: string, levels: readonly number[]): void {
    const car = this.#cars.get(ev);
    const heard = car?.heard.get(evse);
    const attenuation = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    if (heard !== undefined) car?.heard.set(evse, { ...heard, attenuation });
  }

  #report(ev: string, car: Car): void {
    const { time, tell } = this.#options;
    car.due = false;
    car.told = time.now;
    const nearest = ([, { attenuation = Infinity }]: readonly [number, Heard]): number => attenuation;
    const evses = [...car.heard].toSorted((a, b) => nearest(a) - nearest(b) || 0)
      .map(([evse, { attenuation }]) => ({ evse, ...(attenuation !== undefined && { attenuationDb: Math.round(10 * attenuation) / 10 }) }));
    for (const { evse } of evses) tell(evse, { ev, evses });
  }
}
