import type { Instant } from '@pilotwire/machine';
import { after } from '@pilotwire/machine';
import { send } from '../frames.js';
import type { Candidate } from './candidates.js';
import { best, isDirect } from './candidates.js';
import type { Result } from './step.js';
import { enter } from './step.js';
import type { Choosing, EvFailure, EvSettings, Listening } from './types.js';

/** The time for results is over: the EVSE to go with, or why there is none. */
export function choice({ candidates, doubt }: Pick<Listening, 'candidates' | 'doubt'>): Candidate | EvFailure {
  return best(candidates) ?? doubt ?? 'no-attenuation';
}

/** Once each EVSE that answered has reported, and one is directly there, nothing better can come: that one. */
export function certain({ responders, candidates }: Pick<Listening, 'responders' | 'candidates'>, { timing }: EvSettings): Candidate | undefined {
  const chosen = best(candidates);
  if (chosen === undefined || !isDirect(chosen, timing)) return undefined;
  return responders.every((evse) => candidates.some((candidate) => candidate.evse === evse)) ? chosen : undefined;
}

export function matchRequest({ task, chosen, sent }: Pick<Choosing, 'task' | 'chosen' | 'sent'>, settings: EvSettings, now: Instant): Result {
  return enter(
    { at: 'choosing', task, chosen, sent: sent + 1, deadline: after(now, settings.timing.TT_match_response) },
    send(chosen.evse, { mme: 'CM_SLAC_MATCH.REQ', pevMac: settings.mac, evseMac: chosen.evse, runId: task.runId }),
  );
}
