import type { Json, JsonObject, Protocol } from '@pilotwire/station';
import type { CsmsOrder } from './orders.js';

/** What a CSMS to try things with does. */
export interface CsmsOptions {
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** 0, and the default: a free one. */
  readonly port?: number;
  /** What is spoken, the best first; all three unless told otherwise. */
  readonly protocols?: readonly Protocol[];
  /** The password of a station; undefined: it may not connect. Without this, nobody is asked for one. */
  readonly passwordOf?: (station: string) => string | undefined;
  /** PEM: the CSMS's own certificate and key, and, for profile 3, the roots that sign those of stations. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientCa?: string };
  /** PEM: a certificate authority, which signs what stations ask to be signed. Without one their SignCertificate is rejected. */
  readonly authority?: { readonly certificate: string; readonly key: string };
  /** What is answered to a BootNotification; `accept` unless told otherwise. */
  readonly boot?: BootAnswer;
  /** Seconds between heartbeats. */
  readonly heartbeat?: number;
  /** The wall clock in UTC milliseconds. */
  readonly utc: () => number;
  /** Whether a token is known. Unless told otherwise each is. */
  readonly accepts?: (token: string) => boolean;
  readonly tell?: (news: CsmsNews) => void;
  /** Whether frames are told as well. */
  readonly frames?: boolean;
}

export type BootAnswer = 'accept' | 'pending' | 'reject';

/** A transaction as the CSMS knows it; energy in Wh. */
export interface CsmsTransaction {
  /** What the station calls it in 2.x; the number we gave it, as text, in 1.6. */
  readonly id: string;
  readonly station: string;
  readonly evse: number;
  readonly token: string | undefined;
  readonly began: string;
  readonly ended?: string;
  /** Its meter at the begin and the latest one since. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly reason?: string;
  /** Of 2.x: the number of the latest event, and those that are missing before it. */
  readonly seqNo?: number;
  readonly missing: readonly number[];
}

/** What happens at the CSMS, for a line of text or of JSON. */
export type CsmsNews =
  | { readonly kind: 'connected'; readonly station: string; readonly protocol: Protocol }
  | { readonly kind: 'disconnected'; readonly station: string; readonly code: number }
  | { readonly kind: 'refused'; readonly station: string; readonly why: string }
  | { readonly kind: 'booted'; readonly station: string; readonly answer: BootAnswer; readonly payload: JsonObject }
  | { readonly kind: 'status'; readonly station: string; readonly evse: number; readonly connector: number; readonly status: string; readonly error?: string }
  | { readonly kind: 'transaction'; readonly what: 'began' | 'reading' | 'ended'; readonly transaction: CsmsTransaction; readonly watts?: number; readonly soc?: number }
  /** Part of an answer to GetBaseReport. */
  | {
      readonly kind: 'report'; readonly station: string; readonly request: number; readonly more: boolean;
      readonly values: readonly { readonly name: string; readonly value: string }[];
    }
  /** What a station asked to be signed was, and what it said to it; or why not. */
  | { readonly kind: 'signed'; readonly station: string; readonly subject: string; readonly status: string }
  /** A call that nothing above tells of. */
  | { readonly kind: 'call'; readonly station: string; readonly action: string; readonly payload: Json }
  /** What the schemas of its version do not allow. */
  | { readonly kind: 'invalid'; readonly station: string; readonly direction: 'in' | 'out'; readonly action: string; readonly why: string }
  /** Passwords are left out of its text. */
  | { readonly kind: 'frame'; readonly station: string; readonly direction: 'in' | 'out'; readonly text: string };

/** A CSMS that runs. */
export interface Csms {
  /** `ws://127.0.0.1:PORT`, or `wss://…`: what a station puts its identity behind. */
  readonly url: string;
  readonly port: number;
  readonly stations: readonly { readonly identity: string; readonly protocol: Protocol; readonly accepted: boolean }[];
  readonly transactions: readonly CsmsTransaction[];
  /** Another answer to the boots that come from now on, of one station or of all. */
  setBoot(answer: BootAnswer, station?: string): void;
  /** Calls a station. Throws a `CsmsError`: it is not there, the call is no valid one, or its answer was a CALLERROR or none. */
  call(station: string, action: string, payload: JsonObject): Promise<Json>;
  /** Asks something of a station, in the version that it speaks. */
  ask(station: string, order: CsmsOrder): Promise<Json>;
  close(): Promise<void>;
}
