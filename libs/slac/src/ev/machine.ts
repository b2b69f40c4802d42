import type { MmeOf } from '@pilotwire/homeplug';
import { NMK_LENGTH } from '@pilotwire/homeplug';
import type { Duration, Instant, Machine, Tick } from '@pilotwire/machine';
import { after, go, machine, ms, stay } from '@pilotwire/machine';
import type { Received } from '../frames.js';
import { objection, unreadable } from '../frames.js';
import { fromOwnModem, keying, networkOf, setKey } from '../modem.js';
import { sameOctets } from '../octets.js';
import { timing } from '../timing.js';
import { bindMme, boundTick, join, linkChanged } from './bound.js';
import { choice, matchRequest } from './choice.js';
import { acknowledge, alsoConfirmed, confirmed, reported, sound } from './sounding.js';
import { ask, repeat, request } from './tries.js';
import type { Result } from './step.js';
import { enter, refuse, tell } from './step.js';
import type { Choosing, EvConfig, EvInput, EvOutput, EvSettings, EvState } from './types.js';

const RUN_ID_LENGTH = 8;
const RND_LENGTH = 16;

export const evInitial: EvState = { at: 'idle' };

/** The matching of ISO 15118-3 as an EV: begins with `start`, ends in `matched` or `failed`. */
export function ev(config: EvConfig): Machine<EvState, EvInput, EvOutput> {
  const settings: EvSettings = { mac: config.mac, link: config.link ?? 'poll', modem: config.modem, timing: { ...timing, ...config.timing } };
  return machine((state, input, now) => step(state, input, now, settings));
}

function step(state: EvState, input: EvInput | Tick, now: Instant, settings: EvSettings): Result {
  switch (input.kind) {
    case 'mme':
      return received(state, input, settings, now);
    case 'malformed':
      return tell(state, unreadable(input));
    case 'tick':
      return due(state, settings, now);
    case 'start': {
      if (state.at !== 'idle' && state.at !== 'failed') return stay(state);
      const { runId, rnd } = input;
      if (runId.length !== RUN_ID_LENGTH || rnd.length !== RND_LENGTH) return tell(state, badLength('start', settings));
      return request({ runId, rnd, until: after(now, patience(settings)) }, 'no-evse', settings, now);
    }
    case 'stop':
      return stop(state, input.nmk, settings, now);
    case 'pause': {
      if (state.at !== 'matched') return stay(state);
      const { task, chosen, modem } = state;
      return go({ at: 'paused', task, chosen, modem });
    }
    case 'resume':
      return state.at === 'paused' ? join(state.task, state.chosen, state.modem, settings, now) : stay(state);
    case 'link':
      return state.at === 'joining' || state.at === 'matched' ? linkChanged(state, input.up, settings, now) : stay(state);
  }
}

/** How long tries go on: longer than the standard's time, for chargers were seen to need it; never shorter. */
const patience = ({ timing: { TT_matching_repetition, ev_patience } }: EvSettings): Duration => ms(Math.max(TT_matching_repetition, ev_patience));

const badLength = (type: string, { mac }: EvSettings): EvOutput => ({ kind: 'ignored', why: 'length', type, from: mac });

function received(state: EvState, input: Received, settings: EvSettings, now: Instant): Result {
  const { mme } = input;
  const why = objection(input, settings.mac);
  if (why !== undefined) return refuse(state, input, why);
  switch (mme.mme) {
    case 'CM_SLAC_PARM.CNF':
      if (state.at === 'requesting') return confirmed(state, input, mme, settings, now);
      if (state.at === 'sounding' || state.at === 'listening') return alsoConfirmed(state, input, mme);
      return refuse(state, input, 'unexpected');
    case 'CM_ATTEN_CHAR.IND':
      return attenuation(state, input, mme, settings, now);
    case 'CM_SLAC_MATCH.CNF':
      if (state.at === 'choosing') return matched(state, input, mme, settings, now);
      return refuse(state, input, 'unexpected');
    case 'CM_SET_KEY.CNF':
      if (state.at !== 'keying' && state.at !== 'leaving') return stay(state);
      if (!fromOwnModem(input, settings)) return refuse(state, input, 'foreign-modem');
      // Any Result is success: HomePlug AV says 0, real modems say 1, and the link will tell.
      return state.at === 'keying' ? join(state.task, state.chosen, input.from, settings, now) : enter(evInitial);
    case 'VS_PL_LINK_STATUS.CNF':
      return state.at === 'joining' || state.at === 'matched' ? bindMme(state, input, mme, settings, now) : stay(state);
    default:
      return stay(state);
  }
}

function attenuation(
  state: EvState, input: Received, mme: MmeOf<'CM_ATTEN_CHAR.IND'>, settings: EvSettings, now: Instant,
): Result {
  if (state.at !== 'sounding' && state.at !== 'listening' && state.at !== 'choosing') {
    return refuse(state, input, 'unexpected');
  }
  if (!sameOctets(mme.runId, state.task.runId)) return refuse(state, input, 'run');
  if (mme.sourceAddress !== settings.mac) return refuse(state, input, 'other-ev');
  // Where the choice is made, a repeated report says that the answer to it was lost.
  if (state.at === 'choosing') return tell(state, acknowledge(input, mme, settings));
  return reported(state, input, mme, settings, now);
}

/** CM_SLAC_MATCH.CNF of the chosen EVSE and no other: a neighbour's answers to its own car are heard as well. */
function matched(
  state: Choosing, input: Received, mme: MmeOf<'CM_SLAC_MATCH.CNF'>, settings: EvSettings, now: Instant,
): Result {
  const { task, chosen: { evse } } = state;
  if (input.from !== evse || mme.evseMac !== evse) return refuse(state, input, 'other-evse');
  if (mme.pevMac !== settings.mac) return refuse(state, input, 'other-ev');
  if (!sameOctets(mme.runId, task.runId)) return refuse(state, input, 'run');
  const { nid, nmk } = mme;
  const key = { nid, nmk };
  const chosen = { evse, runId: task.runId, key };
  const odd: EvOutput[] = sameOctets(nid, networkOf(nmk).nid) ? [] : [{ kind: 'warning', why: 'odd-nid', evse }];
  return enter({ at: 'keying', task, chosen, ...keying(key, 1, settings.timing, now) }, ...odd, setKey(key));
}

function due(state: EvState, settings: EvSettings, now: Instant): Result {
  switch (state.at) {
    case 'requesting':
      return ask(state, settings, now);
    case 'sounding':
      return sound(state, settings, now);
    case 'listening': {
      const chosen = choice(state);
      if (typeof chosen === 'string') return repeat(state.task, chosen, settings, now);
      return matchRequest({ task: state.task, chosen, sent: 0 }, settings, now);
    }
    case 'choosing':
      if (state.sent > settings.timing.C_EV_match_retry) return repeat(state.task, 'no-confirmation', settings, now);
      return matchRequest(state, settings, now);
    case 'waiting':
      return request(state.task, state.last, settings, now);
    case 'keying': {
      if (state.tries >= settings.timing.set_key_tries) {
        return enter({ at: 'failed', why: 'no-modem' }, { kind: 'failed', why: 'no-modem' });
      }
      return tell({ ...state, ...keying(state.key, state.tries + 1, settings.timing, now) }, setKey(state.key));
    }
    case 'leaving': {
      const late = state.until !== undefined && state.until <= now;
      const told: EvOutput[] = late ? [{ kind: 'warning', why: 'still-in-network' }] : [];
      if (state.tries >= settings.timing.set_key_tries) return enter(evInitial, ...told);
      const again = keying(state.key, state.tries + 1, settings.timing, now);
      return tell({ at: 'leaving', until: late ? undefined : state.until, ...again }, ...told, setKey(state.key));
    }
    case 'joining':
    case 'matched':
      return boundTick(state, settings, now);
    case 'idle':
    case 'paused':
    case 'failed':
      return stay(state);
  }
}

/** The network is left by a key that no other station has; a car that is in none has nothing to leave. */
function stop(state: EvState, nmk: Uint8Array, settings: EvSettings, now: Instant): Result {
  switch (state.at) {
    case 'idle':
    case 'leaving':
      return stay(state);
    case 'requesting':
    case 'sounding':
    case 'listening':
    case 'choosing':
    case 'waiting':
    case 'failed':
      return enter(evInitial);
    case 'keying':
    case 'joining':
    case 'matched':
    case 'paused': {
      if (nmk.length !== NMK_LENGTH) return tell(state, badLength('stop', settings));
      const key = networkOf(nmk);
      const until = after(now, settings.timing.TP_match_leave);
      return enter({ at: 'leaving', until, ...keying(key, 1, settings.timing, now) }, { kind: 'unmatched' }, setKey(key));
    }
  }
}
