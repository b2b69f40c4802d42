import type { Instant } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { JsonObject, LinkFact, Protocol } from '@pilotwire/station';
import type { LineSettings } from './settings.js';
import type { LineTrouble } from './trouble.js';

/** Where a line stands. `attempt` counts from 1 since the line was last open or was given other settings. */
export type LineStatus =
  | { readonly at: 'connecting'; readonly attempt: number }
  | { readonly at: 'open'; readonly protocol: Protocol }
  | { readonly at: 'waiting'; readonly attempt: number; readonly until: Instant; readonly why: LineTrouble }
  /** The settings cannot be used, and why: until `reconnect` brings others. */
  | { readonly at: 'unusable'; readonly why: string }
  | { readonly at: 'closed' };

/** A frame as it may be shown and kept: passwords are left out of its text, and tokens on request. */
export interface FrameCopy {
  readonly direction: 'in' | 'out';
  readonly at: Instant;
  readonly text: string;
}

/** What a line tells; each at once, and in the order in which it came about. */
export interface LineListener {
  /** For the station engine. `disconnected` comes once for each `connected`. */
  fact(fact: LinkFact): void;
  status(status: LineStatus): void;
  /** A security event by its name in 2.0.1 part 2 appendix 1, for the engine's `security-event`. */
  security(event: { readonly type: string; readonly info: string }): void;
  frame?(frame: FrameCopy): void;
}

/** What a line lives in. `random` gives numbers from 0 (included) to 1 (excluded). */
export interface LineSurroundings {
  readonly clock: Clock;
  readonly random: () => number;
}

/** How a call of the CSMS comes out; as in the engine's `reply`. */
export type Reply = { readonly result: JsonObject } | { readonly error: { readonly code: string; readonly description: string } };

/** One station's line to its CSMS. Nothing here throws because of the network. */
export interface Line {
  /** Sends a call. While the line is not open it is answered at once, by an `answered` with the error NotConnected. */
  send(id: string, action: string, payload: JsonObject): void;
  /** Answers a call of the CSMS. What is replied after the line has broken goes nowhere: the call is gone as well. */
  reply(id: string, reply: Reply): void;
  /** WebSocketPingInterval has changed: it holds for the connection that is open, too. */
  pingEvery(interval: LineSettings['pingInterval']): void;
  /** Holds from the next attempt on: the wait for it goes on as it was. */
  use(settings: LineSettings): void;
  /** Says goodbye and then connects anew, with these settings where they are given; where there is no connection, at once. */
  reconnect(settings?: Partial<LineSettings>): void;
  /** Leaves for good. */
  close(): Promise<void>;
}
