import type { MmeOf } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { stay } from '@pilotwire/machine';
import { awaitLink, joinExpired, linkDeadline, linkSeen, pollLink } from '../modem.js';
import { repeat } from './tries.js';
import type { Result } from './step.js';
import { enter, tell } from './step.js';
import type { Chosen, EvBound, EvSettings, Task } from './types.js';

/** The modem has the key and restarts: the network is waited for. */
export function join(task: Task, chosen: Chosen, settings: EvSettings, now: Instant): Result {
  const link = awaitLink(settings.link, settings.timing, now);
  return enter({ at: 'joining', task, chosen, link, deadline: linkDeadline(link) });
}

export function bindMme(state: EvBound, { status, linkStatus }: MmeOf<'VS_PL_LINK_STATUS.CNF'>): Result {
  return status === 0 ? linkChanged(state, linkStatus === 1) : stay(state);
}

export function linkChanged(state: EvBound, up: boolean): Result {
  const link = linkSeen(state.link, up);
  const next: EvBound = { ...state, at: up ? 'matched' : state.at, link, deadline: linkDeadline(link) };
  if (up && state.at === 'joining') {
    const { evse, runId, key: { nid } } = state.chosen;
    return enter(next, { kind: 'matched', evse, runId, nid });
  }
  if (state.at === 'joining' || up === state.link.up) return stay(next);
  return tell(next, { kind: 'link', up });
}

/** Asks for the link; where it does not come up in TT_match_join (seen: Circontrol), the matching is tried again. */
export function boundTick(state: EvBound, settings: EvSettings, now: Instant): Result {
  if (joinExpired(state.link, now)) return repeat(state.task, 'no-link', settings, now);
  const { link, ask } = pollLink(state.link, settings.timing, now);
  return tell({ ...state, link, deadline: linkDeadline(link) }, ...ask);
}
