import { after, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { StationState } from '../model/state.js';
import type { Transaction } from '../model/transaction.js';
import { utcAt, utcOf } from '../time/clock.js';
import type { Turn } from '../turn.js';
import { transactionAt } from './record.js';
import { stop } from './stop.js';
import type { Stop } from './stop.js';

/** Stops a charge that has had what it may have. Looked at with every reading. */
export function reviewLimits(turn: Turn, id: number): void {
  const transaction = transactionAt(turn, id);
  if (transaction === undefined || turn.evse(id).stopping !== undefined) return;
  const reached = limitReached(turn, transaction);
  if (reached !== undefined) stop(turn, id, reached);
}

function limitReached(turn: Turn, { evse, limits, beganAt }: Transaction): Stop | undefined {
  const { register, reading } = turn.evse(evse);
  const { maxEnergy, maxSoc } = limits;
  if (maxEnergy !== undefined && register.total - beganAt >= maxEnergy) return { reason: 'EnergyLimitReached', trigger: 'EnergyLimitReached' };
  if (maxSoc !== undefined && (reading?.soc ?? 0) >= maxSoc) return { reason: 'SOCLimitReached', trigger: 'EnergyLimitReached' };
  return undefined;
}

export function timeLimitTick(turn: Turn): void {
  for (const [evse, at] of timeLimits(turn.state)) {
    if (turn.now >= at) stop(turn, evse, { reason: 'TimeLimitReached', trigger: 'TimeLimitReached' });
  }
}

/** When each transaction with a time limit reaches it. */
export function timeLimits(state: StationState): readonly (readonly [evse: number, at: Instant])[] {
  const zero = utcAt(state, 0 as Instant);
  if (zero === undefined) return [];
  return Object.values(state.durable.transactions).flatMap(({ evse, began, limits }) => {
    if (limits.maxTime === undefined || state.evses[evse - 1]?.stopping !== undefined) return [];
    if (state.evses[evse - 1]?.authorization === undefined) return [];
    return [[evse, after((utcOf(state, began) - zero) as Instant, seconds(limits.maxTime))] as const];
  });
}
