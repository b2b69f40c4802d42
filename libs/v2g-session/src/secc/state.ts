import type { Anomaly } from '@pilotwire/exi';
import type { Instant } from '@pilotwire/machine';
import type { ResponseCode } from '@pilotwire/v2g-messages';
import type { SdpResponse } from '@pilotwire/v2gtp';
import type { IsolationLevel, StatusCode, V2gMessage } from '../din.js';
import type { End, SeccEndReason } from '../ends.js';
import type { GarbageInput, MessageInput } from '../incoming.js';
import type { DinPhase } from '../phases.js';
import type { ChargerProfile } from '../profiles/chargers.js';
import type { EvLimits, Limited, PowerEvent, PowerRequest } from './power.js';

/** What the charger tells the car it can do. Volts, amperes, watts. */
export interface SeccLimits {
  readonly minVoltage: number;
  readonly maxVoltage: number;
  readonly minCurrent: number;
  readonly maxCurrent: number;
  readonly maxPower: number;
  readonly peakCurrentRipple: number;
}

/** One charging point. */
export interface SeccConfig {
  readonly profile: ChargerProfile;
  /** Where it waits for the car's TCP connection: what SDP announces. */
  readonly address: { readonly ip: string; readonly port: number };
  /** Undefined until known: the car is kept waiting in ChargeParameterDiscovery. */
  readonly limits?: SeccLimits;
  /** Without an isolation monitor no charge, unless this says so; the car is then told Warning. */
  readonly withoutIsolationMonitor: boolean;
}

export type PilotLevel = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

export type SeccInput =
  /** SLAC has matched and the link is there. `entropy`: eight random bytes, hex, from a cryptographic source. */
  | { readonly kind: 'link.up'; readonly entropy: string }
  | { readonly kind: 'link.lost' }
  | { readonly kind: 'pilot'; readonly level: PilotLevel }
  | { readonly kind: 'sdp'; readonly security: number; readonly transport: number }
  | { readonly kind: 'tcp.connected'; readonly connection: number }
  /** By the car, or lost. */
  | { readonly kind: 'tcp.closed'; readonly connection: number }
  | MessageInput
  | GarbageInput
  | { readonly kind: 'authorization'; readonly result: 'accepted' | 'rejected' }
  | { readonly kind: 'limits'; readonly limits: SeccLimits }
  | { readonly kind: 'power'; readonly event: PowerEvent }
  /** Somebody wants the charge to end: the operator, or the button of the plug's latch. */
  | { readonly kind: 'stop'; readonly by: 'operator' | 'latch' }
  /** Somebody presses an emergency stop; or the power devices are `lost`, and why. */
  | { readonly kind: 'emergency'; readonly lost?: string };

export type SeccWarning =
  | 'tls-declined' // the car asked for TLS, and got TCP
  | 'anomaly' // a message not as a strict writer writes it
  | 'garbage' // what is no message
  | 'sequence-error'
  | 'second-connection' // refused
  | 'state-c-late' // CableCheckReq came without state C
  | 'state-b-late' // PowerDelivery(stop) came, state B did not
  | 'implausible-target' // a voltage that is none to set
  | 'pre-charge-current' // more than the 2 A of pre-charge asked for; 2 A it is
  | 'measurement-stale'
  | 'ev-error';

export type SeccOutput =
  /** The answer to SDP. */
  | ({ readonly kind: 'sdp' } & SdpResponse)
  | { readonly kind: 'send'; readonly message: V2gMessage }
  | { readonly kind: 'tcp.refuse'; readonly connection: number }
  /** No more will be sent (SHUT_WR); the car may still close in its own time. */
  | { readonly kind: 'tcp.finish'; readonly connection: number }
  | { readonly kind: 'tcp.close'; readonly connection: number }
  | { readonly kind: 'authorize'; readonly evccId: string }
  | { readonly kind: 'power'; readonly request: PowerRequest }
  /** X1: oscillator off, steady 12 V source. F: -12 V, not available. */
  | { readonly kind: 'pilot'; readonly set: 'X1' | 'F' }
  /** The data link: `terminate` after a session in order, `error` after any other (ISO 15118-3 D-LINK). */
  | { readonly kind: 'link'; readonly request: 'terminate' | 'error' }
  | { readonly kind: 'phase'; readonly phase: DinPhase }
  | {
      readonly kind: 'warning';
      readonly what: SeccWarning;
      readonly detail?: string;
      readonly anomalies?: readonly Anomaly[];
    }
  /** The car has had no current since `since`; the charge is ended in order before `givesUp`, when it would break off. */
  | { readonly kind: 'starved'; readonly since: Instant; readonly givesUp: Instant }
  | { readonly kind: 'fed' }
  | { readonly kind: 'end'; readonly end: End<SeccEndReason> };

/** Why the charger wants the session to end, and how long it still waits for the car to do it. */
export interface Cause {
  readonly reason: SeccEndReason;
  readonly detail?: string;
  /** What every further status says. */
  readonly status: Extract<StatusCode, 'EVSE_Shutdown' | 'EVSE_EmergencyShutdown' | 'EVSE_Malfunction'>;
  /** The power ends. Undefined once it has been told to. */
  readonly rampAt?: Instant | undefined;
  /** From here on responses say FAILED; but to the ways out. */
  readonly failAt: Instant;
  readonly hardAt: Instant;
}

/** What an answer may wait for: the current to go, or the voltage of pre-charge to stay where it is wanted. */
export type Awaited = 'current-gone' | 'pre-charged';

/** An answer that is owed: to be sent at `at`, or sooner where what it waits for has come. */
export interface Pending {
  readonly at: Instant;
  readonly message: V2gMessage;
  readonly awaits: Awaited | undefined;
  /** What was asked, and when: to be answered anew once the power path has pre-charged. */
  readonly request: V2gMessage;
  readonly asked: Instant;
  readonly last: SeccEndReason | undefined;
}

/** The values of a session that replies are made of. All instants are deadlines, but for `since`. */
export interface Session {
  readonly at: 'session';
  readonly config: SeccConfig;
  readonly entropy: string;
  readonly connection: number;
  readonly phase: DinPhase;
  /** Hex, upper case: the id we give. */
  readonly id: string;
  readonly evccId: string;
  readonly authorization: 'unasked' | 'asked' | 'accepted' | 'rejected';
  readonly limits: SeccLimits | undefined;
  readonly ev: EvLimits | undefined;
  readonly cable: 'unchecked' | 'checking' | 'checked' | 'fault';
  /** The last result, as the car is told it. */
  readonly isolation: IsolationLevel;
  /** Volts: the car's last target. */
  readonly target: number;
  readonly preCharged: boolean;
  /** There was a CurrentDemand. */
  readonly charged: boolean;
  readonly voltage: number;
  readonly current: number;
  readonly limited: Limited;
  readonly pilot: PilotLevel | undefined;
  /** How often the request in hand has been answered Ongoing. */
  readonly rounds: number;
  readonly garbage: number;
  /** The code of the last answer, where it was FAILED. */
  readonly lastFailure: ResponseCode | undefined;
  readonly evError: string | undefined;
  /** The phase in which the car began to leave. */
  readonly leftFrom: DinPhase | undefined;
  readonly tlsDeclined: boolean;
  readonly cause: Cause | undefined;
  readonly pending: Pending | undefined;
  /** Since when the car has got next to nothing of the current it wants; `told`: the countdown was announced. */
  readonly starved: { readonly since: Instant; readonly told: boolean } | undefined;
  readonly setupUntil: Instant | undefined;
  readonly sequenceUntil: Instant;
  readonly ongoingUntil: Instant | undefined;
  readonly pilotUntil: Instant | undefined;
}

/** Matched, and no TCP connection: the car looks for us by SDP, or will try again. */
export interface Linked {
  readonly at: 'linked';
  readonly config: SeccConfig;
  readonly entropy: string;
  readonly tlsDeclined: boolean;
  readonly authorization: Session['authorization'];
  readonly limits: SeccLimits | undefined;
  readonly pilot: PilotLevel | undefined;
  readonly setupUntil: Instant;
}

/** The last answer has been given; the TCP connection is still there, and the car is to close it first. */
export interface Closing {
  readonly at: 'closing';
  readonly session: Session;
  readonly step: 'lingering' | 'finishing';
  readonly deadline: Instant;
  readonly end: End<SeccEndReason>;
}

/** `deadline`: the pilot's PWM goes off, if the car is still there. */
export interface Ended {
  readonly at: 'ended';
  readonly config: SeccConfig;
  readonly end: End<SeccEndReason>;
  readonly deadline?: Instant;
}

export type SeccState =
  | { readonly at: 'unlinked'; readonly config: SeccConfig }
  | Linked
  | Session
  | Closing
  | Ended;

/** What a handler makes of a request: the session after it, the answer, and what else is to be done. */
export interface Reply {
  readonly session: Session;
  readonly message: V2gMessage;
  readonly outputs: readonly SeccOutput[];
  readonly awaits?: Awaited | undefined;
  /** After the answer the session is over, for this reason. */
  readonly last?: SeccEndReason;
}
