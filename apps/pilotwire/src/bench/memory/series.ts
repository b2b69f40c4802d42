import { figure } from '../figure.js';
import type { Figure } from '../figure.js';

/** What something took of the memory at an instant. */
export interface Sample {
  /** In ms, on any clock. */
  readonly at: number;
  /** In MB. */
  readonly pss: number;
}

/** The end of a run over which its median is taken, in ms. */
export const lastPart = 60_000;

/** What it took at the end (the median of the last minute), and the most it ever took. `samples` in the order of their times, one at least. */
export function seriesFigures(name: string, samples: readonly Sample[]): Figure[] {
  const end = samples.at(-1)?.at ?? 0;
  const last = samples.filter(({ at }) => at > end - lastPart).map(({ pss }) => pss);
  return [figure(name, 'MB', last), figure(`${name}.peak`, 'MB', [Math.max(...samples.map(({ pss }) => pss))])];
}
