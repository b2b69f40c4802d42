import type { JsonObject, LinkFact, VariableName } from '@pilotwire/station';
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
  /** Something that concerns security, by the name that OCPP has for it. */
  readonly security: (type: string, info: string) => void;
  /** The CSMS has answered over a connection that is safer than any before: there is no way back from that. */
  readonly safer: (securityProfile: number) => void;
}

/** The ways to the CSMS, besides the settings: what it has changed of them, and the variables. Both as they are now. */
export interface Way {
  readonly memory: LineMemory;
  readonly setting: (variable: VariableName) => string;
}

export interface WayInUse {
  /** Of the network profile; undefined: the settings of this machine. */
  readonly slot: number | undefined;
  readonly url: string;
  readonly securityProfile: number;
}

/** The connection of one station to its CSMS; it comes, and comes back, by itself. */
export interface StationLine {
  send(id: string, action: string, payload: JsonObject): void;
  reply(id: string, outcome: ReplyOutcome): void;
  /** Connects anew with what has changed. */
  reconnect(way: Way): void;
  /** By which way it is, or tries to be. */
  inUse(): WayInUse;
  /** Why a way could not be used, in words; undefined where it can. */
  objectionTo(way: Way): string | undefined;
  /** Seconds; 0: no pings. */
  pingEvery(interval: number): void;
  close(): Promise<void>;
}

/** Opens the line of a station. */
export type OpenLine = (station: string, way: Way, listener: LineListener) => StationLine;
