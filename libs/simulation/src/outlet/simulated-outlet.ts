import { ms, Random } from '@pilotwire/machine';
import type { Actor, Timeline } from '@pilotwire/machine';
import type {
  HandAnswer, HandOrder, InletCommand, InletSample, LoadOrder, Outlet, PilotOrder, PilotSample, VehicleReading,
} from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import { carProfiles } from '@pilotwire/v2g-session';
import type { CarName, ChargerName } from '@pilotwire/v2g-session';
import { dcOutput, dcOutputAtRest, usualHardware } from '../hardware/dc-output.js';
import type { DcOutputInput, DcOutputReading, DcOutputState } from '../hardware/dc-output.js';
import { Modem } from '../line/modem.js';
import type { ModemOptions } from '../line/modem.js';
import { PowerLine } from '../line/power-line.js';
import { modemOf } from '../site/charger.js';
import { carModels, chargerModels } from '../site/models.js';
import { PilotWire } from '../site/pilot.js';
import { vehicleOf } from '../site/vehicle.js';
import type { Visit } from '../site/vehicle.js';
import { breakOutlet } from './breakages.js';
import { End } from './end.js';

export interface SimulatedOutletOptions {
  /** All chance of the outlet follows from it. */
  readonly seed: number | string;
  /** Whose hardware the charger has. */
  readonly charger: ChargerName;
  /** The car that comes where nobody names one; state of charge in percent: when it comes, and when it has enough. */
  readonly car: CarName;
  readonly soc: number;
  readonly until: number;
  /** How many times faster than its battery is the car's: its capacity is divided. Everything else takes its time. */
  readonly speed: number;
  /** Modems restart and an isolation monitor tests itself in no time: to try a thousand charges. */
  readonly quick?: boolean;
}

/** How often the ends of the pilot are told what is on it. */
const chargerSamples = ms(10);
const carSamples = ms(20);
/** Between proximity and earth in a DC plug, in ohms: IEC 61851-23. */
const plugProximity = 1_500;
const quickModem = { restart: ms(60), join: ms(40) };
const quickSelfTest = ms(300);

/**
 * One outlet with everything that goes through its cable: pilot, power line with a modem at each side, source and
 * battery. It lives on any timeline, so that a site of real processes has the same hardware as a test in virtual time.
 *
 * Whoever lets go of an end leaves it as real hardware is left: the oscillator stops, the car's contactors open, the car
 * is no longer ready; source and contactors of the charger fall to off by themselves when nobody tells them to stay.
 */
export class SimulatedOutlet implements Outlet {
  readonly evse: Outlet['evse'];
  readonly ev: Outlet['ev'];
  readonly hand: Outlet['hand'];
  readonly line: PowerLine;
  readonly pilot = new PilotWire();
  readonly #options: SimulatedOutletOptions;
  readonly #time: Timeline;
  readonly #hardware: Actor<DcOutputState, DcOutputInput>;
  readonly #modems = new Map<string, Modem>();
  readonly #ends: {
    readonly evseModem: End<Uint8Array, Uint8Array>;
    readonly evModem: End<Uint8Array, Uint8Array>;
    readonly evsePilot: End<PilotOrder, PilotSample>;
    readonly evPilot: End<LoadOrder, InletSample>;
    readonly power: End<PowerCommand, PowerReading>;
    readonly inlet: End<InletCommand, VehicleReading>;
    readonly hand: End<HandOrder, HandAnswer>;
  };
  readonly #mac: string;
  readonly #attenuation: number;
  #car: CarName;
  #visit: Visit;
  #plugged = false;
  #lineCut = false;
  #ready = false;

  constructor(time: Timeline, options: SimulatedOutletOptions) {
    const random = new Random(options.seed);
    const { mac, attenuation, supply, selfTest } = chargerModels[options.charger];
    this.#time = time;
    this.#options = options;
    this.#mac = mac;
    this.#attenuation = attenuation;
    this.#car = options.car;
    this.#visit = this.#visitOf(options.car, options.soc, options.until);
    this.line = new PowerLine(time, random);
    const hardware = {
      ...usualHardware, supply, selfTest: options.quick ? quickSelfTest : selfTest, battery: this.#battery(), seed: random.int(0, 0x7fff_ffff),
    };
    this.#hardware = time.add(dcOutput, dcOutputAtRest(this.#visit.from, hardware, time.now), { perform: (reading) => this.#measured(reading) });
    const charger = this.#modem(mac, 'evse', (frame) => this.#ends.evseModem.deliver(frame));
    this.#ends = {
      evseModem: new End(time, { send: (frame) => charger.fromHost(frame) }, { state: 'up', address: mac }),
      evModem: new End(time, { send: (frame) => this.#modems.get(this.#address)?.fromHost(frame) }, { state: 'up', address: this.#address }),
      evsePilot: new End(time, {
        send: ({ signal }) => void (this.pilot.signal = signal),
        held: (held) => (held ? this.#ends.evsePilot.every(chargerSamples, () => this.#samplePilot()) : (this.pilot.signal = 'x1')),
      }),
      evPilot: new End(time, {
        send: ({ load }) => this.#load(load === 'C'),
        held: (held) => (held ? this.#ends.evPilot.every(carSamples, () => this.#sampleInlet()) : this.#load(false)),
      }),
      power: new End(time, { send: (command) => this.#hardware.feed(command) }),
      inlet: new End(time, {
        send: (command) => this.#hardware.feed(command),
        held: (held) => void (held || this.#hardware.feed({ kind: 'inlet.open' })),
      }),
      hand: new End(time, { send: (order) => this.#ends.hand.deliver({ id: order.id, ...this.#obey(order) }) }),
    };
    const { evseModem, evModem, evsePilot, evPilot, power, inlet, hand } = this.#ends;
    this.evse = { modem: evseModem.open, pilot: evsePilot.open, power: power.open };
    this.ev = { modem: evModem.open, pilot: evPilot.open, inlet: inlet.open };
    this.hand = hand.open;
    this.#arrive(options.car);
  }

  /** Source, contactors, battery and the rest, as they are now. */
  get hardware(): DcOutputState {
    return this.#hardware.state;
  }

  /** Cuts the power line, or mends it, while the pilot stays. */
  cutLine(cut: boolean): void {
    this.#lineCut = cut;
    this.#joinLine();
  }

  #joinLine(): void {
    if (this.#lineCut || !this.#plugged) this.line.disconnect(modemOf(this.#mac), modemOf(this.#address));
    else this.line.connect(modemOf(this.#mac), modemOf(this.#address), this.#attenuation);
  }

  get #address(): string {
    return this.#visit.model.mac;
  }

  #battery(): Visit['model']['battery'] {
    const { battery } = this.#visit.model;
    return { ...battery, capacity: battery.capacity / this.#options.speed };
  }

  #visitOf(car: CarName, soc: number, until: number): Visit {
    return { profile: carProfiles[car], model: carModels[car], from: soc / 100, to: until / 100 };
  }

  #modem(host: string, role: ModemOptions['role'], toHost: (frame: Uint8Array) => void): Modem {
    const modem = new Modem(this.#time, this.line, { mac: modemOf(host), host, role, ...(this.#options.quick && quickModem) }, toHost);
    this.#modems.set(host, modem);
    return modem;
  }

  /** Each car brings its own modem and battery. */
  #arrive(car: CarName): void {
    this.#car = car;
    const address = this.#address;
    if (!this.#modems.has(address)) {
      this.#modem(address, 'ev', (frame) => {
        if (this.#address === address) this.#ends.evModem.deliver(frame);
      });
    }
    this.#hardware.feed({ kind: 'battery', battery: this.#battery(), soc: this.#visit.from });
  }

  #load(ready: boolean): void {
    this.#ready = ready;
    this.pilot.load = this.#plugged ? (ready ? 'C' : 'B') : 'A';
  }

  #samplePilot(): void {
    this.#ends.evsePilot.deliver({ ...this.pilot.read(), proximity: plugProximity });
  }

  #sampleInlet(): void {
    this.#ends.evPilot.deliver({ plugged: this.#plugged, duty: this.pilot.digital ? 5 : undefined });
  }

  #measured(reading: DcOutputReading): void {
    if (reading.kind === 'inlet') this.#ends.inlet.deliver({ vehicle: vehicleOf(this.#visit, reading), car: this.#car });
    else this.#ends.power.deliver(reading);
  }

  #obey(order: HandOrder): Omit<HandAnswer, 'id'> {
    switch (order.kind) {
      case 'plug':
        return this.#plug(order);
      case 'unplug':
        return this.#unplug();
      case 'fault':
        return breakOutlet(order, { pilot: this.pilot, cutLine: (cut) => this.cutLine(cut), hardware: (input) => this.#hardware.feed(input) });
    }
  }

  #plug({ car = this.#options.car, soc = this.#options.soc, until = this.#options.until }: Extract<HandOrder, { kind: 'plug' }>): Omit<HandAnswer, 'id'> {
    if (this.#plugged) return { result: 'not-now', message: 'a car is plugged in already' };
    if (!Object.hasOwn(carProfiles, car)) return { result: 'unknown', message: `no car ${car}; there are ${Object.keys(carProfiles).join(', ')}` };
    const [name, before] = [car as CarName, this.#address];
    this.#visit = this.#visitOf(name, soc, Math.max(soc, until));
    this.#arrive(name);
    if (this.#address !== before) this.#ends.evModem.changed({ state: 'up', address: this.#address });
    this.#plugged = true;
    this.#joinLine();
    this.#load(false);
    return { result: 'done' };
  }

  #unplug(): Omit<HandAnswer, 'id'> {
    if (!this.#plugged) return { result: 'not-now', message: 'no car is plugged in' };
    this.#plugged = false;
    this.#joinLine();
    this.#load(this.#ready);
    // What held the car's contactors is gone with the plug.
    this.#hardware.feed({ kind: 'inlet.open' });
    return { result: 'done' };
  }
}
