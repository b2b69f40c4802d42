import { after, between, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { announce } from '../connectors/status.js';
import { number } from '../device-model/settings.js';
import type { Answer } from '../dialects/dialect.js';
import { noteSecurity } from '../maintenance/security.js';
import type { NetworkLink } from '../model/inputs.js';
import { isLasting } from '../model/message.js';
import type { Message } from '../model/message.js';
import type { StationState } from '../model/state.js';
import type { BootReason, Protocol } from '../model/values.js';
import { csmsTime } from '../time/learn.js';
import type { Turn } from '../turn.js';

/** Between two boots where the CSMS said nothing of it: interval 0, an error, no answer. As libocpp has it; unsure. */
const bootInterval = 60;

/** The most messages that wait for a connection. */
const lastingMost = 50;

/**
 * The CSMS is there. A boot is only sent where the station, or the version it speaks, is new to it; after a mere break it
 * is told what has changed meanwhile, and after a long one everything (OfflineThreshold, B04).
 */
export function connected(turn: Turn, protocol: Protocol, network?: NetworkLink): void {
  const { registration, registeredAs, offlineSince } = turn.state;
  if (turn.state.link !== undefined) disconnected(turn);
  turn.set({
    link: { protocol, resumeAt: after(turn.now, seconds(number(turn.state, 'PilotwireCtrlr.QueueResumeDelay'))), ...(network !== undefined && { network }) },
    offlineSince: undefined,
  });
  if (registration.at !== 'accepted' || registeredAs !== protocol) {
    turn.set({ registration: { at: 'none' }, heartbeatAt: undefined });
    return sayBoot(turn, turn.state.durable.bootReason ?? turn.state.configuration.bootReason ?? 'PowerUp');
  }
  const away = offlineSince === undefined ? 0 : between(offlineSince, turn.now);
  if (away > number(turn.state, 'OCPPCommCtrlr.OfflineThreshold') * 1_000) announce(turn);
  turn.set({ heartbeatAt: nextHeartbeat(turn) });
}

/** The CSMS is gone. What waited for an answer has none; a record of the queue is not charged with that. */
export function disconnected(turn: Turn): readonly Message[] {
  const { link, outbox, outstanding } = turn.state;
  if (link === undefined) return [];
  const busy = outstanding !== undefined && 'item' in outstanding.what ? [outstanding.what.item] : [];
  const items = [...busy, ...outbox];
  for (const { message } of items) {
    if (message.kind !== 'status') continue;
    const { evse } = message.view;
    if (evse === 0) turn.set({ told: { ...turn.state.told, status: undefined } });
    else turn.setEvse(evse, { told: { ...turn.evse(evse).told, status: undefined } });
  }
  turn.set({
    link: undefined,
    offlineSince: turn.now,
    outbox: items.filter(({ message }) => isLasting(message)).slice(-lastingMost),
    outstanding: undefined,
    heartbeatAt: undefined,
    bootAt: undefined,
    later: {},
  });
  return items.map(({ message }) => message);
}

/** Announces the station. There is never more than one boot on its way. */
export function sayBoot(turn: Turn, reason: BootReason, triggered = false): void {
  turn.set({ outbox: turn.state.outbox.filter(({ message }) => message.kind !== 'boot'), bootAt: undefined });
  turn.say({ kind: 'boot', reason }, triggered);
}

/** What the CSMS made of the boot. */
export function booted(turn: Turn, answer: Extract<Answer, { kind: 'boot' }>): void {
  csmsTime(turn, answer.utc);
  const status = answer.status.toLowerCase() as 'accepted' | 'pending' | 'rejected';
  turn.tell({ what: 'registration', status });
  const interval = answer.interval > 0 ? answer.interval : bootInterval;
  if (status !== 'accepted') {
    const until = after(turn.now, seconds(interval));
    return turn.set({ registration: { at: status, until }, registeredAs: undefined, bootAt: until, heartbeatAt: undefined });
  }
  const { link, durable, registeredAs } = turn.state;
  if (answer.interval > 0) {
    turn.keep('variables', { ...durable.variables, 'OCPPCommCtrlr.HeartbeatInterval': String(Math.min(answer.interval, 86_400)) });
  }
  if (durable.bootReason !== undefined) turn.keep('bootReason', undefined);
  turn.set({ registration: { at: 'accepted' }, registeredAs: link?.protocol, bootAt: undefined });
  turn.set({ heartbeatAt: nextHeartbeat(turn) });
  if (registeredAs === undefined && !turn.state.greeted) {
    turn.set({ greeted: true });
    noteSecurity(turn, 'StartupOfTheDevice');
  }
  if (registeredAs !== link?.protocol) announce(turn);
}

/** An error, or nothing, came back. Where we are accepted already, that was an extra boot which somebody triggered. */
export function bootFailed(turn: Turn): void {
  if (turn.state.registration.at !== 'accepted') turn.set({ bootAt: after(turn.now, seconds(bootInterval)) });
}

export function bootTick(turn: Turn): void {
  const { bootAt, heartbeatAt, link, durable, configuration } = turn.state;
  if (link === undefined) return;
  if (bootAt !== undefined && turn.now >= bootAt) sayBoot(turn, durable.bootReason ?? configuration.bootReason ?? 'PowerUp');
  if (heartbeatAt === undefined || turn.now < heartbeatAt) return;
  turn.set({ heartbeatAt: nextHeartbeat(turn) });
  if (!turn.state.outbox.some(({ message }) => message.kind === 'heartbeat')) turn.say({ kind: 'heartbeat' });
}

const nextHeartbeat = (turn: Turn): Instant => after(turn.now, seconds(number(turn.state, 'OCPPCommCtrlr.HeartbeatInterval')));

export const bootDeadlines = ({ bootAt, heartbeatAt, link }: StationState): readonly (Instant | undefined)[] =>
  link === undefined ? [] : [bootAt, heartbeatAt];

/** Whether the CSMS can be asked now. */
export const isOnline = ({ link, registration }: StationState): boolean => link !== undefined && registration.at === 'accepted';
