import type { PilotReading } from '@pilotwire/control-pilot';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import type { CarName, Vehicle } from '@pilotwire/v2g-session';
import type { Open } from './channel.js';

// What goes through an outlet, by who is at which end. Simulated, over a socket, or real hardware: the services that
// hold the ends cannot tell. Instants are the receiver's: a message that comes from another process is stamped there.

/** Ethernet frames at the port where a HomePlug modem is plugged in, without FCS. */
export type Modem = Open<Uint8Array, Uint8Array>;

/** What the charger puts on the pilot: 5 % duty cycle, a steady 12 V source, or -12 V. */
export interface PilotOrder {
  readonly signal: 'digital' | 'x1' | 'f';
}

/** What the charger measures on it, every 10 ms; and between proximity and earth, where that is measured. Volts, ohms. */
export interface PilotSample extends PilotReading {
  readonly proximity?: number;
}

/** What the car puts between pilot and earth: state B, or C for readiness. */
export interface LoadOrder {
  readonly load: 'B' | 'C';
}

/** What the car sees at its inlet, every 20 ms: a plug, and the duty cycle in percent; undefined without an oscillator. */
export interface InletSample {
  readonly plugged: boolean;
  readonly duty: number | undefined;
}

/** What a car tells its contactors. */
export type InletCommand = { readonly kind: 'inlet.close' } | { readonly kind: 'inlet.open' };

/** What a car knows of itself, every 100 ms, and which it is: its profile says how it behaves. */
export interface VehicleReading {
  readonly vehicle: Vehicle;
  readonly car: CarName;
}

/** What a person's hand does at a simulated outlet. `soc` and `until` in percent. */
export type HandOrder =
  | { readonly id: number; readonly kind: 'plug'; readonly car?: string; readonly soc?: number; readonly until?: number }
  | { readonly id: number; readonly kind: 'unplug' }
  | { readonly id: number; readonly kind: 'fault'; readonly fault: string; readonly present: boolean };

/** What came of the order of the same `id`. */
export interface HandAnswer {
  readonly id: number;
  readonly result: 'done' | 'not-now' | 'unknown';
  /** For the person: why not, and what there is to choose from. */
  readonly message?: string;
}

/** Both ends of a cable, and the hand that plugs it in. */
export interface Outlet {
  readonly evse: {
    readonly modem: Modem;
    readonly pilot: Open<PilotOrder, PilotSample>;
    /** Readings carry the instant of their measurement on the receiver's clock. */
    readonly power: Open<PowerCommand, PowerReading>;
  };
  readonly ev: {
    readonly modem: Modem;
    readonly pilot: Open<LoadOrder, InletSample>;
    readonly inlet: Open<InletCommand, VehicleReading>;
  };
  readonly hand: Open<HandOrder, HandAnswer>;
}
