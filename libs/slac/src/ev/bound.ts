import type { MmeOf } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { stay } from '@pilotwire/machine';
import type { Received } from '../frames.js';
import { awaitLink, joinExpired, linkDeadline, linkSeen, linkSilent, pollLink } from '../modem.js';
import { repeat } from './tries.js';
import type { Result } from './step.js';
import { enter, refuse, tell } from './step.js';
import type { Chosen, EvBound, EvSettings, Task } from './types.js';

/** The modem has the key and restarts: the network is waited for. */
export function join(task: Task, chosen: Chosen, modem: string, settings: EvSettings, now: Instant): Result {
  const link = awaitLink(settings.link, settings.timing, now);
  return enter({ at: 'joining', task, chosen, modem, link, deadline: linkDeadline(link) });
}

export function bindMme(state: EvBound, input: Received, { status, linkStatus }: MmeOf<'VS_PL_LINK_STATUS.CNF'>, settings: EvSettings, now: Instant): Result {
  if (input.from !== state.modem) return refuse(state, input, 'foreign-modem');
  return status === 0 ? linkChanged(state, linkStatus === 1, settings, now) : refuse(state, input, 'refused');
}

export function linkChanged(state: EvBound, up: boolean, { timing }: EvSettings, now: Instant): Result {
  const link = linkSeen(state.link, up, timing, now);
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
  const next: EvBound = { ...state, link, deadline: linkDeadline(link) };
  if (!linkSilent(state.link, now)) return tell(next, ...ask);
  const lost = linkChanged(next, false, settings, now);
  return enter(lost.state, ...ask, ...lost.outputs);
}
