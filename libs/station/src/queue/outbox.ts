import { after, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { number } from '../device-model/settings.js';
import { objection, variableOf } from '../device-model/variables.js';
import { dialectOf } from '../dialects/dialects.js';
import type { Entry, Item, StationState } from '../model/state.js';
import type { JsonObject } from '../model/values.js';
import type { Turn } from '../turn.js';
import { bury, remove } from './queue.js';

/** What goes next: a record of the queue, or a message. */
type Next = { readonly entry: Entry } | { readonly item: Item };

/** Sends what may go now: one call at a time (OCPP-J 4.1.1), and nothing that the registration does not allow. */
export function flush(turn: Turn): void {
  while (turn.state.link !== undefined && turn.state.outstanding === undefined) {
    const next = choose(turn.state, turn.now);
    if (next === undefined) return;
    send(turn, next);
  }
}

/**
 * Boot first; an Authorize before all else, for a person waits; everything else in the order in which it came about,
 * whether it is kept on disk or not. A record that waits for its next attempt holds up the records behind it alone.
 */
function choose({ outbox, entries, registration, link, dropping }: StationState, now: Instant): Next | undefined {
  const boot = outbox.find(({ message }) => message.kind === 'boot');
  if (boot !== undefined) return { item: boot };
  if (registration.at !== 'accepted') {
    const triggered = registration.at === 'pending' ? outbox.find((item) => item.triggered) : undefined;
    return triggered && { item: triggered };
  }
  const urgent = outbox.find(({ message, triggered }) => message.kind === 'authorize' || triggered);
  if (urgent !== undefined) return { item: urgent };
  const [item] = outbox;
  const [entry] = entries;
  if (entry === undefined) return item && { item };
  const waits = now < (entry.notBefore ?? now) || now < (link?.resumeAt ?? now);
  if (item !== undefined && (waits || item.key < entry.key)) return { item };
  // One that is done with and is not known to be would come again after a restart, behind its successors.
  return waits || !entry.stored || dropping !== undefined ? undefined : { entry };
}

function send(turn: Turn, next: Next): void {
  const { state } = turn;
  const { protocol } = state.link as NonNullable<StationState['link']>;
  const call = dialectOf(protocol).write('entry' in next ? next.entry.record : next.item.message, state, protocol);
  if ('item' in next) turn.set({ outbox: state.outbox.filter((one) => one !== next.item) });
  if (call === undefined || call === 'orphan') {
    if ('item' in next) return;
    if (call === undefined) return remove(turn, next.entry.key);
    return bury(turn, { ...next.entry, answers: [...next.entry.answers, 'the CSMS never learnt of its transaction'] });
  }
  const id = `${state.configuration.life.replaceAll('-', '').slice(0, 20)}-${turn.count('call')}`;
  const until = after(turn.now, seconds(patience(state)));
  turn.set({ outstanding: { id, what: 'entry' in next ? { entry: next.entry.key } : { item: next.item }, until } });
  turn.emit({ kind: 'send', id, action: call.action, payload: bare(call.payload) });
}

const messageTimeout = 'OCPPCommCtrlr.MessageTimeout[Default]';

/** Seconds that the CSMS has for an answer: those of its network profile, but one that was filled before these were checked may hold any number. */
function patience(state: StationState): number {
  const own = state.link?.network?.messageTimeout;
  return own !== undefined && objection(variableOf(messageTimeout), String(own)) === undefined ? own : number(state, messageTimeout);
}

/** A payload without members that are undefined, at any depth. */
export function bare(payload: JsonObject): JsonObject {
  const found: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(payload)) if (value !== undefined) found[name] = bareValue(value);
  return found;
}
const bareValue = (value: NonNullable<JsonObject[string]> | null): NonNullable<JsonObject[string]> | null => {
  if (Array.isArray(value)) return value.map(bareValue);
  return typeof value === 'object' && value !== null ? bare(value as JsonObject) : value;
};

/** When sending has to be looked at again without anything having happened. */
export function outboxDeadline({ entries, link, outstanding, registration, dropping }: StationState): Instant | undefined {
  if (link === undefined) return undefined;
  if (outstanding !== undefined) return outstanding.until;
  const [entry] = entries;
  if (entry === undefined || registration.at !== 'accepted') return undefined;
  if (!entry.stored || dropping !== undefined) return undefined;
  return latest(entry.notBefore, link.resumeAt);
}
const latest = (a: Instant | undefined, b: Instant): Instant => (a === undefined || a < b ? b : a);
