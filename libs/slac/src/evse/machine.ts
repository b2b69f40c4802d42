import { NMK_LENGTH } from '@pilotwire/homeplug';
import type { Instant, Machine, Tick } from '@pilotwire/machine';
import { after, go, machine, stay } from '@pilotwire/machine';
import type { Received } from '../frames.js';
import { objection, unreadable } from '../frames.js';
import { fromOwnModem, keying, networkOf, setKey } from '../modem.js';
import { timing } from '../timing.js';
import { boundExpired, boundLink, boundMme, boundTick, resumed } from './bound.js';
import { beginMatching, matchingExpired, matchingMme, matchingTick } from './matching.js';
import type { Result } from './step.js';
import { enter, refuse, tell } from './step.js';
import type { EvseConfig, EvseFailure, EvseInput, EvseOutput, EvseSettings, EvseState } from './types.js';

type Keying = Extract<EvseState, { at: 'keying' }>;

const wantKey: EvseOutput = { kind: 'key-wanted' };
const oscillatorOff: EvseOutput = { kind: 'pilot', signal: 'x1' };

/** Where an EVSE begins: without a key. */
export const evseInitial: EvseState = { at: 'unkeyed', attempt: undefined };

/**
 * The matching of ISO 15118-3 as an EVSE. Feed `key` first and after each `key-wanted`: the modem is given the key while
 * no car is there, so that it is ready when the first frame comes (a Tesla asks within 100 ms of 5 % duty cycle). The
 * pilot goes to 5 % by an output, after `plug`, when the EVSE can answer.
 */
export function evse(config: EvseConfig): Machine<EvseState, EvseInput, EvseOutput> {
  const figures = { ...timing, ...config.timing };
  const settings: EvseSettings = {
    mac: config.mac,
    attenuationCorrection: config.attenuationCorrection ?? 0,
    syntheticAttenuation: config.syntheticAttenuation ?? 10,
    validateResult: config.validateResult ?? 3,
    attempts: config.attempts ?? figures.C_sequ_retry,
    link: config.link ?? 'poll',
    modem: config.modem,
    timing: figures,
  };
  return machine((state, input, now) => step(state, input, now, settings));
}

function step(state: EvseState, input: EvseInput | Tick, now: Instant, settings: EvseSettings): Result {
  switch (input.kind) {
    case 'mme':
      return received(state, input, settings, now);
    case 'malformed':
      return tell(state, unreadable(input));
    case 'tick':
      return due(state, settings, now);
    case 'key':
      return keyed(state, input.nmk, settings, now);
    case 'plug':
      return plugged(state, settings, now);
    case 'unplug':
      return left(state, 'unplugged');
    case 'terminate':
      return left(state, 'terminated');
    case 'error':
      return broken(state, settings, now);
    case 'pause': {
      if (state.at !== 'matched') return stay(state);
      const { key, modem, run } = state;
      return enter({ at: 'paused', key, modem, run }, oscillatorOff);
    }
    case 'link':
      return state.at === 'joining' || state.at === 'matched' ? boundLink(state, input.up, settings, now) : stay(state);
  }
}

function received(state: EvseState, input: Received, settings: EvseSettings, now: Instant): Result {
  const why = objection(input, settings.mac);
  if (why !== undefined) return refuse(state, input, why);
  switch (state.at) {
    case 'keying':
      if (input.mme.mme !== 'CM_SET_KEY.CNF') return deaf(state, input);
      if (!fromOwnModem(input, settings)) return refuse(state, input, 'foreign-modem');
      return modemAnswered(state, input.from, settings, now);
    case 'matching':
      return matchingMme(state, input, settings, now);
    case 'joining':
    case 'matched':
      return boundMme(state, input, settings, now);
    case 'unkeyed':
    case 'idle':
    case 'paused':
    case 'stepping':
    case 'failed':
      return deaf(state, input);
  }
}

/** A car asks while there is none to be matched: a neighbour's, or ours too early; it will ask again. */
function deaf(state: EvseState, input: Received): Result {
  const asks = input.mme.mme === 'CM_SLAC_PARM.REQ' || input.mme.mme === 'CM_SLAC_MATCH.REQ';
  return asks ? refuse(state, input, 'unexpected') : stay(state);
}

function keyed(state: EvseState, nmk: Uint8Array, settings: EvseSettings, now: Instant): Result {
  if (state.at !== 'unkeyed' && state.at !== 'failed') return stay(state);
  if (nmk.length !== NMK_LENGTH) {
    return tell(state, { kind: 'ignored', why: 'length', type: 'key', from: settings.mac });
  }
  const key = networkOf(nmk);
  // A car that waited for a key in vain is still there, and is not to be plugged in again.
  const attempt = state.at === 'unkeyed' ? state.attempt : state.why === 'no-key' ? 1 : undefined;
  return enter({ at: 'keying', attempt, ...keying(key, 1, settings.timing, now) }, setKey(key));
}

/** Any Result is success: HomePlug AV says 0, real modems say 1, and the link will tell. */
function modemAnswered({ key, attempt }: Keying, modem: string, settings: EvseSettings, now: Instant): Result {
  if (attempt === undefined) return go({ at: 'idle', key, modem });
  return beginMatching({ key, modem }, attempt, settings, now);
}

/** A car waits, and there is no key yet: it cannot wait for ever. */
const wanting = (attempt: number, { timing: { T_conn_max_comm } }: EvseSettings, now: Instant): EvseState =>
  ({ at: 'unkeyed', attempt, deadline: after(now, T_conn_max_comm) });

function plugged(state: EvseState, settings: EvseSettings, now: Instant): Result {
  switch (state.at) {
    case 'unkeyed':
      return state.attempt === undefined ? stay(wanting(1, settings, now)) : stay(state);
    case 'keying':
      return stay({ ...state, attempt: state.attempt ?? 1 });
    case 'idle':
      return beginMatching(state, 1, settings, now);
    case 'paused':
      return resumed(state, settings, now);
    case 'matching':
    case 'joining':
    case 'matched':
    case 'stepping':
    case 'failed':
      return stay(state);
  }
}

/**
 * The car is gone, or is to go. A key that no car was given serves the next one: so a plug that is pulled and pushed
 * never makes the modem restart, nor sends a CM_SET_KEY.REQ before the last one was answered or has timed out.
 */
function left(state: EvseState, why: 'unplugged' | 'terminated'): Result {
  switch (state.at) {
    case 'unkeyed':
      return stay(evseInitial);
    case 'keying':
      return stay({ ...state, attempt: undefined });
    case 'idle':
      return stay(state);
    case 'matching': {
      const { key, modem } = state;
      return enter({ at: 'idle', key, modem }, oscillatorOff);
    }
    case 'joining':
    case 'matched':
    case 'paused':
      return enter(evseInitial, oscillatorOff, { kind: 'unmatched', why }, wantKey);
    case 'stepping':
    case 'failed':
      return enter(evseInitial, oscillatorOff, wantKey);
  }
}

/** D-LINK_ERROR: state F, then a matching from the beginning, as long as the car is there. */
function broken(state: EvseState, settings: EvseSettings, now: Instant): Result {
  switch (state.at) {
    case 'matching':
      return stateF(1, settings, now);
    case 'joining':
    case 'matched':
    case 'paused': {
      const next = stateF(1, settings, now);
      return enter(next.state, { kind: 'unmatched', why: 'error' }, ...next.outputs);
    }
    case 'unkeyed':
    case 'keying':
    case 'idle':
    case 'stepping':
    case 'failed':
      return stay(state);
  }
}

function stateF(attempt: number, settings: EvseSettings, now: Instant): Result {
  const deadline = after(now, settings.timing.T_step_EF);
  return enter({ at: 'stepping', signal: 'f', attempt, deadline }, { kind: 'pilot', signal: 'f' });
}

function due(state: EvseState, settings: EvseSettings, now: Instant): Result {
  switch (state.at) {
    case 'keying': {
      if (state.tries >= settings.timing.set_key_tries) return failed('no-modem');
      const again = keying(state.key, state.tries + 1, settings.timing, now);
      return tell({ ...state, ...again }, setKey(state.key));
    }
    case 'matching': {
      const { state: next, outputs } = matchingTick(state, settings, now);
      if (!matchingExpired(next, now)) return tell(next, ...outputs);
      const end = retry(next.last ?? 'no-request', next.attempt, settings, now);
      return go(end.state, ...outputs, ...end.outputs);
    }
    case 'joining':
    case 'matched': {
      if (!boundExpired(state, now)) return boundTick(state, settings, now);
      const end = retry('no-link', state.attempt, settings, now);
      return enter(end.state, { kind: 'unmatched', why: 'no-link' }, ...end.outputs);
    }
    case 'stepping': {
      const { attempt } = state;
      if (state.signal === 'x1') return enter(wanting(attempt, settings, now), wantKey);
      const deadline = after(now, settings.timing.T_step_X1);
      return enter({ at: 'stepping', signal: 'x1', attempt, deadline }, oscillatorOff);
    }
    case 'unkeyed':
      return failed('no-key');
    case 'idle':
    case 'paused':
    case 'failed':
      return stay(state);
  }
}

/** State F wakes a car that missed its moment; after so many times it is no use. */
function retry(why: EvseFailure, attempt: number, settings: EvseSettings, now: Instant): Result {
  return attempt < settings.attempts ? stateF(attempt + 1, settings, now) : failed(why);
}

const failed = (why: EvseFailure): Result => enter({ at: 'failed', why }, oscillatorOff, { kind: 'failed', why });
