import { after, go, stay } from '@pilotwire/machine';
import type { Instant, Step, Tick } from '@pilotwire/machine';
import { evccEnd } from '../ends.js';
import type { EvccEndReason } from '../ends.js';
import { evccTiming as timing } from '../timing.js';
import { requestOf } from './requests.js';
import type { Dialogue, EvccInput, EvccOutput, EvccState, Stopping } from './state.js';

type EvccStep = Step<EvccState, EvccOutput>;

/** The end of a dialogue in order: the car closes the connection, then the plug is free. */
export function hangUp(session: Dialogue, ...outputs: EvccOutput[]): EvccStep {
  const { profile, vehicle, phase, stop } = session;
  const end = stop === undefined || stop.reason === 'completed' ? evccEnd('completed', phase) : stop;
  const before: EvccOutput[] = session.ready ? [{ kind: 'pilot', set: 'B' }] : [];
  return go({ at: 'ended', profile, vehicle, end }, ...outputs, ...before, ...freeing, { kind: 'end', end });
}

const freeing: readonly EvccOutput[] = [
  { kind: 'tcp.close' },
  { kind: 'imd', set: 'on' },
  { kind: 'lock', set: 'unlocked' },
];

/**
 * The safe order, whatever the charger says: no more current wanted (pilot B), two seconds for it to end, contactors,
 * one second, plug. The charger is told, where it can still hear; its answer changes nothing.
 */
export function safeStop(
  session: Dialogue,
  reason: EvccEndReason,
  detail: string | undefined,
  now: Instant,
  ...outputs: EvccOutput[]
): EvccStep {
  const { profile, vehicle, phase, stop } = session;
  const deaf = reason === 'link-lost' || reason === 'unplugged' || reason === 'connection-closed';
  const goodbye: EvccOutput[] =
    deaf || phase === 'Connected' || phase === 'Negotiated'
      ? []
      : [{ kind: 'send', message: requestOf(session, 'SessionStopReq') }];
  const stopping: Stopping = {
    at: 'stopping',
    profile,
    vehicle,
    step: 'contactors',
    deadline: after(now, timing.contactorsAfterPilot),
    end: stop ?? evccEnd(reason, phase, detail),
  };
  return go<EvccState, EvccOutput>(stopping, ...outputs, { kind: 'pilot', set: 'B' }, ...goodbye);
}

export function inStopping(state: Stopping, input: EvccInput | Tick, now: Instant): EvccStep {
  if (input.kind === 'vehicle') return stay<EvccState, EvccOutput>({ ...state, vehicle: input.vehicle });
  if (input.kind !== 'tick' || now < state.deadline) return stay<EvccState, EvccOutput>(state);
  if (state.step === 'contactors') {
    const deadline = after(now, timing.unlockAfterContactors);
    return go<EvccState, EvccOutput>({ ...state, step: 'unlock', deadline }, { kind: 'contactors', set: 'open' });
  }
  const { profile, vehicle, end } = state;
  return go({ at: 'ended', profile, vehicle, end }, ...freeing, { kind: 'end', end });
}

/** Nothing has been said yet: another attempt, as long as attempts are worth it. */
export function connectAgain({ profile, vehicle, peer, setupUntil }: Dialogue, now: Instant): EvccStep {
  const { ip, port, until } = peer;
  const retryAt = after(now, timing.tcpRetry);
  return go<EvccState, EvccOutput>({
    at: 'connecting',
    profile,
    vehicle,
    ip,
    port,
    retryAt,
    until,
    setupUntil: setupUntil ?? until,
  });
}
