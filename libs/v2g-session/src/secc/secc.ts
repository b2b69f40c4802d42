import { after, go, stay } from '@pilotwire/machine';
import type { Instant, Machine, Tick } from '@pilotwire/machine';
import { seccTiming as timing } from '../timing.js';
import { emergencyOf } from './cause.js';
import { closing } from './closing.js';
import { abandonLink, configOf } from './finish.js';
import type { SeccStep } from './finish.js';
import { answerSdp, connected, inSession, refuseTcp } from './session.js';
import type { Ended, Linked, SeccConfig, SeccInput, SeccOutput, SeccState } from './state.js';
import { sessionDeadline } from './supervise.js';

/** A charging point to which nobody is connected. */
export const idleSecc = (config: SeccConfig): SeccState => ({ at: 'unlinked', config });

/**
 * The charger's side of a DIN SPEC 70121 session, from the matched power line to the closed connection. One session at a
 * time; every request is answered, and every session ends, with one `end`.
 */
export const secc: Machine<SeccState, SeccInput, SeccOutput> = { step, deadline };

function deadline(state: SeccState): Instant | undefined {
  switch (state.at) {
    case 'unlinked':
      return undefined;
    case 'linked':
      return state.setupUntil;
    case 'session':
      return sessionDeadline(state);
    case 'closing':
    case 'ended':
      return state.deadline;
  }
}

function step(state: SeccState, input: SeccInput | Tick, now: Instant): SeccStep {
  if (input.kind === 'link.up') return linkUp(state, input.entropy, now);
  switch (state.at) {
    case 'unlinked':
      if (input.kind === 'emergency') return stay(state, { kind: 'pilot', set: 'F' });
      return input.kind === 'tcp.connected' ? stay(state, refuseTcp(input.connection)) : stay(state);
    case 'linked':
      return linked(state, input, now);
    case 'session':
      return inSession(state, input, now);
    case 'closing':
      return closing(state, input, now);
    case 'ended':
      if (input.kind === 'tcp.connected') return stay(state, refuseTcp(input.connection));
      return ended(state, input);
  }
}

/** 5 % are held for a while, or until the car is gone; in an emergency no longer. */
function ended(state: Ended, input: SeccInput | Tick): SeccStep {
  const { config, end } = state;
  if (input.kind === 'emergency') return go({ at: 'ended', config, end }, { kind: 'pilot', set: 'F' });
  const over = input.kind === 'tick' || (input.kind === 'pilot' && input.level === 'A');
  if (state.deadline !== undefined && over) return go({ at: 'ended', config, end }, { kind: 'pilot', set: 'X1' });
  return stay(state);
}

/** A new match is a new session. If the last one still stands, the car has lost it (ISO 15118-3: matching starts over). */
function linkUp(state: SeccState, entropy: string, now: Instant): SeccStep {
  const before = state.at === 'unlinked' || state.at === 'ended' ? undefined : step(state, { kind: 'link.lost' }, now);
  const config = configOf(state);
  const next: Linked = {
    at: 'linked',
    config,
    entropy,
    tlsDeclined: false,
    authorization: 'unasked',
    limits: config.limits,
    pilot: undefined,
    setupUntil: after(now, timing.V2G_SECC_CommunicationSetup_Timeout),
  };
  // The new link has taken the old one's place: the line and the pilot must stay as they are.
  return go(next, ...(before?.outputs.filter(({ kind }) => kind !== 'link' && kind !== 'pilot') ?? []));
}

function linked(state: Linked, input: SeccInput | Tick, now: Instant): SeccStep {
  switch (input.kind) {
    case 'tick':
      return now < state.setupUntil ? stay(state) : abandonLink(state, 'communication-setup-timeout');
    case 'sdp':
      return answerSdp(state, input.security);
    case 'tcp.connected':
      return go(connected(state, input.connection, now), { kind: 'phase', phase: 'Connected' });
    case 'authorization':
      return stay({ ...state, authorization: input.result });
    case 'limits':
      return stay({ ...state, limits: input.limits, config: { ...state.config, limits: input.limits } });
    case 'pilot':
      if (input.level === 'A') return abandonLink(state, 'unplugged');
      if (input.level === 'E' || input.level === 'F') return abandonLink(state, 'pilot-fault');
      return stay({ ...state, pilot: input.level });
    case 'link.lost':
      return abandonLink(state, 'link-lost');
    case 'stop':
      return abandonLink(state, input.by === 'latch' ? 'latch-pressed' : 'operator-stop');
    case 'emergency':
      return abandonLink(state, emergencyOf(input), input.lost, { kind: 'pilot', set: 'F' });
    default:
      return stay(state);
  }
}
