import { LOCAL_MODEM } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { after } from '@pilotwire/machine';
import type { FoundModem } from '../chips.js';
import { BOOT_LOADER, qualcommModem } from '../chips.js';
import type { Send } from '../frames.js';
import { send } from '../frames.js';
import type { Ask, Progress, Task } from '../task.js';
import { ask, askAgain, asked, done, failed, going } from '../task.js';
import type { ModemTiming } from '../timing.js';

/** A modem that restarts. */
export interface Restarting {
  readonly modem: FoundModem;
  /** Where it may answer from: a parameter block may bring another address. */
  readonly macs: readonly string[];
  /** Present until the modem has confirmed, or was asked often enough. */
  readonly ask: Ask | undefined;
  readonly confirmed: boolean;
  /** It has been asked whether it is back; before that an answer is an old one. */
  readonly polled: boolean;
  /** When it is asked next. */
  readonly deadline: Instant;
  /** When it is given up. */
  readonly limit: Instant;
  readonly bootLoader: boolean;
}

/** It is there, and runs its firmware. */
export interface Restarted {
  readonly modem: FoundModem;
  /** It has said that it would restart. Where it has not, it may be the answer that was lost, or the request. */
  readonly confirmed: boolean;
}

/** Restarts a modem, and waits until it is back. */
export function beginRestart(modem: FoundModem, macs: readonly string[], timing: ModemTiming, now: Instant): Progress<Restarting, Restarted> {
  const first = ask(modem.mac, { mme: 'VS_RS_DEV.REQ' }, timing.reset_wait, timing.reset_tries, now);
  const limit = after(now, timing.restart_limit);
  return going({ modem, macs, ask: first, confirmed: false, polled: false, deadline: first.deadline, limit, bootLoader: false }, asked(first));
}

function poll({ modem, macs }: Restarting): readonly Send[] {
  const targets = modem.local ? [LOCAL_MODEM] : macs;
  return targets.map((to) => send(to, { mme: 'VS_SW_VER.REQ' }));
}

export const restarting = (timing: ModemTiming): Task<Restarting, Restarted> => {
  const goesDown = (state: Restarting, confirmed: boolean, now: Instant): Progress<Restarting, Restarted> =>
    going({ ...state, ask: undefined, confirmed, deadline: after(now, timing.restart_quiet) });
  return {
    step(state, input, now) {
      const { modem, macs, bootLoader } = state;
      if (input.kind === 'mme') {
        const { from, mme } = input;
        if (state.ask !== undefined) {
          if (from !== modem.mac || mme.mme !== 'VS_RS_DEV.CNF') return going(state);
          return mme.status === 0 ? goesDown(state, true, now) : failed({ why: 'refused', asked: 'VS_RS_DEV.REQ', status: mme.status });
        }
        if (!state.polled || mme.mme !== 'VS_SW_VER.CNF' || mme.status !== 0 || !macs.includes(from)) return going(state);
        if (mme.version === BOOT_LOADER) return going({ ...state, bootLoader: true });
        return done({ modem: qualcommModem(from, mme, modem.local), confirmed: state.confirmed });
      }
      if (now < state.deadline) return going(state);
      if (state.ask !== undefined) {
        const again = askAgain(state.ask, now);
        return again === undefined ? goesDown(state, false, now) : going({ ...state, ask: again, deadline: again.deadline }, asked(again));
      }
      if (now >= state.limit) return failed({ why: 'not-back', bootLoader });
      return going({ ...state, polled: true, deadline: after(now, timing.restart_poll) }, ...poll(state));
    },
    deadline: ({ deadline }) => deadline,
  };
};
