import { cannotBegin, isInoperative, wordOf } from '../connectors/status.js';
import type { AuthorizeFor } from '../model/message.js';
import { sameToken } from '../model/values.js';
import type { Protocol, Token, TokenInfo } from '../model/values.js';
import { blockedBy } from '../reservations/reservations.js';
import { stop } from '../transactions/stop.js';
import { transactionAt } from '../transactions/record.js';
import type { AuthorizedBy, EvseState } from '../model/evse.js';
import type { Turn } from '../turn.js';
import { accept, refuse } from './accept.js';
import { isMasterGroup, known, remember, verdict } from './known.js';

/** Somebody holds a token: it begins a charge, ends its own or that of its group, or is refused. */
export function present(turn: Turn, token: Token, at: number | undefined): void {
  const id = at ?? place(turn, token);
  const evse = id === undefined ? undefined : turn.state.evses[id - 1];
  if (id === undefined || evse === undefined) return turn.tell({ what: 'token-refused', evse: 0, why: 'no outlet is free' });
  if (evse.authorization === undefined) return ask(turn, token, { evse: id, to: 'start', by: 'card', remoteStartId: undefined });
  const { group } = evse.authorization;
  if (sameToken(token, evse.authorization.token)) return halt(turn, id, token, group);
  ask(turn, token, { evse: id, to: 'stop', by: 'card', remoteStartId: undefined });
}

/** The outlet that a token is for: its own charge, a car that waits, a free one, and at last somebody else's charge. */
function place({ state }: Turn, token: Token): number | undefined {
  const free = (one: EvseState): boolean => one.authorization === undefined && !cannotBegin(one) && !isInoperative(state, one.id);
  const order: readonly ((one: EvseState) => boolean)[] = [
    ({ authorization }) => sameToken(authorization?.token, token),
    (one) => free(one) && one.waiting,
    (one) => free(one) && one.plugged && !one.finishing,
    (one) => free(one) && state.durable.reservations.some(({ evse, token: reserved }) => evse === one.id && sameToken(reserved, token)),
    (one) => free(one) && wordOf(state, one) === 'Available',
    (one) => free(one),
    ({ authorization }) => authorization !== undefined,
  ];
  for (const fits of order) {
    const found = state.evses.find(fits);
    if (found !== undefined) return found.id;
  }
  return undefined;
}

/** Characters of a token; one that is cut would be another. */
const tokenRoom: Readonly<Record<Protocol, number>> = { 'ocpp1.6': 20, 'ocpp2.0.1': 36, 'ocpp2.1': 255 };

/** Finds out whether a token may do what it is held for: here, where that is known and trusted, or by asking the CSMS. */
export function ask(turn: Turn, token: Token, purpose: AuthorizeFor): void {
  const { evse } = purpose;
  if (purpose.to === 'start' && purpose.by !== 'remote') {
    const why = obstacle(turn, evse, token);
    if (why !== undefined) return refuse(turn, evse, why);
  }
  // A member of the group that charges may stop it without the CSMS.
  const local = purpose.to === 'stop' ? (known(turn, token) ?? verdict(turn, token)) : verdict(turn, token);
  if (local !== undefined && (purpose.to === 'start' || mayStop(turn, evse, local.info) !== undefined)) {
    return conclude(turn, token, local.info, local.by, purpose);
  }
  if (turn.state.link === undefined || turn.state.registration.at !== 'accepted') {
    return conclude(turn, token, local?.info ?? { status: 'Unknown' }, 'offline', purpose);
  }
  const room = tokenRoom[turn.state.link.protocol];
  if (token.id.length > room) return refuse(turn, evse, `this version of OCPP has no room for a token of more than ${room} characters`);
  if (!isAsking(turn, token, evse)) turn.say({ kind: 'authorize', token, for: { ...purpose, session: turn.evse(evse).session } });
}

function obstacle(turn: Turn, id: number, token: Token): string | undefined {
  if (cannotBegin(turn.evse(id))) return 'the outlet is faulted';
  if (isInoperative(turn.state, id)) return 'the outlet is out of service';
  const reserved = blockedBy(turn.state, id, token, known(turn, token)?.info.group);
  return reserved !== undefined && reserved.group === undefined ? 'the outlet is reserved' : undefined;
}

function isAsking({ state }: Turn, token: Token, evse: number): boolean {
  const { session } = state.evses[evse - 1] ?? {};
  const busy = state.outstanding !== undefined && 'item' in state.outstanding.what ? [state.outstanding.what.item] : [];
  return [...busy, ...state.outbox].some(
    ({ message }) => message.kind === 'authorize' && message.for.evse === evse && message.for.session === session && sameToken(message.token, token),
  );
}

/** The CSMS has answered. */
export function authorized(turn: Turn, token: Token, info: TokenInfo, purpose: AuthorizeFor): void {
  remember(turn, token, info);
  conclude(turn, token, info, purpose.by === 'remote' ? 'remote' : 'csms', purpose);
}

/** The CSMS cannot be asked after all: it is gone, or does not understand. What is known here has to do. */
export function unanswered(turn: Turn, token: Token, purpose: AuthorizeFor): void {
  const { info, by } = verdict(turn, token, false) ?? { info: { status: 'Unknown' } as const, by: 'offline' as const };
  conclude(turn, token, info, by, purpose);
}

function conclude(turn: Turn, token: Token, info: TokenInfo, by: AuthorizedBy, { evse: id, to, by: via, remoteStartId, session }: AuthorizeFor): void {
  const evse = turn.evse(id);
  if (session !== undefined && session !== evse.session) return turn.tell({ what: 'token-refused', evse: id, why: 'the car that it was for has left' });
  if (to === 'stop') {
    const group = mayStop(turn, id, info);
    if (group !== undefined) return halt(turn, id, token, info.group);
    return turn.tell({ what: 'token-refused', evse: id, why: 'it belongs to another charge' });
  }
  if (evse.authorization !== undefined) return;
  const refused = refusal(turn, id, token, info);
  if (refused === undefined) return accept(turn, id, token, info.group, via === 'remote' ? 'remote' : by, remoteStartId);
  // A car that is not known by its address may still be let in by a card.
  if (via === 'autocharge') turn.tell({ what: 'token-refused', evse: id, why: refused });
  else refuse(turn, id, refused);
}

function refusal(turn: Turn, id: number, token: Token, { status, group }: TokenInfo): string | undefined {
  if (status !== 'Accepted') return `${status.toLowerCase()}`;
  if (isMasterGroup(turn.state, group)) return 'a master pass begins no charge';
  if (cannotBegin(turn.evse(id)) || isInoperative(turn.state, id)) return 'the outlet is out of service';
  return blockedBy(turn.state, id, token, group) === undefined ? undefined : 'the outlet is reserved';
}

/** Which group lets the holder of a token stop the charge at an outlet, if any does. */
function mayStop(turn: Turn, id: number, { status, group }: TokenInfo): Token | undefined {
  if (status !== 'Accepted' || group === undefined) return undefined;
  const running = turn.evse(id).authorization?.group ?? transactionAt(turn, id)?.group;
  return isMasterGroup(turn.state, group) || sameToken(group, running) ? group : undefined;
}

function halt(turn: Turn, id: number, token: Token, group: Token | undefined): void {
  const reason = isMasterGroup(turn.state, group) ? 'MasterPass' : 'Local';
  stop(turn, id, { reason, trigger: 'StopAuthorized', token });
}
