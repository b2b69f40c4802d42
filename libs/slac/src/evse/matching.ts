import type { Mme, MmeOf } from '@pilotwire/homeplug';
import type { Instant, Step } from '@pilotwire/machine';
import { after, earliest, stay } from '@pilotwire/machine';
import type { Received } from '../frames.js';
import { send } from '../frames.js';
import { awaitLink, linkDeadline } from '../modem.js';
import { sameOctets } from '../octets.js';
import { answered, askedAgain, confirm, expired, invitation, mayMatch, profiled, sounded, started } from './session.js';
import type { Progress, Turn } from './session.js';
import type { Result } from './step.js';
import { enter, refuse, tell } from './step.js';
import type { Bound, EvseOutput, EvseSettings, Matching, Run, Session } from './types.js';

/** Runs kept at once. Beyond, the oldest invitation makes room, so that a flood of questions does not shut out a car. */
const MOST_SESSIONS = 16;

/** Matching may begin: the pilot asks the car for digital communication. */
export function beginMatching(
  keyed: Pick<Matching, 'key' | 'modem'>, attempt: number, { timing }: EvseSettings, now: Instant,
): Result {
  const until = after(now, timing.TT_EVSE_SLAC_init);
  const { key, modem } = keyed;
  return enter(
    { at: 'matching', key, modem, attempt, sessions: [], last: undefined, until, deadline: until },
    { kind: 'pilot', signal: 'digital' },
  );
}

/** `until` counts only while no run is under way, and each run ends by itself. */
export function withSessions(state: Matching, sessions: readonly Session[]): Matching {
  return { ...state, sessions, deadline: earliest(...sessions.map(({ deadline }) => deadline)) ?? state.until };
}

export function isRun(run: Run, ev: string, runId: Uint8Array): boolean {
  return run.ev === ev && sameOctets(run.runId, runId);
}

export function matchingMme(state: Matching, input: Received, settings: EvseSettings, now: Instant): Result {
  const { from, mme } = input;
  switch (mme.mme) {
    case 'CM_SLAC_PARM.REQ':
      return invite(state, input, mme.runId, settings, now);
    case 'CM_START_ATTEN_CHAR.IND':
      return turn(state, input, mme, (session) => started(session, mme, settings, now));
    case 'CM_MNBC_SOUND.IND':
      return turn(state, input, mme, (session) => sounded(session, mme, settings, now));
    case 'CM_ATTEN_CHAR.RSP':
      return turn(state, input, mme, (session) => answered(session, mme, settings, now));
    case 'CM_ATTEN_PROFILE.IND':
      return profile(state, input, mme, settings, now);
    case 'CM_SLAC_MATCH.REQ':
      return match(state, input, mme, settings, now);
    case 'CM_VALIDATE.REQ':
    case 'CM_AMP_MAP.REQ':
      if (!state.sessions.some(({ ev }) => ev === from)) return refuse(state, input, 'run');
      return tell(state, courtesy(from, mme.mme, settings));
    default:
      return stay(state);
  }
}

/** Answers to what no car was seen to ask. Unsure: values as public peers give them. */
export function courtesy(ev: string, asked: 'CM_VALIDATE.REQ' | 'CM_AMP_MAP.REQ', settings: EvseSettings): EvseOutput {
  return asked === 'CM_AMP_MAP.REQ'
    ? send(ev, { mme: 'CM_AMP_MAP.CNF', resType: 0 })
    : send(ev, { mme: 'CM_VALIDATE.CNF', toggleNum: 0, result: settings.validateResult });
}

function invite(state: Matching, input: Received, runId: Uint8Array, settings: EvseSettings, now: Instant): Result {
  const ev = input.from;
  const { sessions } = state;
  const known = sessions.find((session) => isRun(session, ev, runId));
  const leaving = known ?? (sessions.length < MOST_SESSIONS ? undefined : sessions.find(({ at }) => at === 'invited'));
  const kept = sessions.filter((session) => session !== leaving);
  if (kept.length === MOST_SESSIONS) return refuse(state, input, 'crowd');
  const run = { ev, runId };
  const session = known === undefined ? invitation(run, settings, now) : askedAgain(known, settings, now);
  // A car that asks is worth waiting for, however often its runs come to nothing.
  const until = after(now, settings.timing.TT_EVSE_SLAC_init);
  const next = withSessions({ ...state, until }, [...kept, session]);
  if (leaving === undefined || leaving === known) return tell(next, confirm(run, settings));
  const gone: EvseOutput = { kind: 'session-ended', ev: leaving.ev, runId: leaving.runId, why: 'crowded-out' };
  return tell(next, gone, confirm(run, settings));
}

/** One message of one run. */
function turn(
  state: Matching, input: Received, { runId }: { readonly runId: Uint8Array }, by: (session: Session) => Turn,
): Result {
  const session = state.sessions.find((each) => isRun(each, input.from, runId));
  if (session === undefined) return refuse(state, input, 'run');
  return taken(state, input, session, by(session));
}

function taken(state: Matching, input: Received, session: Session, result: Turn): Result {
  return 'refused' in result ? refuse(state, input, result.refused) : applied(state, session, result);
}

function applied(state: Matching, session: Session, result: Progress): Step<Matching, EvseOutput> {
  const at = state.sessions.indexOf(session);
  if ('session' in result) return stay(withSessions(state, state.sessions.with(at, result.session)), ...result.outputs);
  const { ev, runId } = session;
  const left = withSessions({ ...state, last: result.ended }, state.sessions.toSpliced(at, 1));
  return stay<Matching, EvseOutput>(left, { kind: 'session-ended', ev, runId, why: result.ended });
}

/** A profile names a car but no run: it belongs to the last run in which that car sounds. */
function profile(
  state: Matching, input: Received, mme: MmeOf<'CM_ATTEN_PROFILE.IND'>, settings: EvseSettings, now: Instant,
): Result {
  if (input.from !== state.modem) return refuse(state, input, 'foreign-modem');
  const session = state.sessions.findLast(({ ev, at }) => ev === mme.pevMac && (at === 'sounding' || at === 'settling'));
  if (session === undefined) return refuse(state, input, 'run');
  return taken(state, input, session, profiled(session, mme.attenuation, settings, now));
}

/** The EV's choice. Station ids are not looked at: pev of open-plc-utils sends other than zeros. */
function match(
  state: Matching, input: Received, mme: MmeOf<'CM_SLAC_MATCH.REQ'>, settings: EvseSettings, now: Instant,
): Result {
  const { from } = input;
  const session = state.sessions.find((each) => isRun(each, from, mme.runId));
  if (mme.evseMac !== settings.mac) return refuse(state, input, 'other-evse');
  if (mme.pevMac !== from) return refuse(state, input, 'other-ev');
  if (session === undefined) return refuse(state, input, 'run');
  if (!mayMatch(session)) return refuse(state, input, 'unexpected');
  const { key, modem, attempt } = state;
  const link = awaitLink(settings.link, settings.timing, now);
  const run = { ev: from, runId: mme.runId };
  const bound: Bound = { at: 'joining', key, modem, attempt, run, link, anew: undefined, deadline: linkDeadline(link) };
  return enter(bound, matchConfirm(bound, mme));
}

/** CM_SLAC_MATCH.CNF, each time it is asked for. The EV's id is given back as evse of open-plc-utils does. */
export function matchConfirm({ key, run }: Pick<Bound, 'key' | 'run'>, request: MmeOf<'CM_SLAC_MATCH.REQ'>): EvseOutput {
  const { pevMac, evseMac, pevId } = request;
  const cnf: Mme = {
    mme: 'CM_SLAC_MATCH.CNF', pevMac, evseMac, runId: run.runId, nid: key.nid, nmk: key.nmk,
    ...(pevId === undefined ? {} : { pevId }),
  };
  return send(run.ev, cnf);
}

/** The deadlines of runs. Whether the matching itself has failed: see `matchingExpired`. */
export function matchingTick(state: Matching, settings: EvseSettings, now: Instant): Step<Matching, EvseOutput> {
  const outputs: EvseOutput[] = [];
  let current = state;
  for (const session of state.sessions) {
    if (session.deadline > now) continue;
    const step = applied(current, session, expired(session, settings, now));
    current = step.state;
    outputs.push(...step.outputs);
  }
  return stay(current, ...outputs);
}

export const matchingExpired = ({ sessions, until }: Matching, now: Instant): boolean =>
  sessions.length === 0 && until <= now;
