import type { Happening } from '@pilotwire/slac-agent';

/** What a process can be asked: what it needs to know, and what it answers. */
export interface Asked<in Args, out Result> {
  (args: Args): Result | Promise<Result>;
}

/** A modem at a port of the line, and the host behind it. */
export interface PortOptions {
  readonly interface: string;
  readonly host: string;
  readonly modem: string;
  readonly role: 'ev' | 'evse';
  /** Levels in a profile: 58; consumer modems report 0. */
  readonly groups?: number;
}

export interface LineOptions {
  readonly ports: readonly PortOptions[];
  /** The interface that gets a copy of what hosts and modems say. */
  readonly tap: string;
  readonly seed: string;
  /** In percent, of frames between modems. */
  readonly loss: number;
  /** How long a frame takes from modem to modem, at least and at most, in ms. */
  readonly delay: readonly [number, number];
  /** In ms: how long modems are deaf after a new key, and when they are in the network then. */
  readonly restart: number;
  readonly join: number;
}

/** A frame at the cable between a host and its modem. */
export interface SeenFrame {
  /** In ms, on a clock of the line's own. */
  readonly at: number;
  /** Number of the port. */
  readonly port: number;
  readonly from: 'host' | 'modem';
  readonly frame: Uint8Array;
}

/** Frames that came from a port, and that were sent to it. */
export interface PortCounters {
  readonly heard: number;
  readonly sent: number;
}

export interface AgentOptions {
  readonly end: 'evse' | 'ev';
  readonly interface: string;
  /** The socket at which the outlet with the pilot is served. */
  readonly outlet: string;
}

/** What each process does, by name. */
export interface Roles {
  readonly line: {
    open: Asked<LineOptions, void>;
    /** Lets two modems hear each other through so many dB. */
    connect: Asked<{ readonly ports: readonly [number, number]; readonly attenuation: number }, void>;
    disconnect: Asked<{ readonly ports: readonly [number, number] }, void>;
    /** What was seen since it was asked last. */
    frames: Asked<void, readonly SeenFrame[]>;
    /** By port; the last are the listener's. */
    counters: Asked<void, readonly PortCounters[]>;
  };
  /** A slac-agent without a bus, and a gateway that leaves the pilot to it. */
  readonly agent: {
    open: Asked<AgentOptions, void>;
    close: Asked<void, void>;
  };
  /** Our charger's gateway, whose agent says that a car is linked and ready. */
  readonly charger: {
    open: Asked<{ readonly interface: string }, void>;
  };
  /** Our car's gateway, likewise. */
  readonly car: {
    /** Asks so many times where the charger is, one after the other; resolves with how many answers came. */
    seek: Asked<{ readonly interface: string; readonly times: number }, number>;
    /** Resolves in CurrentDemand. */
    charge: Asked<{ readonly interface: string }, void>;
  };
  /** A port of loopback that leads out of a namespace. */
  readonly relay: {
    open: Asked<{ readonly port: number; readonly socket: string }, void>;
  };
  /** Somebody else's software, played by whoever asks. It tells each HomePlug frame that it hears. */
  readonly peer: {
    open: Asked<{ readonly interface: string }, void>;
    send: Asked<Uint8Array, void>;
  };
}

export type Answer = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

/** What a process tells unasked. */
export type Told =
  | { readonly tell: 'happening'; readonly happening: Exclude<Happening, { readonly kind: 'frame' | 'flight' }> }
  | { readonly tell: 'frame'; readonly frame: Uint8Array };
