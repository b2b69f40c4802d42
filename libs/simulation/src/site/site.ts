import { isHomeplug } from '@pilotwire/homeplug';
import { ms, Random, VirtualTime } from '@pilotwire/machine';
import type { Actor, Duration, Instant } from '@pilotwire/machine';
import { carProfiles, chargerProfiles } from '@pilotwire/v2g-session';
import type { CarName, CarProfile, ChargerName, ChargerProfile } from '@pilotwire/v2g-session';
import { dcOutput, dcOutputAtRest, usualHardware } from '../hardware/dc-output.js';
import type { DcOutputInput, DcOutputState, HardwareFault } from '../hardware/dc-output.js';
import { PowerLine } from '../line/power-line.js';
import type { LineFaults } from '../line/power-line.js';
import { Car } from './car.js';
import { Charger, modemOf } from './charger.js';
import type { Happening, Side, SiteEvent } from './events.js';
import { carModels, chargerModels } from './models.js';
import type { CarModel, ChargerModel } from './models.js';
import { PilotWire } from './pilot.js';
import type { PilotBreak, PilotLoad } from './pilot.js';
import { honest } from './surroundings.js';
import type { Surroundings, Tampering } from './surroundings.js';

export interface SiteOptions {
  /** All chance of the site follows from it. */
  readonly seed: number | string;
  readonly car: CarName;
  readonly charger: ChargerName;
  /** State of charge from 0 to 1: when the car comes, and when it has enough. */
  readonly from: number;
  readonly to: number;
  /** How long a person takes to authorize, more or less; undefined: nobody does. */
  readonly authorizeAfter: Duration | undefined;
  /** What differs from the named car and charger. */
  readonly differences?: Differences;
  readonly line?: Partial<LineFaults>;
  /** What becomes of the messages of either side. */
  readonly tampering?: Readonly<Partial<Record<Side, Partial<Tampering>>>>;
  /** What a frame becomes on the line. */
  readonly tamperFrame?: (frame: Uint8Array) => Uint8Array;
  /** Hears all that happens. */
  readonly tell?: (event: SiteEvent) => void;
  /** Sees each frame on the power line, as it was sent. */
  readonly frame?: (frame: Uint8Array, at: Instant) => void;
  /** A clock of the caller's own: to watch the machines that are put into it, or to share it. */
  readonly time?: VirtualTime;
}

/** Departures from the profiles and models of a car and a charger. */
export interface Differences {
  readonly car?: Partial<CarProfile>;
  readonly carModel?: Partial<CarModel>;
  readonly charger?: Partial<ChargerProfile>;
  readonly chargerModel?: Partial<ChargerModel>;
}

/** The line as somebody with a coupler on it sees it. */
class TappedLine extends PowerLine {
  constructor(
    time: VirtualTime,
    random: Random,
    faults: Partial<LineFaults>,
    tap: (frame: Uint8Array, from: string) => Uint8Array | undefined,
  ) {
    super(time, random, faults);
    this.#tap = tap;
  }

  readonly #tap: (frame: Uint8Array, from: string) => Uint8Array | undefined;

  override transmit(from: string, frame: Uint8Array): void {
    const seen = this.#tap(frame, from);
    if (seen !== undefined) super.transmit(from, seen);
  }
}

/** One charger, one car, and the wires between them, in virtual time. */
export class Site {
  readonly time: VirtualTime;
  readonly line: PowerLine;
  readonly charger: Charger;
  readonly car: Car;
  readonly hardware: Actor<DcOutputState, DcOutputInput>;
  readonly #pilot = new PilotWire();
  /** Of the modems. */
  readonly macs: { readonly charger: string; readonly car: string };
  readonly #attenuation: number;
  readonly #tell: (happening: Happening) => void;
  #plugged = false;
  /** The modem whose packets are lost. */
  #silent: string | undefined;

  constructor(options: SiteOptions) {
    const { from, to, authorizeAfter, differences = {} } = options;
    const random = new Random(options.seed);
    const time = options.time ?? new VirtualTime();
    this.time = time;
    this.#tell = (happening) => options.tell?.({ ...happening, at: time.now });
    this.line = new TappedLine(time, random, options.line ?? {}, (frame, from) => {
      if (from === this.#silent && !isHomeplug(frame)) return undefined;
      const seen = options.tamperFrame?.(frame) ?? frame;
      options.frame?.(seen, time.now);
      return seen;
    });
    const charger: ChargerProfile = { ...chargerProfiles[options.charger], ...differences.charger };
    const chargerModel: ChargerModel = { ...chargerModels[options.charger], ...differences.chargerModel };
    const car: CarProfile = { ...carProfiles[options.car], ...differences.car };
    const carModel: CarModel = { ...carModels[options.car], ...differences.carModel };
    const surroundings = (name: string): Surroundings => ({
      time,
      line: this.line,
      pilot: this.#pilot,
      random: random.fork(name),
      tell: this.#tell,
      hardware: (input) => this.hardware.feed(input),
    });
    const tampering = (side: Side): Tampering => ({ ...honest, ...options.tampering?.[side] });
    this.charger = new Charger(surroundings('charger'), { profile: charger, model: chargerModel, authorizeAfter, tampering: tampering('evse') });
    this.car = new Car(surroundings('car'), { profile: car, model: carModel, from, to, tampering: tampering('ev') });
    const { supply, selfTest } = chargerModel;
    const { battery } = carModel;
    const seed = random.int(0, 0x7fff_ffff);
    const hardware = { ...usualHardware, supply, selfTest, battery, seed };
    this.hardware = time.add(dcOutput, dcOutputAtRest(from, hardware, time.now), {
      perform: (reading) => {
        if (reading.kind === 'inlet') this.car.measured(reading);
        else {
          this.charger.measured(reading);
          if (reading.kind !== 'meter') return;
          const { voltage, current, energy } = reading;
          this.#tell({ kind: 'measured', voltage, current, soc: this.hardware.state.soc, energy });
        }
      },
    });
    this.macs = { charger: modemOf(chargerModel.mac), car: modemOf(carModel.mac) };
    this.#attenuation = chargerModel.attenuation;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  plug(): void {
    if (this.#plugged) return;
    this.#plugged = true;
    this.#tell({ kind: 'plugged' });
    this.line.connect(this.macs.charger, this.macs.car, this.#attenuation);
    this.car.plugged();
  }

  /** Pulls the plug, locked or not. */
  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    this.#tell({ kind: 'unplugged' });
    this.line.disconnect(this.macs.charger, this.macs.car);
    this.car.unplugged();
  }

  /** The power line is cut, or whole again, while the pilot is not. */
  cutLine(cut: boolean): void {
    this.#tell({ kind: 'fault', what: cut ? 'line-cut' : 'line-repaired' });
    if (cut) this.line.disconnect(this.macs.charger, this.macs.car);
    else if (this.#plugged) this.line.connect(this.macs.charger, this.macs.car, this.#attenuation);
  }

  /** From now on no packet of a side reaches the other, though the link is up. */
  silence(side: Side): void {
    this.#tell({ kind: 'fault', what: `silent-${side}` });
    this.#silent = side === 'ev' ? this.macs.car : this.macs.charger;
  }

  /** The pilot wire is held at a level, whatever car and charger do; undefined: it is whole again. */
  breakPilot(level: PilotLoad | PilotBreak | undefined): void {
    this.#tell({ kind: 'fault', what: `pilot-${level ?? 'repaired'}` });
    this.#pilot.broken = level;
  }

  breakHardware(fault: HardwareFault, present = true): void {
    this.#tell({ kind: 'fault', what: present ? fault : `${fault} repaired` });
    this.hardware.feed({ kind: 'hardware.fault', fault, present });
  }

  /** The level that is on the pilot wire now, before any reading or debouncing. */
  get pilotLevel(): PilotLoad | PilotBreak {
    return this.#pilot.broken ?? (this.#pilot.signal === 'f' ? 'F' : this.#pilot.load);
  }

  /** Nobody says or does anything any more: nothing is plugged in, open or on. */
  get quiet(): boolean {
    const secc = this.charger.secc.state.at;
    const evcc = this.car.evcc.state.at;
    const power = this.charger.power.state.phase.at;
    return (secc === 'ended' || secc === 'unlinked') && (evcc === 'ended' || evcc === 'idle') && (power === 'idle' || power === 'failed');
  }

  /** Lets time pass until `done`; false where that did not come about in so many milliseconds. */
  until(done: () => boolean, within: number): boolean {
    return this.time.runUntil(done, (this.time.now + within) as Instant);
  }

  advance(by: number): void {
    this.time.advance(ms(by));
  }
}
