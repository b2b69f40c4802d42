import type { Anomaly } from '@pilotwire/exi';
import type { Instant } from '@pilotwire/machine';
import type { DC_EVStatus } from '@pilotwire/v2g-messages';
import type { SdpResponse } from '@pilotwire/v2gtp';
import type { V2gMessage } from '../din.js';
import type { End, EvccEndReason } from '../ends.js';
import type { GarbageInput, MessageInput } from '../incoming.js';
import type { DinPhase, OrderedRequest } from '../phases.js';
import type { CarProfile } from '../profiles/cars.js';

/** What the car itself knows and wants. Volts, amperes, percent, seconds. */
export interface Vehicle {
  readonly soc: number;
  readonly batteryVoltage: number;
  /** Measured at the inlet; undefined where the car does not measure, and must believe what it is told. */
  readonly inletVoltage?: number;
  /** What the battery wants now. */
  readonly targetVoltage: number;
  readonly targetCurrent: number;
  readonly contactors: 'open' | 'closed';
  readonly complete: boolean;
  readonly bulkComplete: boolean;
  readonly remainingToFull: number;
  readonly remainingToBulk: number;
}

export type EvccInput =
  | { readonly kind: 'link.up' }
  | { readonly kind: 'link.lost' }
  | { readonly kind: 'unplugged' }
  /** The charger's answer. */
  | ({ readonly kind: 'sdp' } & SdpResponse)
  | { readonly kind: 'tcp.connected' }
  /** Refused, or timed out. */
  | { readonly kind: 'tcp.failed' }
  | { readonly kind: 'tcp.closed' }
  | MessageInput
  | GarbageInput
  | { readonly kind: 'vehicle'; readonly vehicle: Vehicle }
  /** The driver wants to go. */
  | { readonly kind: 'stop' }
  /** The car has a fault: the EVErrorCode with which it ends the session. */
  | { readonly kind: 'fault'; readonly code: DC_EVStatus['EVErrorCode'] };

export type EvccOutput =
  | { readonly kind: 'sdp'; readonly security: number; readonly transport: number }
  | { readonly kind: 'tcp.connect'; readonly ip: string; readonly port: number }
  | { readonly kind: 'tcp.close' }
  | { readonly kind: 'send'; readonly message: V2gMessage }
  | { readonly kind: 'pilot'; readonly set: 'B' | 'C' }
  | { readonly kind: 'contactors'; readonly set: 'closed' | 'open' }
  | { readonly kind: 'lock'; readonly set: 'locked' | 'unlocked' }
  /** The car's own isolation monitor: two at one cable disturb each other. */
  | { readonly kind: 'imd'; readonly set: 'on' | 'off' }
  /** What the charger says it measures. */
  | { readonly kind: 'present'; readonly voltage: number; readonly current: number }
  | { readonly kind: 'phase'; readonly phase: DinPhase }
  | {
      readonly kind: 'warning';
      readonly what: 'unexpected-message' | 'garbage' | 'anomaly' | 'failed-response' | 'no-answer' | 'tls-only';
      readonly detail?: string;
      readonly anomalies?: readonly Anomaly[];
    }
  | { readonly kind: 'end'; readonly end: End<EvccEndReason> };

/** Looking for a charger on the matched link: SDP, then TCP to the port that SDP named. */
export interface Looking {
  readonly at: 'looking';
  readonly profile: CarProfile;
  readonly vehicle: Vehicle;
  /** Which line of the profile's SDP requests, and how many of it are left. */
  readonly line: number;
  readonly tries: number;
  readonly deadline: Instant;
  readonly setupUntil: Instant;
}

export interface Connecting {
  readonly at: 'connecting';
  readonly profile: CarProfile;
  readonly vehicle: Vehicle;
  readonly ip: string;
  readonly port: number;
  /** The next attempt; undefined while one is under way. */
  readonly retryAt: Instant | undefined;
  readonly until: Instant;
  readonly setupUntil: Instant;
}

/** The requests of a DC car that pays outside of V2G. */
export type EvRequest = Exclude<
  OrderedRequest,
  | 'ServiceDetailReq'
  | 'PaymentDetailsReq'
  | 'ChargingStatusReq'
  | 'MeteringReceiptReq'
  | 'CertificateUpdateReq'
  | 'CertificateInstallationReq'
>;

/** What the dialogue waits for: the time to ask, the answer, or the car's own contactors. */
export type Turn =
  | { readonly kind: 'thinking'; readonly request: EvRequest; readonly until: Instant }
  | { readonly kind: 'waiting'; readonly request: EvRequest; readonly until: Instant }
  | { readonly kind: 'contactors'; readonly until: Instant };

export interface Dialogue {
  readonly at: 'dialogue';
  readonly profile: CarProfile;
  readonly vehicle: Vehicle;
  readonly phase: DinPhase;
  readonly turn: Turn;
  /** Where to connect again, before the handshake. */
  readonly peer: { readonly ip: string; readonly port: number; readonly until: Instant };
  /** Hex, as the charger gave it. */
  readonly id: string;
  readonly serviceId: number;
  readonly energyTransfer: 'DC_core' | 'DC_extended';
  /** Why the car wants to end, in order, and where it was when it began to. */
  readonly stop: End<EvccEndReason> | undefined;
  readonly error: DC_EVStatus['EVErrorCode'];
  readonly garbage: number;
  /** The plug is locked and the pilot at C. */
  readonly ready: boolean;
  /** The contactors were told to close. */
  readonly powered: boolean;
  readonly setupUntil: Instant | undefined;
  readonly patienceUntil: Instant | undefined;
  readonly weldingUntil: Instant | undefined;
  readonly starvedSince: Instant | undefined;
}

/** The safe order: pilot B (done), contactors, plug. */
export interface Stopping {
  readonly at: 'stopping';
  readonly profile: CarProfile;
  readonly vehicle: Vehicle;
  readonly step: 'contactors' | 'unlock';
  readonly deadline: Instant;
  readonly end: End<EvccEndReason>;
}

export type EvccState =
  | { readonly at: 'idle'; readonly profile: CarProfile; readonly vehicle: Vehicle }
  | Looking
  | Connecting
  | Dialogue
  | Stopping
  | { readonly at: 'ended'; readonly profile: CarProfile; readonly vehicle: Vehicle; readonly end: End<EvccEndReason> };
