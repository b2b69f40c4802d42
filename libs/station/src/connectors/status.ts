import type { EvseState, Fault } from '../model/evse.js';
import type { StatusView, StatusWord } from '../model/message.js';
import type { StationState } from '../model/state.js';
import type { Turn } from '../turn.js';

/** Whether the CSMS has taken an outlet out of service; while a transaction runs there, that is scheduled. */
export const isInoperative = ({ durable }: StationState, evse: number): boolean =>
  durable.transactions[evse] === undefined && (durable.inoperative.includes(0) || durable.inoperative.includes(evse));

/** A fault that keeps the outlet from charging. */
export const isFaulted = ({ faults }: EvseState): boolean => faults.some(({ blocks }) => blocks === 'outlet');

/** A fault that keeps a charge from beginning now, whether the outlet is Faulted for it or not. */
export const cannotBegin = ({ faults }: EvseState): boolean => faults.some(({ blocks }) => blocks !== undefined);

const reservationOf = (state: StationState, evse: number) => state.durable.reservations.find((one) => one.evse === evse);

/** The state machine of a connector: the word follows from the facts, so no order of events can leave it behind. */
export function wordOf(state: StationState, evse: EvseState): StatusWord {
  if (isFaulted(evse)) return 'Faulted';
  const transaction = state.durable.transactions[evse.id];
  if (transaction !== undefined) {
    switch (evse.charging) {
      case 'charging':
        return 'Charging';
      case 'suspended-ev':
        return 'SuspendedEV';
      case 'suspended-evse':
        return 'SuspendedEVSE';
      case 'none':
        return 'Preparing';
    }
  }
  if (isInoperative(state, evse.id)) return 'Unavailable';
  if (evse.authorization !== undefined) return 'Preparing';
  if (evse.plugged) return evse.finishing ? 'Finishing' : 'Preparing';
  return reservationOf(state, evse.id) === undefined ? 'Available' : 'Reserved';
}

/** How an outlet stands, or the station as a whole (0). */
export function statusOf(state: StationState, id: number): StatusView {
  const evse = state.evses[id - 1];
  if (evse !== undefined) return { evse: id, word: wordOf(state, evse), plugged: evse.plugged, fault: evse.faults[0] };
  const out = state.durable.inoperative.includes(0) && Object.keys(state.durable.transactions).length === 0;
  return { evse: 0, word: out ? 'Unavailable' : 'Available', plugged: false, fault: undefined };
}

/** Says how an outlet stands, because somebody asked. */
export const sayStatus = (turn: Turn, evse: number, triggered = false): void =>
  turn.say({ kind: 'status', view: statusOf(turn.state, evse), at: turn.at }, triggered);

/** Tells everything anew, as to a CSMS that knows nothing: each status, each fault. */
export function announce(turn: Turn): void {
  const told = { status: undefined, changing: undefined };
  turn.set({ told, evses: turn.state.evses.map((one) => ({ ...one, told })) });
  for (const { id, faults } of turn.state.evses) for (const fault of faults) sayFault(turn, id, fault, false);
}

/** Says that a fault has come, or gone. */
export function sayFault(turn: Turn, evse: number, fault: Fault, cleared: boolean): void {
  const transaction = turn.state.durable.transactions[evse]?.id;
  turn.say({ kind: 'fault', eventId: turn.count('event'), evse, fault, cleared, at: turn.at, transaction });
}
