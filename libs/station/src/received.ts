import { dialectOf } from './dialects/dialects.js';
import type { StationState } from './model/state.js';
import type { Json, JsonObject } from './model/values.js';
import { bare } from './queue/outbox.js';
import type { Problem } from './shape/shape.js';
import type { Turn } from './turn.js';

/** The most replies that are owed at a time. */
const owedMost = 20;

/** The CSMS calls. Whatever it says, it has its answer with this step, unless the host has to be asked. */
export function received(turn: Turn, id: string, action: string, payload: Json): void {
  const { link, registration } = turn.state;
  if (link === undefined) return;
  const refuse = (problem: Problem): void => {
    const code = dialectOf(link.protocol).code(problem.kind);
    const why = `${problem.path}: ${problem.why}`.slice(0, 255);
    turn.tell({ what: 'refused-call', action: action.slice(0, 50), code, why });
    turn.emit({ kind: 'reply', id, error: { code, description: why } });
  };
  const handlers = dialectOf(link.protocol).handlers(link.protocol);
  const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
  if (handler === undefined) return refuse({ kind: 'not-implemented', path: action.slice(0, 50), why: 'no such call in this version' });
  // A CSMS that has not said Accepted or Pending yet is not to be served (2.0.1 B01.FR.10, B03.FR.07).
  if (registration.at === 'none' || registration.at === 'rejected') {
    return refuse({ kind: 'security', path: action, why: 'the station is not registered' });
  }
  if (Object.keys(turn.state.later).length >= owedMost) return refuse({ kind: 'internal', path: action, why: 'too many calls are waiting for the host' });
  const handled = handler(turn, payload, action);
  switch (handled.kind) {
    case 'reply':
      return turn.emit({ kind: 'reply', id, result: bare(handled.payload) });
    case 'refuse':
      return refuse(handled.problem);
    case 'later': {
      const owed = turn.state.later[handled.request];
      if (owed !== undefined) turn.set({ later: { ...turn.state.later, [handled.request]: { ...owed, id } } });
    }
  }
}

/** The host has done what a reply waited for, or has not in time: then it is taken for failed. */
export function performed(turn: Turn, request: string, outcome: JsonObject): void {
  const owed = turn.state.later[request];
  const { link } = turn.state;
  if (owed === undefined || link === undefined) return;
  const { [request]: _, ...others } = turn.state.later;
  turn.set({ later: others });
  const payload = dialectOf(link.protocol).owed[owed.action]?.(outcome);
  if (payload !== undefined) turn.emit({ kind: 'reply', id: owed.id, result: bare(payload) });
}

export function owedTick(turn: Turn): void {
  for (const [request, { until }] of Object.entries(turn.state.later)) if (turn.now >= until) performed(turn, request, {});
}

export const owedDeadlines = ({ later }: StationState) => Object.values(later).map(({ until }) => until);
