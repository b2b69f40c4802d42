import { after, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { number } from '../device-model/settings.js';
import type { StationState } from '../model/state.js';
import type { BootReason } from '../model/values.js';
import { end } from '../transactions/change.js';
import { noteSecurity } from './security.js';
import { stop, stopMost } from '../transactions/stop.js';
import type { Turn } from '../turn.js';

export interface ResetWish {
  /** 0: the station. */
  readonly evse: number;
  /** `hard`: now; `soft`: the transactions are ended in order first; `idle`: once there are none. */
  readonly how: 'hard' | 'soft' | 'idle';
  readonly reason: BootReason;
}

/** Begins a reset: what it ends is told before the station goes. */
export function reset(turn: Turn, { evse, how, reason }: ResetWish): 'Accepted' | 'Rejected' | 'Scheduled' {
  if (evse !== 0 && turn.state.evses[evse - 1] === undefined) return 'Rejected';
  if (turn.state.reset !== undefined && turn.state.reset.at !== 'scheduled') return 'Rejected';
  if (evse === 0) {
    turn.keep('bootReason', reason);
    noteSecurity(turn, 'ResetOrReboot', reason);
  }
  const busy = concerned(turn.state, evse);
  if (how === 'idle' && busy.length > 0) {
    turn.set({ reset: { evse, hard: false, at: 'scheduled', until: undefined } });
    return 'Scheduled';
  }
  turn.set({ reset: { evse, hard: how === 'hard', at: 'stopping', until: after(turn.now, stopMost) } });
  for (const transaction of busy) {
    if (how === 'soft') {
      stop(turn, transaction.evse, { reason: 'SoftReset', trigger: 'ResetCommand' });
      continue;
    }
    turn.perform({ do: 'stop', evse: transaction.evse, reason: 'HardReset' });
    end(turn, transaction, { trigger: 'ResetCommand', reason: 'HardReset' });
  }
  reviewReset(turn);
  return 'Accepted';
}

/** Goes on with a reset: from waiting to leaving, and off. */
export function reviewReset(turn: Turn): void {
  const wish = turn.state.reset;
  if (wish === undefined) return;
  const { evse, hard, at, until } = wish;
  const late = until !== undefined && turn.now >= until;
  switch (at) {
    case 'scheduled':
      if (concerned(turn.state, evse).length > 0) return;
      return leave(turn);
    case 'stopping':
      if (concerned(turn.state, evse).length > 0 && !late) return;
      return leave(turn);
    case 'leaving': {
      // What the reset brought about is told first, where somebody listens; it is on disk in any case.
      const unsaid = turn.state.link !== undefined && (turn.state.entries.length > 0 || turn.state.outstanding !== undefined);
      if (unsaid && !late) return;
      turn.set({ reset: undefined });
      turn.perform({ do: 'reset', evse, hard });
    }
  }
}

function leave(turn: Turn): void {
  const wish = turn.state.reset;
  if (wish === undefined) return;
  const delay = seconds(number(turn.state, 'PilotwireCtrlr.ResetStopDelay'));
  turn.set({ reset: { ...wish, at: 'leaving', until: after(turn.now, delay) } });
}

const concerned = ({ durable }: StationState, evse: number) =>
  Object.values(durable.transactions).filter((one) => evse === 0 || one.evse === evse);

export const resetDeadline = ({ reset: wish }: StationState): Instant | undefined => wish?.until;
