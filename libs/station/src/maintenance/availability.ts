import type { Turn } from '../turn.js';

/** Takes an outlet, or the station (0), out of service or back into it. While a transaction runs there that is scheduled. */
export function changeAvailability(turn: Turn, evse: number, operative: boolean): 'Accepted' | 'Rejected' | 'Scheduled' {
  const { durable, evses } = turn.state;
  if (evse !== 0 && evses[evse - 1] === undefined) return 'Rejected';
  const wanted = durable.inoperative.filter((one) => one !== evse && (evse !== 0 || !operative));
  const next = operative ? wanted : [...wanted, evse];
  if (next.length !== durable.inoperative.length || next.some((one) => !durable.inoperative.includes(one))) turn.keep('inoperative', next);
  if (operative) return 'Accepted';
  const busy = evse === 0 ? Object.keys(durable.transactions).length > 0 : durable.transactions[evse] !== undefined;
  return busy ? 'Scheduled' : 'Accepted';
}
