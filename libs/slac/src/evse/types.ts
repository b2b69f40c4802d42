import type { MmeOf } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import type { Ignored, Malformed, Received, Send } from '../frames.js';
import type { Keying, Link, LinkSource, NetworkKey } from '../modem.js';
import type { Timing } from '../timing.js';
import type { Heard } from './attenuation.js';

export interface EvseConfig {
  /** Of the host, not of its modem: `02:00:00:00:00:01`. */
  readonly mac: string;
  /**
   * dB on the way from the connector to the modem, taken off each group's mean. Chargers were seen to take off 1..10.
   */
  readonly attenuationCorrection?: number;
  /** dB reported in each group where the modem reports none; 9 or more, for cars take 0 for a defect. */
  readonly syntheticAttenuation?: number;
  /** Result of each CM_VALIDATE.CNF, 0..4; 3 (failure) as EVerest. Unsure: no car was seen to ask. */
  readonly validateResult?: number;
  /** How often a matching is begun for one plugged car, with CP state F in between, before it has failed. */
  readonly attempts?: number;
  readonly link?: LinkSource;
  /** The own modem's address, where it is known. Otherwise whoever answers to our host alone is taken for it. */
  readonly modem?: string;
  readonly timing?: Partial<Timing>;
}

/** A configuration with nothing left open. */
export type EvseSettings = Readonly<Required<Omit<EvseConfig, 'timing' | 'modem'>>> & { readonly timing: Timing; readonly modem: string | undefined };

/** One car's run: who, and which. */
export interface Run {
  readonly ev: string;
  readonly runId: Uint8Array;
}

/** CM_SLAC_PARM.CNF was sent; CM_START_ATTEN_CHAR.IND is to come. */
export interface Invited extends Run {
  readonly at: 'invited';
  readonly deadline: Instant;
}

/**
 * What may follow an invitation. `again`: the car asked anew meanwhile, so its next CM_START_ATTEN_CHAR.IND starts
 * over.
 */
interface Started extends Run {
  readonly again: boolean;
  readonly deadline: Instant;
}

export interface Sounding extends Started {
  /** `settling` waits for the profiles of the last sounds. */
  readonly at: 'sounding' | 'settling';
  readonly wanted: number;
  readonly sounds: number;
  readonly heard: Heard;
}

export interface Reported extends Started {
  readonly at: 'reported';
  readonly report: MmeOf<'CM_ATTEN_CHAR.IND'>;
  readonly sent: number;
}

export interface Answered extends Started {
  readonly at: 'answered';
}

export type Session = Invited | Sounding | Reported | Answered;

/** Why a run came to nothing: the message that was missing, the car said no, or too many others asked. */
export type SessionEnd = 'no-start' | 'no-sounds' | 'no-response' | 'no-match' | 'refused' | 'crowded-out';

/** Why a matching failed: nobody gave a key, no modem answered, no car asked, the network did not come up, or how the last run ended. */
export type EvseFailure = 'no-key' | 'no-modem' | 'no-request' | 'no-link' | SessionEnd;

/** Which matching this is for the plugged car; undefined while there is none to be matched. */
type Attempt = number | undefined;

interface Keyed {
  readonly key: NetworkKey;
  /** The modem's own address, which its answer told. */
  readonly modem: string;
}

export interface Matching extends Keyed {
  readonly at: 'matching';
  readonly attempt: number;
  readonly sessions: readonly Session[];
  readonly last: SessionEnd | undefined;
  /** When it has failed, unless a run is under way. */
  readonly until: Instant;
  readonly deadline: Instant;
}

/** A car has the key: `joining` until the link is there, `matched` from then on. */
export interface Bound extends Keyed {
  readonly at: 'joining' | 'matched';
  readonly attempt: number;
  readonly run: Run;
  readonly link: Link;
  /** The car has asked for another run. */
  readonly anew: Invited | undefined;
  readonly deadline: Instant | undefined;
}

export type EvseState =
  | { readonly at: 'unkeyed'; readonly attempt: Attempt; readonly deadline?: Instant }
  | ({ readonly at: 'keying'; readonly attempt: Attempt } & Keying)
  | ({ readonly at: 'idle' } & Keyed)
  | Matching
  | Bound
  | ({ readonly at: 'paused'; readonly run: Run } & Keyed)
  | { readonly at: 'stepping'; readonly signal: 'f' | 'x1'; readonly attempt: number; readonly deadline: Instant }
  | { readonly at: 'failed'; readonly why: EvseFailure };

export type EvseInput =
  /** A fresh NMK of 16 octets from a cryptographic source; taken where it is wanted. */
  | { readonly kind: 'key'; readonly nmk: Uint8Array }
  /** CP state B, C or D: a car is there; or, while paused, it woke up. */
  | { readonly kind: 'plug' }
  /** CP state A. */
  | { readonly kind: 'unplug' }
  /** D-LINK_TERMINATE, D-LINK_ERROR and D-LINK_PAUSE of the layers above. */
  | { readonly kind: 'terminate' }
  | { readonly kind: 'error' }
  | { readonly kind: 'pause' }
  /** Evidence of the link from elsewhere. */
  | { readonly kind: 'link'; readonly up: boolean }
  | Received
  | Malformed;

export type EvseOutput =
  | Send
  /** What the control pilot is to show: 5 %, no oscillator, or state F. */
  | { readonly kind: 'pilot'; readonly signal: 'digital' | 'x1' | 'f' }
  /** The next session needs a key: feed `key`. */
  | { readonly kind: 'key-wanted' }
  | { readonly kind: 'matched'; readonly ev: string; readonly runId: Uint8Array; readonly nid: Uint8Array }
  | { readonly kind: 'unmatched'; readonly why: 'unplugged' | 'terminated' | 'error' | 'restarted' | 'no-link' }
  /** The link of a match was lost, or came back. */
  | { readonly kind: 'link'; readonly up: boolean }
  | ({ readonly kind: 'session-ended'; readonly why: SessionEnd } & Run)
  | { readonly kind: 'failed'; readonly why: EvseFailure }
  /**
   * `synthetic-attenuation`: the modem reported no levels, so what the car is told is made up, and its choice between
   * chargers is worth nothing. `groups-cut`: levels beyond the 58th were left out; open-plc-utils' pev dies of them.
   */
  | { readonly kind: 'warning'; readonly why: 'synthetic-attenuation' | 'groups-cut'; readonly ev: string }
  | Ignored;
