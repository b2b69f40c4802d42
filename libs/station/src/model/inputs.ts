import type { EvNeeds, Fault, Reading } from './evse.js';
import type { FirmwareStatus, LogStatus } from './message.js';
import type { QueueRecord } from './transaction.js';
import type { Charging, Json, JsonObject, Protocol, StopReason, Token } from './values.js';

/** When a fact came about, in UTC milliseconds, where its source knew; without it, now. */
interface Timed {
  readonly utc?: number;
}

/** What happened at an outlet. */
export type EvseFact = { readonly evse: number } & Timed & (
  | { readonly kind: 'plugged'; readonly session?: string }
  /** After a start of this process: the session that the gateway has now, if any. What happened meanwhile comes before it. */
  | { readonly kind: 'session'; readonly session: string | undefined }
  | { readonly kind: 'unplugged' }
  /** The session waits for an authorization. */
  | { readonly kind: 'authorization-wanted' }
  | { readonly kind: 'identified'; readonly evccid: string }
  | { readonly kind: 'needs'; readonly needs: EvNeeds }
  | { readonly kind: 'charging'; readonly charging: Charging }
  /** No more energy in this session, for this reason; one that we asked for keeps the reason it was asked with. */
  | { readonly kind: 'session-ended'; readonly reason: StopReason }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'fault-cleared'; readonly name: string }
  | { readonly kind: 'meter'; readonly reading: Reading }
);

/** What people here do. */
export type OperatorFact =
  /** A card was held, a code typed. Without an EVSE: at whichever one it fits. */
  | { readonly kind: 'token'; readonly token: Token; readonly evse?: number }
  /** Stop, by a button. */
  | { readonly kind: 'stop'; readonly evse: number; readonly reason: 'Local' | 'EmergencyStop' }
  | { readonly kind: 'set'; readonly variable: string; readonly value: string }
  | { readonly kind: 'security-event'; readonly type: string; readonly info?: string }
  | { readonly kind: 'transfer'; readonly request: string; readonly vendorId: string; readonly messageId?: string; readonly data?: Json }
  /** A dead letter is to be tried again. */
  | { readonly kind: 'requeue'; readonly record: QueueRecord }
  | { readonly kind: 'restart'; readonly reason: 'LocalReset' | 'ScheduledReset' };

/** Where a log upload or a firmware update stands, by whoever does it; there is one of each at a time. */
export type HookFact =
  | { readonly kind: 'log-status'; readonly status: LogStatus }
  | { readonly kind: 'firmware-status'; readonly status: FirmwareStatus }
  /** What `make-csr` made. */
  | { readonly kind: 'csr'; readonly csr: string }
  /** How something came out that was asked with this `request`. */
  | { readonly kind: 'performed'; readonly request: string; readonly outcome: JsonObject };

/** The network profile that a connection came about by. */
export interface NetworkLink {
  readonly slot: number;
  /** Seconds that the CSMS may take for an answer. */
  readonly messageTimeout: number;
}

export type LinkFact =
  /** Without a network profile: by the settings of the machine. */
  | { readonly kind: 'connected'; readonly protocol: Protocol; readonly network?: NetworkLink }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'received'; readonly id: string; readonly action: string; readonly payload: Json }
  | { readonly kind: 'answered'; readonly id: string; readonly result: Json }
  | { readonly kind: 'answered'; readonly id: string; readonly error: { readonly code: string; readonly description?: string } };

export type Input =
  | EvseFact
  | OperatorFact
  | HookFact
  | LinkFact
  /** The host's clock: UTC milliseconds now. Until it comes, the CSMS's is used. */
  | { readonly kind: 'time'; readonly utc: number }
  /** A record is on disk; `ok: false`: it could not be written, the disk is full. */
  | { readonly kind: 'stored'; readonly key: number; readonly ok: boolean }
  /** That a record is no longer needed is on disk, or cannot be: the next one may be sent, without this one coming again. */
  | { readonly kind: 'dropped'; readonly key: number };
