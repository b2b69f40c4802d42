/** Carrier groups of a report. More of them overrun a fixed array in open-plc-utils' pev. */
export const GROUPS = 58;

/** What the modem said of one run's sounds. */
export interface Heard {
  /** Profiles so far, with levels or without. */
  readonly profiles: number;
  /** Profiles with levels, and those levels added up by group. */
  readonly measured: number;
  readonly sums: readonly number[];
}

export const nothingHeard: Heard = { profiles: 0, measured: 0, sums: [] };

/**
 * One more profile. Consumer modems (QCA7420) report no group: that counts as a sound, but not as a level. Undefined
 * where the number of groups differs from the profiles before, since such levels cannot be averaged.
 */
export function hear(heard: Heard, levels: readonly number[]): Heard | undefined {
  const profiles = heard.profiles + 1;
  if (levels.length === 0) return { ...heard, profiles };
  if (heard.measured === 0) return { profiles, measured: 1, sums: levels };
  if (levels.length !== heard.sums.length) return undefined;
  return { profiles, measured: heard.measured + 1, sums: heard.sums.map((sum, i) => sum + (levels[i] as number)) };
}

export interface Report {
  readonly levels: readonly number[];
  readonly synthetic: boolean;
  readonly cut: boolean;
}

/**
 * The levels to report, in dB: the mean of each group, rounded, less the correction. Where nothing was measured, or
 * nothing but zeros is left, the level is made up: Ioniq and pev take all zeros for a defect.
 */
export function report({ measured, sums }: Heard, correction: number, synthetic: number): Report {
  const levels = sums.slice(0, GROUPS).map((sum) => Math.min(255, Math.max(0, Math.round(sum / measured - correction))));
  if (levels.every((level) => level === 0)) {
    return { levels: new Array<number>(GROUPS).fill(synthetic), synthetic: true, cut: false };
  }
  return { levels, synthetic: false, cut: sums.length > GROUPS };
}
