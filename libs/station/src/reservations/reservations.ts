import { isFaulted, isInoperative, wordOf } from '../connectors/status.js';
import { flag } from '../device-model/settings.js';
import type { Reservation, StationState } from '../model/state.js';
import { sameToken } from '../model/values.js';
import type { Token } from '../model/values.js';
import { utcAt } from '../time/clock.js';
import type { Turn } from '../turn.js';
import type { Instant } from '@pilotwire/machine';

const fits = ({ token, group }: Reservation, held: Token, of: Token | undefined): boolean => sameToken(token, held) || sameToken(group, of);

/**
 * The reservation that keeps a token from an outlet: somebody else's for this one, or one of somebody else for any, where
 * no other outlet would be left for it.
 */
export function blockedBy(state: StationState, evse: number, token: Token, group: Token | undefined): Reservation | undefined {
  const own = state.durable.reservations.find((one) => one.evse === evse);
  if (own !== undefined) return fits(own, token, group) ? undefined : own;
  const others = state.durable.reservations.filter((one) => one.evse === 0 && !fits(one, token, group));
  const free = state.evses.filter((one) => wordOf(state, one) === 'Available' || one.id === evse).length;
  return free <= others.length ? others[0] : undefined;
}

/** Uses up the reservation with which a transaction begins; its id goes into the first event. */
export function useReservation(turn: Turn, evse: number, token: Token | undefined, group: Token | undefined): number | undefined {
  if (token === undefined) return undefined;
  const { reservations } = turn.state.durable;
  const own = reservations.find((one) => one.evse === evse && fits(one, token, group)) ?? reservations.find((one) => one.evse === 0 && fits(one, token, group));
  if (own !== undefined) turn.keep('reservations', reservations.filter((one) => one !== own));
  return own?.id;
}

export type Reserved = 'Accepted' | 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable';

/** Reserves an outlet, or any (0). The same id again replaces what it stood for. */
export function reserve(turn: Turn, wanted: Reservation): Reserved {
  const { state, now } = turn;
  const utc = utcAt(state, now);
  if (!flag(state, 'ReservationCtrlr.Enabled')) return 'Rejected';
  if (wanted.evse !== 0 && state.evses[wanted.evse - 1] === undefined) return 'Rejected';
  if (utc !== undefined && wanted.expiry <= utc) return 'Rejected';
  const others = state.durable.reservations.filter(({ id }) => id !== wanted.id);
  const candidates = state.evses.filter(({ id }) => wanted.evse === 0 || id === wanted.evse);
  const open = candidates.filter((one) => {
    const word = wordOf(state, one);
    return (word === 'Available' || word === 'Reserved') && !others.some(({ evse }) => evse === one.id);
  });
  const spoken = wanted.evse === 0 ? others.filter(({ evse }) => evse === 0).length : 0;
  if (open.length <= spoken) {
    if (candidates.every((one) => isFaulted(one))) return 'Faulted';
    if (candidates.every((one) => isInoperative(state, one.id) || isFaulted(one))) return 'Unavailable';
    return 'Occupied';
  }
  turn.keep('reservations', [...others, wanted]);
  return 'Accepted';
}

export function cancelReservation(turn: Turn, id: number): 'Accepted' | 'Rejected' {
  const { reservations } = turn.state.durable;
  if (!reservations.some((one) => one.id === id)) return 'Rejected';
  turn.keep('reservations', reservations.filter((one) => one.id !== id));
  return 'Accepted';
}

/** Lets reservations go that are over, and those of outlets that can keep none. */
export function reviewReservations(turn: Turn): void {
  const { reservations } = turn.state.durable;
  if (reservations.length === 0) return;
  const utc = utcAt(turn.state, turn.now);
  const gone = reservations.flatMap((one): { one: Reservation; status: 'Expired' | 'Removed' }[] => {
    const evse = turn.state.evses[one.evse - 1];
    if (utc !== undefined && one.expiry <= utc) return [{ one, status: 'Expired' }];
    if (one.evse === 0 ? turn.state.durable.inoperative.includes(0) : evse === undefined || isFaulted(evse) || isInoperative(turn.state, one.evse)) {
      return [{ one, status: 'Removed' }];
    }
    return [];
  });
  if (gone.length === 0) return;
  turn.keep('reservations', reservations.filter((one) => !gone.some((other) => other.one === one)));
  for (const { one, status } of gone) turn.say({ kind: 'reservation-status', reservation: one.id, status });
}

export function reservationDeadlines(state: StationState): readonly Instant[] {
  const zero = utcAt(state, 0 as Instant);
  return zero === undefined ? [] : state.durable.reservations.map(({ expiry }) => (expiry - zero) as Instant);
}
