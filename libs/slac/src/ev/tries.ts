import { BROADCAST } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { after } from '@pilotwire/machine';
import { send } from '../frames.js';
import { increment } from '../octets.js';
import type { Result } from './step.js';
import { enter, tell } from './step.js';
import type { EvFailure, EvSettings, Requesting, Task } from './types.js';

/** CM_SLAC_PARM.REQ. `last` is the reason to give should nobody answer any more. */
export function request(task: Task, last: EvFailure, settings: EvSettings, now: Instant): Result {
  const deadline = after(now, settings.timing.TT_match_response);
  return enter(
    { at: 'requesting', task, last, deadline },
    send(BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId: task.runId }),
  );
}

/**
 * Nobody answered: ask again, with the same RunID, so that a slow answer still counts. ISO 15118-3 gives up after three
 * questions and begins anew; chargers were seen to answer after 30 s of them, so they just go on.
 */
export function ask({ task, last }: Requesting, settings: EvSettings, now: Instant): Result {
  return now < task.until ? request(task, last, settings, now) : fail(last);
}

/** A try came to nothing: the next one after TT_matching_rate, with a RunID of its own, while there is time. */
export function repeat(task: Task, why: EvFailure, { timing }: EvSettings, now: Instant): Result {
  const deadline = after(now, timing.TT_matching_rate);
  if (deadline >= task.until) return fail(why);
  const next = { ...task, runId: increment(task.runId) };
  return enter({ at: 'waiting', task: next, last: why, deadline }, { kind: 'repeating', why });
}

export const fail = (why: EvFailure): Result => tell({ at: 'failed', why }, { kind: 'failed', why });
