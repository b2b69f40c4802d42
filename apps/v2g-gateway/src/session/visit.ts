import type { DataOf, EventType, events } from '@pilotwire/contracts';
import type { Instant } from '@pilotwire/machine';
import type { DinPhase, End } from '@pilotwire/v2g-session';
import type { PhaseWord } from './phases.js';

/** An event with its data, as its contract has it. */
export type Emit = <Type extends EventType>(type: Type, data: DataOf<(typeof events)[Type]>) => void;

/** What is known of one session, from plug-in to plug-out. Volts, amperes, watts, watt hours, percent. */
export interface Visit {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly since: Instant;
  phase: PhaseWord;
  /** Where V2G stands on the present link; undefined before its first message and after its end. */
  v2g: DinPhase | undefined;
  /** How V2G ended on the present link. */
  end: End<string> | undefined;
  /** How the session ended, as far as V2G is concerned: an end before the first message takes no other's place. */
  lastEnd: End<string> | undefined;
  linked: boolean;
  protocol: string | undefined;
  evccid: string | undefined;
  soc: number | undefined;
  ev: { maxV: number; maxA: number; maxW: number | undefined } | undefined;
  voltage: number;
  current: number;
  targetV: number | undefined;
  targetA: number | undefined;
  energy: number;
  charging: 'before' | 'on' | 'paused' | 'over';
  /** Of the cable check, by what both sides can do. */
  testVoltage: number;
  cableCheckSince: Instant | undefined;
  isolation: 'valid' | 'warning' | 'fault' | 'other' | undefined;
  preChargeSince: Instant | undefined;
  /** Of the car's welding detection: what was measured first and last. */
  welding: { readonly first: number; last: number } | undefined;
  sdp: string | undefined;
  /** How often each warning came. */
  readonly warnings: Map<string, number>;
}

export const newVisit = (id: string, startedAt: number, since: Instant): Visit => ({
  id, startedAt, since, phase: 'idle', v2g: undefined, end: undefined, lastEnd: undefined, linked: false, protocol: undefined, evccid: undefined,
  soc: undefined, ev: undefined, voltage: 0, current: 0, targetV: undefined, targetA: undefined, energy: 0, charging: 'before',
  testVoltage: 0, cableCheckSince: undefined, isolation: undefined, preChargeSince: undefined, welding: undefined, sdp: undefined, warnings: new Map(),
});

/** A new link: V2G begins anew, whatever came before. */
export function relink(visit: Visit): void {
  visit.v2g = undefined;
  visit.end = undefined;
  visit.linked = true;
  if (visit.charging === 'over') visit.charging = 'before';
  visit.cableCheckSince = undefined;
  visit.isolation = undefined;
  visit.preChargeSince = undefined;
  visit.welding = undefined;
}

// What a car says may be any number that its format holds; what is published has the bounds of its contract.
const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, Number.isFinite(value) ? value : 0));
const tenths = (value: number): number => Math.round(value * 10) / 10;
export const volts = (value: number): number => tenths(within(value, -2_000, 2_000));
export const amperes = volts;
export const watts = (value: number): number => Math.round(within(value, -2_000_000, 2_000_000));
export const wattHours = (value: number): number => tenths(within(value, 0, 100_000_000));
export const percent = (value: number): number => tenths(within(value, 0, 100));
/** Of whole milliseconds. */
export const took = (since: Instant, now: Instant): number => Math.max(0, Math.round(now - since));
/** Optional fields are there or not; they are never undefined. */
export const soc = ({ soc: value }: Pick<Visit, 'soc'>): { soc?: number } => (value === undefined ? {} : { soc: percent(value) });
