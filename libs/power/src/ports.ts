import type { Instant } from '@pilotwire/machine';

// The four devices of a DC output, as messages: what each is told, and what it tells. Drivers, simulated hardware and
// an outside process that plays hardware all speak these, so that the rules know no vendor. Volts, amperes, ohms, Wh.
// Every reading carries the instant of its measurement, since what counts is how old the value is, not the message.
// Readings are repeated every 100 ms, changed or not; those of the isolation monitor whenever it has measured.

/**
 * The DC source. It falls to off by itself where `supply.set` is not repeated within 80 ms, and stays off, whatever is set,
 * until `supply.off` came: who was away must not find power where it left it.
 */
export interface PowerSupply {
  readonly command:
    | { readonly kind: 'supply.set'; readonly voltage: number; readonly current: number }
    | { readonly kind: 'supply.off' };
  readonly reading: {
    readonly kind: 'supply';
    readonly at: Instant;
    readonly voltage: number;
    readonly fault: boolean;
  };
}

/**
 * Both poles of the output, between the source and the cable. They open by themselves where `contactors.close` is not
 * repeated within 80 ms, and stay open, whatever is said, until `contactors.open` came. `closed` comes from their auxiliary contacts.
 */
export interface Contactors {
  readonly command: { readonly kind: 'contactors.close' } | { readonly kind: 'contactors.open' };
  readonly reading: { readonly kind: 'contactors'; readonly at: Instant; readonly closed: boolean };
}

/**
 * Started, it tests itself and then measures until it is stopped. `resistance` counts once the self test has passed.
 */
export interface IsolationMonitor {
  readonly command: { readonly kind: 'imd.start' } | { readonly kind: 'imd.stop' };
  readonly reading: {
    readonly kind: 'imd';
    readonly at: Instant;
    readonly selfTest: 'running' | 'passed' | 'failed';
    readonly resistance: number;
  };
}

/** Measures on the source's side of the contactors: the cable's voltage is seen only while they are closed. */
export interface PowerMeter {
  readonly reading: {
    readonly kind: 'meter';
    readonly at: Instant;
    readonly voltage: number;
    readonly current: number;
    /** Energy delivered so far, in Wh; it never falls. */
    readonly energy: number;
  };
}

export type PowerCommand = PowerSupply['command'] | Contactors['command'] | IsolationMonitor['command'];
export type PowerReading =
  | PowerSupply['reading']
  | Contactors['reading']
  | IsolationMonitor['reading']
  | PowerMeter['reading'];
