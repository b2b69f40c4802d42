import type { Mme } from '@pilotwire/homeplug';
import { BROADCAST, LOCAL_MODEM } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { after } from '@pilotwire/machine';
import type { FoundModem } from './chips.js';
import { lumissilModem, qualcommModem } from './chips.js';
import type { Received, Send } from './frames.js';
import { send } from './frames.js';
import type { Progress, Task } from './task.js';
import { done, failed, going } from './task.js';
import type { ModemTiming } from './timing.js';

/** More modems than any line has. */
const MOST_MODEMS = 64;

/** Each vendor's modems answer their own question only. */
const questions: readonly Mme[] = [{ mme: 'VS_SW_VER.REQ' }, { mme: 'NSCM_GET_VERSION.REQ', lms: { version: 0, requestId: 0 } }];

export interface Finding {
  /** Who is asked: first the alias, which reaches no modem beyond the power line, then everybody. */
  readonly to: string;
  readonly found: readonly FoundModem[];
  readonly round: number;
  readonly deadline: Instant;
}

const askAll = (to: string): readonly Send[] => questions.map((mme) => send(to, mme));

function noted(found: readonly FoundModem[], { from, mme }: Received, local: boolean): readonly FoundModem[] {
  if (found.length >= MOST_MODEMS || found.some(({ mac }) => mac === from)) return found;
  if (mme.mme === 'VS_SW_VER.CNF' && mme.status === 0) return [...found, qualcommModem(from, mme, local)];
  return mme.mme === 'NSCM_GET_VERSION.CNF' ? [...found, lumissilModem(from, mme, local)] : found;
}

/** Finds every modem that this link reaches. */
export function beginFinding(timing: ModemTiming, now: Instant): Progress<Finding, readonly FoundModem[]> {
  return going({ to: LOCAL_MODEM, found: [], round: 1, deadline: after(now, timing.find_wait) }, ...askAll(LOCAL_MODEM));
}

export const finding = (timing: ModemTiming): Task<Finding, readonly FoundModem[]> => ({
  step(state, input, now) {
    if (input.kind === 'mme') return going({ ...state, found: noted(state.found, input, state.to === LOCAL_MODEM) });
    if (now < state.deadline) return going(state);
    const next = { ...state, round: state.round + 1, deadline: after(now, timing.find_wait) };
    if (state.round < timing.find_tries) return going(next, ...askAll(state.to));
    if (state.to === BROADCAST) return done(state.found);
    return going({ ...next, to: BROADCAST, round: 1 }, ...askAll(BROADCAST));
  },
  deadline: ({ deadline }) => deadline,
});

/** One modem: the one of this address, or the one at this end of the line. */
export function beginIdentifying(mac: string | undefined, timing: ModemTiming, now: Instant): Progress<Finding, FoundModem> {
  const to = mac ?? LOCAL_MODEM;
  return going({ to, found: [], round: 1, deadline: after(now, timing.find_wait) }, ...askAll(to));
}

export const identifying = (timing: ModemTiming): Task<Finding, FoundModem> => ({
  step(state, input, now) {
    const { to, found, round } = state;
    if (input.kind === 'mme') {
      if (to !== LOCAL_MODEM && input.from !== to) return going(state);
      return going({ ...state, found: noted(found, input, to === LOCAL_MODEM) });
    }
    if (now < state.deadline) return going(state);
    const [modem, ...more] = found;
    if (more.length > 0) return failed({ why: 'several', macs: found.map(({ mac }) => mac) });
    if (modem !== undefined) return done(modem);
    if (round >= timing.find_tries) return failed({ why: 'silent', asked: 'VS_SW_VER.REQ' });
    return going({ ...state, round: round + 1, deadline: after(now, timing.find_wait) }, ...askAll(to));
  },
  deadline: ({ deadline }) => deadline,
});
