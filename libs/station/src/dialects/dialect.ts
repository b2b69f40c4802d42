import type { Message, StatusView } from '../model/message.js';
import type { StationState } from '../model/state.js';
import type { QueueRecord, TransactionLimits } from '../model/transaction.js';
import type { Json, JsonObject, Protocol, TokenInfo } from '../model/values.js';
import { read } from '../shape/shape.js';
import type { Problem, Read, Shape } from '../shape/shape.js';
import type { Turn } from '../turn.js';

/** A call as it goes out. */
export interface Call {
  readonly action: string;
  readonly payload: JsonObject;
}

/** What the CSMS said to a message of ours, as far as it matters. */
export type Answer =
  | { readonly kind: 'boot'; readonly status: 'Accepted' | 'Pending' | 'Rejected'; readonly utc: number; readonly interval: number }
  | { readonly kind: 'heartbeat'; readonly utc: number }
  | { readonly kind: 'authorize'; readonly info: TokenInfo }
  | {
      readonly kind: 'transaction'; readonly info: TokenInfo | undefined; readonly number: number | undefined; readonly cost: number | undefined;
      readonly limits?: TransactionLimits | undefined;
    }
  | { readonly kind: 'data-transfer'; readonly status: string; readonly data: Json | undefined }
  | { readonly kind: 'done' };

/** What becomes of a call of the CSMS: an answer, a refusal, or an answer that somebody else owes. */
export type Handled =
  | { readonly kind: 'reply'; readonly payload: JsonObject }
  | { readonly kind: 'refuse'; readonly problem: Problem }
  | { readonly kind: 'later'; readonly request: string };
export const reply = (payload: JsonObject): Handled => ({ kind: 'reply', payload });
export const later = (request: string): Handled => ({ kind: 'later', request });

/** One call of the CSMS: how it is read, and what is done. */
export type Handler = (turn: Turn, payload: Json, action: string) => Handled;

/** A handler behind the shape of its payload: what cannot be read is refused, what is odd is told. */
export const on =
  <T>(shape: Shape<T>, handle: (turn: Turn, value: T) => Handled): Handler =>
  (turn, payload, action) => {
    const found = read(shape, payload);
    if ('problem' in found) return { kind: 'refuse', problem: found.problem };
    if (found.notes.length > 0) turn.tell({ what: 'anomaly', action, notes: found.notes });
    return handle(turn, found.value);
  };

/** A call that this version has and this station has not. */
export const notSupported: Handler = (_turn, _payload, action) => ({
  kind: 'refuse', problem: { kind: 'not-supported', path: action, why: 'known, and not supported here' },
});

/** A version of OCPP. The engine knows none; it asks the dialect of the connection. */
export interface Dialect {
  /** The call for a message; undefined where this version has none for it, `orphan` where it can never have one. */
  write(message: Message | QueueRecord, state: StationState, protocol: Protocol): Call | undefined | 'orphan';
  read(message: Message | QueueRecord, result: Json): Read<Answer>;
  handlers(protocol: Protocol): Readonly<Record<string, Handler>>;
  /** The CALLERROR code of this version. */
  code(problem: Problem['kind']): string;
  /** What of a status this version tells: another text, another StatusNotification. */
  status(view: StatusView): string;
  /** The reply that was owed, from how it came out. */
  readonly owed: Readonly<Record<string, (outcome: JsonObject) => JsonObject>>;
}

/** Reads an answer by its shape. */
export function answer<T>(shape: Shape<T>, result: Json, make: (value: T) => Answer): Read<Answer> {
  const found = read(shape, result);
  return 'problem' in found ? found : { value: make(found.value), notes: found.notes };
}
