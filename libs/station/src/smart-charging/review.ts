import { transactionAt } from '../transactions/record.js';
import { tellTransaction } from '../transactions/tell.js';
import { utcAt } from '../time/clock.js';
import type { Turn } from '../turn.js';
import { asSaid } from './evaluate.js';
import { isSignificant, limitHolds, limitNow, nextLook } from './limit.js';

/** Tells the gateway what each plugged car may have: when that changes, and every now and then, since it runs out. */
export function reviewLimit(turn: Turn): void {
  const utc = utcAt(turn.state, turn.now);
  for (const { id, plugged, limit: told } of turn.state.evses) {
    if (!plugged || utc === undefined) {
      if (told !== undefined) turn.setEvse(id, { limit: undefined });
      continue;
    }
    const limit = limitNow(turn.state, id, turn.now, asSaid);
    const same = told !== undefined && told.limit.watts === limit.watts && told.limit.amperes === limit.amperes;
    if (same && turn.now < told.refreshAt) continue;
    turn.setEvse(id, { limit: { limit, refreshAt: nextLook(turn.state, id, turn.now) } });
    const { watts, amperes } = limit;
    turn.perform({ do: 'limit', evse: id, watts, amperes, until: Math.round(utc) + limitHolds });
    if (told === undefined || same || transactionAt(turn, id) === undefined) continue;
    if (isSignificant(turn.state, told.limit, limit)) tellTransaction(turn, id, 'ChargingRateChanged');
  }
}
