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
export function tellSwitch({ closed, movesAt }: Switch, to: boolean, now: Instant, travel: Duration): Switch {
  if (to === closed) return { closed };
  return { closed, movesAt: movesAt ?? after(now, travel) };
}

/** Where a switch is at `now`. One that is welded or stuck does not arrive. */
export function settleSwitch(state: Switch, now: Instant, sticks: (closed: boolean) => boolean): Switch {
  if (state.movesAt === undefined || now < state.movesAt) return state;
  return { closed: sticks(state.closed) ? state.closed : !state.closed };
}
