import { after, go } from '@pilotwire/machine';
import type { Instant, Step } from '@pilotwire/machine';
import { seccEnd } from '../ends.js';
import type { End, SeccEndReason } from '../ends.js';
import { seccTiming as timing } from '../timing.js';
import type { Closing, Linked, SeccConfig, SeccOutput, SeccState, Session } from './state.js';

export type SeccStep = Step<SeccState, SeccOutput>;

/** The config of the next session on this outlet. */
export function configOf(state: SeccState): SeccConfig {
  return state.at === 'closing' ? state.session.config : state.config;
}

/** The cause, where there is one, is the reason of the end; else what happened last. */
export function endOf({ cause, phase, leftFrom }: Session, reason: SeccEndReason, detail?: string): End<SeccEndReason> {
  if (cause === undefined && reason === 'completed') return seccEnd(reason, phase);
  const reached = leftFrom ?? phase;
  return cause === undefined ? seccEnd(reason, reached, detail) : seccEnd(cause.reason, reached, cause.detail);
}

/** After the last answer: the car closes first. Two seconds later we say that we are done, then it has three more. */
export function linger(session: Session, reason: SeccEndReason, now: Instant): Closing {
  const end = endOf(session, reason);
  const over: Session = { ...session, phase: 'SessionStop' };
  return { at: 'closing', session: over, step: 'lingering', deadline: after(now, timing.tcpLinger), end };
}

/**
 * The TCP connection is gone after an orderly end. 5 % stay on the pilot until the car is unplugged: a Zoe keeps its
 * plug locked for a minute without.
 */
export function closed({ session, end }: Closing, now: Instant, ...outputs: SeccOutput[]): SeccStep {
  const { config } = session;
  if (end.reason === 'no-negotiation') return failedEnd(config, end, ...outputs);
  return go(
    { at: 'ended', config, end, deadline: after(now, timing.pwmHold) },
    ...outputs,
    { kind: 'link', request: 'terminate' },
    { kind: 'end', end },
  );
}

/** The end without order: everything off at once, the pilot steady, so that a new attempt can begin. */
export function abandon(session: Session, reason: SeccEndReason, detail?: string, ...outputs: SeccOutput[]): SeccStep {
  const release: SeccOutput = { kind: 'power', request: { kind: 'release' } };
  return failedEnd(session.config, endOf(session, reason, detail), release, ...outputs);
}

export const abandonLink = ({ config }: Linked, reason: SeccEndReason, detail?: string, ...outputs: SeccOutput[]): SeccStep =>
  failedEnd(config, seccEnd(reason, 'Linked', detail), ...outputs);

function failedEnd(config: SeccConfig, end: End<SeccEndReason>, ...outputs: SeccOutput[]): SeccStep {
  // In an emergency the pilot is at F, and stays there.
  const emergency = end.reason === 'emergency-stop' || end.reason === 'power-lost';
  return go(
    { at: 'ended', config, end },
    ...outputs,
    ...(emergency ? [] : [{ kind: 'pilot', set: 'X1' } as const]),
    { kind: 'link', request: 'error' },
    { kind: 'end', end },
  );
}
