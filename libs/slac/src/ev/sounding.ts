import type { MmeOf } from '@pilotwire/homeplug';
import { BROADCAST } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { after, between, ms, stay } from '@pilotwire/machine';
import type { Received } from '../frames.js';
import { send } from '../frames.js';
import { sameOctets } from '../octets.js';
import { judge, withCandidate } from './candidates.js';
import { certain, matchRequest } from './choice.js';
import type { Result } from './step.js';
import { enter, refuse, tell } from './step.js';
import type { EvOutput, EvSettings, Listening, Requesting, Sounding } from './types.js';

/** What an EVSE may ask for, and what is taken instead of other wishes. */
const mostSounds = 20;
const mostTimeOut = 20;
const leastInterval = 20;

/**
 * The first CM_SLAC_PARM.CNF of this run. Sounding begins at once, for it goes out to everyone: those who confirm later, too, have
 * heard the question before the sounds.
 */
export function confirmed(
  state: Requesting, input: Received, mme: MmeOf<'CM_SLAC_PARM.CNF'>, settings: EvSettings, now: Instant,
): Result {
  if (!sameOctets(mme.runId, state.task.runId)) return refuse(state, input, 'run');
  const { timing } = settings;
  const inRange = (value: number, most: number, usual: number): number => (value === 0 || value > most ? usual : value);
  return sound({
    at: 'sounding',
    task: state.task,
    responders: [input.from],
    candidates: [],
    doubt: undefined,
    numSounds: inRange(mme.numSounds, mostSounds, timing.C_EV_match_MNBC),
    timeOut: inRange(mme.timeOut, mostTimeOut, timing.parm_cnf_time_out),
    sent: 0,
    began: now,
    deadline: now,
  }, settings, now);
}

/** A further CM_SLAC_PARM.CNF. */
export function alsoConfirmed(state: Sounding | Listening, input: Received, mme: MmeOf<'CM_SLAC_PARM.CNF'>): Result {
  if (!sameOctets(mme.runId, state.task.runId)) return refuse(state, input, 'run');
  if (state.responders.includes(input.from)) return stay(state);
  return stay({ ...state, responders: [...state.responders, input.from] });
}

/**
 * The next message of the batch. Everything is broadcast, whatever M-SOUND_TARGET the first EVSE gave: the others are
 * to measure too.
 */
export function sound(state: Sounding, settings: EvSettings, now: Instant): Result {
  const { task: { runId, rnd }, numSounds, timeOut } = state;
  const { timing, mac } = settings;
  const starts = timing.C_EV_start_atten_char_inds;
  const sent = state.sent + 1;
  const message = sent <= starts
    ? { mme: 'CM_START_ATTEN_CHAR.IND', numSounds, timeOut, respType: 1, forwardingSta: mac, runId } as const
    : { mme: 'CM_MNBC_SOUND.IND', cnt: numSounds - (sent - starts), runId, rnd } as const;
  const output = send(BROADCAST, message);
  if (sent === starts + numSounds) return concluded(listen(state, settings, now), [output], settings, now);
  // All sounds are to fit into the time that the EVSE listens.
  const fitting = (100 * timeOut) / (starts + numSounds);
  const interval = ms(Math.max(leastInterval, Math.min(timing.TP_EV_batch_msg_interval, fitting)));
  return enter({ ...state, sent, deadline: after(now, interval) }, output);
}

function listen(state: Sounding, settings: EvSettings, now: Instant): Listening {
  const { task, responders, candidates, doubt, began } = state;
  const { TT_EV_atten_results, TT_match_response } = settings.timing;
  // Twenty sounds may take most of the time for results: what is left is at least that of one answer.
  const left = Math.max(TT_match_response, between(now, after(began, TT_EV_atten_results)));
  const deadline = after(now, ms(left));
  return { at: 'listening', task, responders, candidates, doubt, deadline };
}

/** CM_ATTEN_CHAR.RSP, to whoever reported. */
export function acknowledge({ from }: Received, { runId }: MmeOf<'CM_ATTEN_CHAR.IND'>, settings: EvSettings): EvOutput {
  return send(from, { mme: 'CM_ATTEN_CHAR.RSP', sourceAddress: settings.mac, runId, result: 0 });
}

/** CM_ATTEN_CHAR.IND. An EVSE whose sounding time ran out, or that lost count, reports before the last sound. */
export function reported(
  state: Sounding | Listening, input: Received, mme: MmeOf<'CM_ATTEN_CHAR.IND'>, settings: EvSettings, now: Instant,
): Result {
  const answer = acknowledge(input, mme, settings);
  const verdict = judge(input.from, mme, settings.timing);
  if (typeof verdict === 'string') return tell({ ...state, doubt: verdict }, answer);
  const next = { ...state, candidates: withCandidate(state.candidates, verdict) };
  return next.at === 'listening' ? concluded(next, [answer], settings, now) : tell(next, answer);
}

/** Where it is certain which EVSE it is, it is asked at once; otherwise what others have to report is waited for. */
function concluded(state: Listening, before: readonly EvOutput[], settings: EvSettings, now: Instant): Result {
  const chosen = certain(state, settings);
  if (chosen === undefined) return enter(state, ...before);
  const asked = matchRequest({ task: state.task, chosen, sent: 0 }, settings, now);
  return enter(asked.state, ...before, ...asked.outputs);
}
