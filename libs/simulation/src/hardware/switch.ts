import { after } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';

/** A pair of contactors: it takes its time, and does not always obey. */
export interface Switch {
  readonly closed: boolean;
  /** Under way to the other position, where it arrives then. */
  readonly movesAt?: Instant;
}
export const openSwitch: Switch = { closed: false };

/** Tells a switch where to be; one that is told to stay where it is stops any movement. */
export function tellSwitch(state: Switch, to: boolean, now: Instant, travel: Duration): Switch {
  const { closed, movesAt } = state;
  if (to === closed) return movesAt === undefined ? state : { closed };
  return { closed, movesAt: movesAt ?? after(now, travel) };
}

/** Where a switch is at `now`. One that sticks, welded or not, does not arrive. */
export function settleSwitch(state: Switch, now: Instant, sticks: boolean): Switch {
  if (state.movesAt === undefined || now < state.movesAt) return state;
  return { closed: sticks ? state.closed : !state.closed };
}
