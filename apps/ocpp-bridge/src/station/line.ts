import type { JsonObject, LinkFact } from '@pilotwire/station';
import type { LineMemory } from '../log/kept.js';

/** How a call of the CSMS comes out. */
export type ReplyOutcome =
  | { readonly result: JsonObject }
  | { readonly error: { readonly code: string; readonly description: string } };

/** What a line tells: what the engine is fed with, and why there is no connection. */
export interface LineListener {
  readonly fact: (fact: LinkFact) => void;
  /** No connection came about, or it went: in words for a person, without secrets. */
  readonly away: (why: string) => void;
}

/** The connection of one station to its CSMS; it comes, and comes back, by itself. */
export interface StationLine {
  send(id: string, action: string, payload: JsonObject): void;
  reply(id: string, outcome: ReplyOutcome): void;
  /** Connects anew with what has changed. */
  reconnect(memory: LineMemory): void;
  close(): Promise<void>;
}

/** Opens the line of a station: `memory` is what the CSMS has changed of the settings. */
export type OpenLine = (station: string, memory: LineMemory, listener: LineListener) => StationLine;
