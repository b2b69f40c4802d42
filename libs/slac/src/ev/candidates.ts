import type { MmeOf } from '@pilotwire/homeplug';
import type { Timing } from '../timing.js';

/** An EVSE that told how loud it heard the car. */
export interface Candidate {
  readonly evse: string;
  /** Mean attenuation in dB. */
  readonly mean: number;
  /**
   * Whether it counts sounds at all. EVerest's EVSE without profiles of its modem reports 0 sounds and 1 dB throughout,
   * which would beat every honest neighbour.
   */
  readonly measured: boolean;
}

/**
 * Why a report is not believed: no levels at all; `all-zero`, which is a defect (Ioniq and pev refuse it too); or
 * `too-weak`: that EVSE is not the one at the other end of the cable.
 */
export type Doubt = 'no-levels' | 'all-zero' | 'too-weak';

export function judge(
  evse: string, { attenuation, numSounds }: MmeOf<'CM_ATTEN_CHAR.IND'>, timing: Timing,
): Candidate | Doubt {
  if (attenuation.length === 0) return 'no-levels';
  const mean = attenuation.reduce((sum, level) => sum + level, 0) / attenuation.length;
  if (mean === 0) return 'all-zero';
  if (mean > timing.signalattn_limit) return 'too-weak';
  return { evse, mean, measured: numSounds > 0 };
}

/** One report of each EVSE counts, the last. */
export function withCandidate(candidates: readonly Candidate[], candidate: Candidate): readonly Candidate[] {
  return [...candidates.filter(({ evse }) => evse !== candidate.evse), candidate];
}

/** The one that heard the car loudest, among those that measured if any did; of equals the one that reported first. */
export function best(candidates: readonly Candidate[]): Candidate | undefined {
  const measured = candidates.filter((candidate) => candidate.measured);
  const eligible = measured.length > 0 ? measured : candidates;
  return eligible.reduce<Candidate | undefined>((a, b) => (a === undefined || b.mean < a.mean ? b : a), undefined);
}

/** So loud that no neighbour is: nothing better can come from EVSEs that have not answered at all. */
export const isDirect = ({ mean, measured }: Candidate, timing: Timing): boolean =>
  measured && mean <= timing.C_EV_match_signalattn_direct;
