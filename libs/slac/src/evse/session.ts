import type { MmeOf } from '@pilotwire/homeplug';
import { BROADCAST } from '@pilotwire/homeplug';
import type { Duration, Instant } from '@pilotwire/machine';
import { after, ms } from '@pilotwire/machine';
import type { IgnoredReason } from '../frames.js';
import { send } from '../frames.js';
import type { Timing } from '../timing.js';
import { hear, nothingHeard, report } from './attenuation.js';
import type { EvseOutput, EvseSettings, Invited, Reported, Run, Session, SessionEnd, Sounding } from './types.js';

/** What became of a run: it goes on, or it ended. */
export type Progress =
  | { readonly session: Session; readonly outputs: readonly EvseOutput[] }
  | { readonly ended: SessionEnd };

/** What a message did to a run: perhaps nothing. */
export type Turn = Progress | { readonly refused: IgnoredReason };

const on = (session: Session, ...outputs: EvseOutput[]): Progress => ({ session, outputs });

/** A sounding time that the car may ask for. Its own wait for results, TT_EV_atten_results, is 1.2 s. */
const leastSounding = ms(100);
const mostSounding = ms(2_000);

/** CM_SLAC_PARM.CNF: sound to everyone, so that each EVSE in earshot can measure. */
export function confirm({ ev, runId }: Run, { timing }: EvseSettings): EvseOutput {
  return send(ev, {
    mme: 'CM_SLAC_PARM.CNF',
    mSoundTarget: BROADCAST,
    numSounds: timing.C_EV_match_MNBC,
    timeOut: timing.parm_cnf_time_out,
    respType: 1,
    forwardingSta: ev,
    runId,
  });
}

export function invitation({ ev, runId }: Run, { timing }: EvseSettings, now: Instant): Invited {
  return { at: 'invited', ev, runId, deadline: after(now, timing.TT_match_sequence) };
}

/**
 * The car asks again. Its run so far stays as it is, for the question may be a late copy; should it start over in
 * earnest (a Tesla has the same RunID in every run), its next CM_START_ATTEN_CHAR.IND tells.
 */
export function askedAgain(session: Session, settings: EvseSettings, now: Instant): Session {
  return session.at === 'invited' ? invitation(session, settings, now) : { ...session, again: true };
}

function begin({ ev, runId }: Run, sounds: number, wait: Duration, now: Instant): Sounding {
  const wanted = sounds;
  return { at: 'sounding', ev, runId, again: false, wanted, sounds: 0, heard: nothingHeard, deadline: after(now, wait) };
}

/** CM_START_ATTEN_CHAR.IND, of which one of three suffices. NUM_SOUNDS and TIME_OUT are the car's, within reason. */
export function started(
  session: Session, mme: MmeOf<'CM_START_ATTEN_CHAR.IND'>, { timing }: EvseSettings, now: Instant,
): Turn {
  if (session.at !== 'invited' && !session.again) {
    return session.at === 'sounding' ? on(session) : { refused: 'unexpected' };
  }
  const asked = mme.timeOut === 0 ? timing.TT_EVSE_match_MNBC : 100 * mme.timeOut;
  const wait = ms(Math.min(mostSounding, Math.max(leastSounding, asked)));
  return on(begin(session, mme.numSounds || timing.C_EV_match_MNBC, wait, now));
}

/** CM_MNBC_SOUND.IND. The first one also starts a run whose three CM_START_ATTEN_CHAR.IND were all lost. */
export function sounded(
  session: Session, { cnt }: MmeOf<'CM_MNBC_SOUND.IND'>, settings: EvseSettings, now: Instant,
): Turn {
  const { timing } = settings;
  if (session.at === 'invited') {
    const run = begin(session, timing.C_EV_match_MNBC, timing.TT_EVSE_match_MNBC, now);
    return on(complete({ ...run, sounds: 1 }, cnt === 0, settings, now));
  }
  if (session.at !== 'sounding' && session.at !== 'settling') return { refused: 'unexpected' };
  return on(complete({ ...session, sounds: session.sounds + 1 }, cnt === 0, settings, now));
}

/** CM_ATTEN_PROFILE.IND of the own modem. With that of the last sound there is nothing left to wait for. */
export function profiled(session: Session, levels: readonly number[], settings: EvseSettings, now: Instant): Turn {
  if (session.at !== 'sounding' && session.at !== 'settling') return { refused: 'unexpected' };
  const heard = hear(session.heard, levels);
  if (heard === undefined) return { refused: 'groups' };
  const next = { ...session, heard };
  return heard.profiles < session.wanted ? on(next) : conclude(next, settings, now);
}

/** The last sound does not end the run at once: its profile, or an earlier one, may still be on its way. */
function complete(session: Sounding, last: boolean, { timing }: EvseSettings, now: Instant): Sounding {
  if (session.at === 'settling' || !last) return session;
  return { ...session, at: 'settling', deadline: settled(timing, now) };
}

/** However long profiles take, the report is an answer, and due as one. */
const settled = (timing: Timing, now: Instant): Instant => after(now, ms(Math.min(timing.finalize_sounding, timing.TP_match_response)));

/** CM_ATTEN_CHAR.RSP. The car's source address in it is not looked at: the run is known by sender and RunID. */
export function answered(
  session: Session, { result }: MmeOf<'CM_ATTEN_CHAR.RSP'>, { timing }: EvseSettings, now: Instant,
): Turn {
  if (session.at === 'answered') return on(session);
  if (session.at !== 'reported') return { refused: 'unexpected' };
  if (result !== 0) return { ended: 'refused' };
  const { ev, runId, again } = session;
  return on({ at: 'answered', ev, runId, again, deadline: after(now, timing.TT_EVSE_match_session) });
}

/** Whether CM_SLAC_MATCH.REQ is in order: also without CM_ATTEN_CHAR.RSP, which was lost then. */
export const mayMatch = ({ at }: Session): boolean => at === 'reported' || at === 'answered';

/** The deadline of a run has come. */
export function expired(session: Session, settings: EvseSettings, now: Instant): Progress {
  switch (session.at) {
    case 'invited':
      return { ended: 'no-start' };
    case 'sounding':
      return on({ ...session, at: 'settling', deadline: settled(settings.timing, now) });
    case 'settling':
      return conclude(session, settings, now);
    case 'reported':
      if (session.sent > settings.timing.C_EV_match_retry) return { ended: 'no-response' };
      return sendReport(session, settings, now);
    case 'answered':
      return { ended: 'no-match' };
  }
}

function conclude(
  { ev, runId, again, wanted, sounds, heard }: Sounding, settings: EvseSettings, now: Instant,
): Progress {
  const numSounds = Math.min(wanted, heard.profiles || sounds);
  if (numSounds === 0) return { ended: 'no-sounds' };
  const { levels, synthetic, cut } = report(heard, settings.attenuationCorrection, settings.syntheticAttenuation);
  const warnings: EvseOutput[] = [];
  if (synthetic) warnings.push({ kind: 'warning', why: 'synthetic-attenuation', ev });
  if (cut) warnings.push({ kind: 'warning', why: 'groups-cut', ev });
  const ind = { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: ev, runId, numSounds, attenuation: levels } as const;
  return sendReport({ at: 'reported', ev, runId, again, report: ind, sent: 0, deadline: now }, settings, now, warnings);
}

/** Sends CM_ATTEN_CHAR.IND, for the first time or again. */
function sendReport(
  session: Reported, { timing }: EvseSettings, now: Instant, before: readonly EvseOutput[] = [],
): Progress {
  const deadline = after(now, timing.TT_match_response);
  return on({ ...session, sent: session.sent + 1, deadline }, ...before, send(session.ev, session.report));
}
