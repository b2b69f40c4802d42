import type { Instant } from '@pilotwire/machine';
import { after, earliest, stay } from '@pilotwire/machine';
import type { Received } from '../frames.js';
import { awaitLink, joinExpired, linkDeadline, linkSeen, linkSilent, pollLink } from '../modem.js';
import { courtesy, isRun, matchConfirm, withSessions } from './matching.js';
import { confirm, invitation, started } from './session.js';
import type { Result } from './step.js';
import { enter, refuse, tell } from './step.js';
import type { Bound, EvseSettings, Session } from './types.js';

const timed = (state: Bound): Bound =>
  ({ ...state, deadline: earliest(linkDeadline(state.link), state.anew?.deadline) });

/** A car has the key. Others are not answered, for the plug is taken; the same one may still be heard to start over. */
export function boundMme(state: Bound, input: Received, settings: EvseSettings, now: Instant): Result {
  const { from, mme } = input;
  if (mme.mme === 'VS_PL_LINK_STATUS.CNF') {
    if (from !== state.modem) return refuse(state, input, 'foreign-modem');
    return mme.status === 0 ? boundLink(state, mme.linkStatus === 1, settings, now) : refuse(state, input, 'refused');
  }
  switch (mme.mme) {
    case 'CM_SLAC_PARM.REQ':
    case 'CM_START_ATTEN_CHAR.IND':
    case 'CM_SLAC_MATCH.REQ':
    case 'CM_VALIDATE.REQ':
    case 'CM_AMP_MAP.REQ':
      return from === state.run.ev ? ofTheCar(state, input, settings, now) : refuse(state, input, 'occupied');
    default:
      return stay(state);
  }
}

function ofTheCar(state: Bound, input: Received, settings: EvseSettings, now: Instant): Result {
  const { mme, from: ev } = input;
  switch (mme.mme) {
    case 'CM_SLAC_PARM.REQ': {
      // A late copy, or a car that lost the network: its CM_START_ATTEN_CHAR.IND tells.
      const anew = invitation({ ev, runId: mme.runId }, settings, now);
      return tell(timed({ ...state, anew }), confirm(anew, settings));
    }
    case 'CM_START_ATTEN_CHAR.IND': {
      if (state.anew === undefined || !isRun(state.anew, ev, mme.runId)) break;
      const begun = started(state.anew, mme, settings, now);
      if (!('session' in begun)) break;
      return restart(state, settings, now, begun.session);
    }
    case 'CM_SLAC_MATCH.REQ':
      if (!isRun(state.run, ev, mme.runId) || mme.evseMac !== settings.mac || mme.pevMac !== ev) break;
      return tell(state, matchConfirm(state, mme));
    case 'CM_VALIDATE.REQ':
    case 'CM_AMP_MAP.REQ':
      return tell(state, courtesy(ev, mme.mme, settings));
  }
  return refuse(state, input, 'run');
}

/** The car starts over within one plug-in: same session, same key. */
function restart({ key, modem, attempt }: Bound, settings: EvseSettings, now: Instant, session: Session): Result {
  const until = after(now, settings.timing.TT_EVSE_SLAC_init);
  const matching = { at: 'matching', key, modem, attempt, sessions: [], last: undefined, until, deadline: until } as const;
  return enter(withSessions(matching, [session]), { kind: 'unmatched', why: 'restarted' });
}

export function boundLink(state: Bound, up: boolean, { timing }: EvseSettings, now: Instant): Result {
  const next = timed({ ...state, at: up ? 'matched' : state.at, link: linkSeen(state.link, up, timing, now) });
  if (up && state.at === 'joining') {
    const { ev, runId } = state.run;
    return enter(next, { kind: 'matched', ev, runId, nid: state.key.nid });
  }
  if (state.at === 'joining' || up === state.link.up) return stay(next);
  return tell(next, { kind: 'link', up });
}

/** Asks for the link, and forgets an invitation that was not taken up. See `joinExpired` before. */
export function boundTick(state: Bound, settings: EvseSettings, now: Instant): Result {
  const { link, ask } = pollLink(state.link, settings.timing, now);
  const anew = state.anew !== undefined && state.anew.deadline <= now ? undefined : state.anew;
  const next = timed({ ...state, link, anew });
  if (!linkSilent(state.link, now)) return tell(next, ...ask);
  const lost = boundLink(next, false, settings, now);
  return enter(lost.state, ...ask, ...lost.outputs);
}

export const boundExpired = ({ link }: Bound, now: Instant): boolean => joinExpired(link, now);

/** A paused car woke up: the network is looked for again, with the key it has. */
export function resumed(
  { key, modem, run }: Pick<Bound, 'key' | 'modem' | 'run'>, settings: EvseSettings, now: Instant,
): Result {
  const link = awaitLink(settings.link, settings.timing, now);
  return enter(
    { at: 'joining', key, modem, attempt: 1, run, link, anew: undefined, deadline: linkDeadline(link) },
    { kind: 'pilot', signal: 'digital' },
  );
}
