import type { Instant } from '@pilotwire/machine';
import type { Ignored, Malformed, Received, Send } from '../frames.js';
import type { Keying, Link, LinkSource, NetworkKey } from '../modem.js';
import type { Timing } from '../timing.js';
import type { Candidate, Doubt } from './candidates.js';

export interface EvConfig {
  /** Of the host, not of its modem: `02:00:00:00:00:02`. */
  readonly mac: string;
  readonly link?: LinkSource;
  /** The own modem's address, where it is known. Otherwise whoever answers to our host alone is taken for it. */
  readonly modem?: string;
  readonly timing?: Partial<Timing>;
}

export type EvSettings = Readonly<Required<Omit<EvConfig, 'timing' | 'modem'>>> & { readonly timing: Timing; readonly modem: string | undefined };

/** What all tries of one matching have in common. */
export interface Task {
  /** Of the present try. It changes once an EVSE has answered, so that late answers to an earlier try are known. */
  readonly runId: Uint8Array;
  readonly rnd: Uint8Array;
  /** No try begins after this. */
  readonly until: Instant;
}

/** How a try came to nothing, and, where it was the last, the matching. */
export type EvFailure =
  /** No EVSE answered. */
  | 'no-evse'
  /** EVSEs answered, but none told how loud it heard the car; or none can be believed, or is near enough. */
  | 'no-attenuation'
  | Doubt
  /** The chosen EVSE did not confirm; the network did not come up; the own modem did not take the key. */
  | 'no-confirmation' | 'no-link' | 'no-modem';

export interface Requesting {
  readonly at: 'requesting';
  readonly task: Task;
  readonly last: EvFailure;
  readonly deadline: Instant;
}

interface Run {
  readonly task: Task;
  /** EVSEs that answered. */
  readonly responders: readonly string[];
  readonly candidates: readonly Candidate[];
  /** Why the last report heard was not believed. */
  readonly doubt: Doubt | undefined;
  readonly deadline: Instant;
}

export interface Sounding extends Run {
  readonly at: 'sounding';
  readonly numSounds: number;
  /** In 100 ms, as the EVSE gave it. */
  readonly timeOut: number;
  /** Messages sent: first CM_START_ATTEN_CHAR.IND, then sounds. */
  readonly sent: number;
  /** When the first was sent. */
  readonly began: Instant;
}

export interface Listening extends Run {
  readonly at: 'listening';
}

export interface Choosing {
  readonly at: 'choosing';
  readonly task: Task;
  readonly chosen: Candidate;
  readonly sent: number;
  readonly deadline: Instant;
}

/** The EVSE and its network. */
export interface Chosen {
  readonly evse: string;
  readonly runId: Uint8Array;
  readonly key: NetworkKey;
}

export interface EvBound {
  readonly at: 'joining' | 'matched';
  readonly task: Task;
  readonly chosen: Chosen;
  readonly link: Link;
  /** The own modem's address, which its answer told. */
  readonly modem: string;
  readonly deadline: Instant | undefined;
}

export type EvState =
  | { readonly at: 'idle' }
  | Requesting
  | Sounding
  | Listening
  | Choosing
  /** Between two tries. */
  | { readonly at: 'waiting'; readonly task: Task; readonly last: EvFailure; readonly deadline: Instant }
  | ({ readonly at: 'keying'; readonly task: Task; readonly chosen: Chosen } & Keying)
  | EvBound
  | { readonly at: 'paused'; readonly task: Task; readonly chosen: Chosen; readonly modem: string }
  /** The modem is given a key that nobody else has. `until`: by when the network should be left; undefined once it was told. */
  | ({ readonly at: 'leaving'; readonly until: Instant | undefined } & Keying)
  | { readonly at: 'failed'; readonly why: EvFailure };

export type EvInput =
  /**
   * 5 % duty cycle was seen. `runId` 8 octets and `rnd` 16 octets from a random source. Taken in `idle` and `failed`.
   */
  | { readonly kind: 'start'; readonly runId: Uint8Array; readonly rnd: Uint8Array }
  /**
   * Unplugged, D-LINK_TERMINATE or D-LINK_ERROR: leave the network. `nmk` 16 fresh octets. After an error, `start`
   * again.
   */
  | { readonly kind: 'stop'; readonly nmk: Uint8Array }
  /** D-LINK_PAUSE, and its end. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Evidence of the link from elsewhere. */
  | { readonly kind: 'link'; readonly up: boolean }
  | Received
  | Malformed;

export type EvOutput =
  | Send
  | { readonly kind: 'matched'; readonly evse: string; readonly runId: Uint8Array; readonly nid: Uint8Array }
  | { readonly kind: 'unmatched' }
  | { readonly kind: 'link'; readonly up: boolean }
  /** A try came to nothing; another follows. */
  | { readonly kind: 'repeating'; readonly why: EvFailure }
  | { readonly kind: 'failed'; readonly why: EvFailure }
  /** The chosen EVSE's NID is not the hash of its NMK (seen: pyPLC). It is used as it is, for its modem has it too. */
  | { readonly kind: 'warning'; readonly why: 'odd-nid'; readonly evse: string }
  /** The modem has not taken the key that it should leave with within TP_match_leave; it is told again. */
  | { readonly kind: 'warning'; readonly why: 'still-in-network' }
  | Ignored;
