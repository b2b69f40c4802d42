import { after, earliest, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { number } from '../device-model/settings.js';
import { dialectOf } from '../dialects/dialects.js';
import type { Told } from '../model/evse.js';
import type { StationState } from '../model/state.js';
import type { Turn } from '../turn.js';
import { isInoperative, sayStatus, statusOf } from './status.js';

/**
 * Tells each status that is another than the one that was told, once it has lasted MinimumStatusDuration. A status that
 * came and went while the CSMS was away is not told: it would be news of yesterday.
 */
export function reviewStatus(turn: Turn): void {
  const { link, registration } = turn.state;
  if (link === undefined || registration.at !== 'accepted') return;
  const dialect = dialectOf(link.protocol);
  const review = (evse: number, told: Told): Told => {
    const status = dialect.status(statusOf(turn.state, evse));
    if (status === '' || status === told.status) return told.changing === undefined ? told : { ...told, changing: undefined };
    const since = told.changing?.status === status ? told.changing.since : turn.now;
    const wait = told.status === undefined ? 0 : number(turn.state, 'PilotwireCtrlr.MinimumStatusDuration');
    if (turn.now < after(since, seconds(wait))) return { ...told, changing: { status, since } };
    sayStatus(turn, evse);
    return { status, changing: undefined };
  };
  const station = review(0, turn.state.told);
  if (station !== turn.state.told) turn.set({ told: station });
  for (const { id, told } of turn.state.evses) {
    const next = review(id, told);
    if (next !== told) turn.setEvse(id, { told: next });
  }
}

/** Tells the gateway of outlets that go out of service, and come back. */
export function reviewAvailability(turn: Turn): void {
  for (const { id, operative } of turn.state.evses) {
    const next = !isInoperative(turn.state, id);
    if (next === operative) continue;
    turn.setEvse(id, { operative: next });
    turn.perform({ do: 'availability', evse: id, operative: next });
  }
}

export function statusDeadline(state: StationState): Instant | undefined {
  if (state.link === undefined || state.registration.at !== 'accepted') return undefined;
  const wait = seconds(number(state, 'PilotwireCtrlr.MinimumStatusDuration'));
  return earliest(...[state.told, ...state.evses.map(({ told }) => told)].map(({ changing }) => changing && after(changing.since, wait)));
}
