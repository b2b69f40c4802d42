import type { PhaseWord } from './phases.js';
import type { Visit } from './visit.js';

/** What is kept of a session while it runs, so that the next life of this process can say how it ended. */
export interface SessionRecord {
  readonly id: string;
  /** Milliseconds since 1970: when it began, and when this was written. */
  readonly startedAt: number;
  readonly at: number;
  readonly phase: PhaseWord;
  readonly energyWh: number;
  readonly soc: number | undefined;
}

export const recordOf = ({ id, startedAt, phase, energy, soc }: Readonly<Visit>, at: number): SessionRecord =>
  ({ id, startedAt, at, phase, energyWh: Math.round(energy * 10) / 10, soc });

/** Undefined for what is none. */
export function recordIn(json: unknown): SessionRecord | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { id, startedAt, at, phase, energyWh, soc } = json as Readonly<Record<string, unknown>>;
  const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (typeof id !== 'string' || !isTime(startedAt) || !isTime(at) || typeof phase !== 'string' || !isTime(energyWh)) return undefined;
  return { id, startedAt, at, phase: phase as PhaseWord, energyWh, soc: isTime(soc) ? soc : undefined };
}
