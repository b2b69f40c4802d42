import type { AuthorizedBy } from './evse.js';
import type { Durable, DurablePart } from './state.js';
import type { QueueRecord } from './transaction.js';
import type { Json, JsonObject, StopReason } from './values.js';

/** Something that the gateway or the host is asked to do. */
export type Order =
  /** The answer that a session waits for. `until`: UTC milliseconds after which it authorizes nobody. */
  | { readonly do: 'authorize'; readonly evse: number; readonly accept: boolean; readonly by: AuthorizedBy | 'refused'; readonly until?: number }
  /** Let the car that is plugged in charge: no session waits. */
  | { readonly do: 'start'; readonly evse: number }
  | { readonly do: 'stop'; readonly evse: number; readonly reason: StopReason }
  /** `until`: UTC milliseconds after which it no longer holds. */
  | { readonly do: 'limit'; readonly evse: number; readonly watts: number; readonly amperes: number; readonly until: number }
  | { readonly do: 'availability'; readonly evse: number; readonly operative: boolean }
  | { readonly do: 'unlock'; readonly evse: number; readonly request: string }
  /** `evse` 0: the station. */
  | { readonly do: 'reset'; readonly evse: number; readonly hard: boolean }
  | {
      readonly do: 'upload-log'; readonly log: 'diagnostics' | 'security'; readonly location: string; readonly name: string;
      readonly retries: number; readonly retryInterval: number; readonly from?: number; readonly to?: number;
    }
  | { readonly do: 'cancel-log' }
  | {
      readonly do: 'update-firmware'; readonly location: string; readonly retrieveAt: number; readonly installAt?: number;
      readonly retries: number; readonly retryInterval: number; readonly certificate?: string; readonly signature?: string;
    }
  /** A new password for the CSMS at the other end; it is to be kept where secrets are, and used from the next connection by the same way. */
  | { readonly do: 'password'; readonly password: string }
  /** The connection is to be made safer, if all that this needs is there; `set` the variable then. */
  | { readonly do: 'security-profile'; readonly profile: number; readonly request: string }
  /** A way to the CSMS. Its password is a secret, as that of `password`; without one it is that of the connection over which this comes. */
  | {
      readonly do: 'network-profile'; readonly slot: number; readonly url: string; readonly securityProfile: number; readonly messageTimeout: number;
      readonly password?: string;
    }
  /** A certificate is to be signed: make a key and answer with `csr`. */
  | { readonly do: 'make-csr' }
  | { readonly do: 'certificate'; readonly call: 'signed' | 'install' | 'delete' | 'list'; readonly request: string; readonly args: JsonObject }
  | { readonly do: 'cost'; readonly transaction: string; readonly total: number };

/** Something that people, or the log, should know. A record holds tokens: whoever tells it further leaves them out. */
export type News =
  | { readonly what: 'dead-letter'; readonly key: number; readonly record: QueueRecord; readonly answers: readonly string[] }
  | { readonly what: 'registration'; readonly status: 'accepted' | 'pending' | 'rejected' }
  | { readonly what: 'security-event'; readonly type: string; readonly info?: string }
  /** What the CSMS sent was not quite as the standard says, and was taken all the same. */
  | { readonly what: 'anomaly'; readonly action: string; readonly notes: readonly string[] }
  | { readonly what: 'refused-call'; readonly action: string; readonly code: string; readonly why: string }
  | { readonly what: 'call-failed'; readonly action: string; readonly why: string }
  | { readonly what: 'token-refused'; readonly evse: number; readonly why: string }
  | { readonly what: 'disk-full' }
  | { readonly what: 'disk-well' }
  | { readonly what: 'dropped'; readonly count: number }
  | { readonly what: 'variable'; readonly variable: string; readonly value: string }
  | { readonly what: 'data-transfer'; readonly vendorId: string; readonly messageId?: string; readonly data?: Json }
  | { readonly what: 'data-transferred'; readonly request: string; readonly status: string; readonly data?: Json };

/**
 * What a step asks for, in this order. `store`, `drop`, `compact` and `persist` go to one log: what of them is on disk at
 * any time must be a beginning of what was asked for, which an append-only file gives for nothing. A `store` is confirmed
 * by `stored`, a `drop` by `dropped`. The value of a part may be undefined: then there is none any more.
 */
export type Output =
  | { readonly kind: 'store'; readonly key: number; readonly record: QueueRecord }
  | { readonly kind: 'drop'; readonly key: number }
  /** All that is still needed of the queue: the log may begin anew with these and with the persisted parts. */
  | { readonly kind: 'compact'; readonly keep: readonly { readonly key: number; readonly record: QueueRecord }[] }
  | { readonly [Part in DurablePart]: { readonly kind: 'persist'; readonly part: Part; readonly value: Durable[Part] } }[DurablePart]
  | { readonly kind: 'send'; readonly id: string; readonly action: string; readonly payload: JsonObject }
  | { readonly kind: 'reply'; readonly id: string; readonly result: JsonObject }
  | { readonly kind: 'reply'; readonly id: string; readonly error: { readonly code: string; readonly description: string } }
  | { readonly kind: 'perform'; readonly order: Order }
  | { readonly kind: 'tell'; readonly news: News };
