import { after, earliest, go, stay } from '@pilotwire/machine';
import type { Instant, Machine, Tick } from '@pilotwire/machine';
import { sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { evccEnd } from '../ends.js';
import type { EvccEndReason } from '../ends.js';
import type { CarProfile } from '../profiles/cars.js';
import { evccTiming as timing } from '../timing.js';
import { begin, dialogueDeadline, inDialogue } from './dialogue.js';
import type { EvccStep } from './dialogue.js';
import type { Connecting, Dialogue, EvccInput, EvccOutput, EvccState, Looking, Vehicle } from './state.js';
import { inStopping } from './stopping.js';

/** A car that is plugged in nowhere. */
export const idleEvcc = (profile: CarProfile, vehicle: Vehicle): EvccState => ({ at: 'idle', profile, vehicle });

/**
 * The car's side of a DIN SPEC 70121 session, from the matched power line to the unlocked plug. How it behaves is in its
 * profile, what it wants in its vehicle; every session ends, with one `end`.
 */
export const evcc: Machine<EvccState, EvccInput, EvccOutput> = { step, deadline };

function deadline(state: EvccState): Instant | undefined {
  switch (state.at) {
    case 'idle':
    case 'ended':
      return undefined;
    case 'looking':
      return earliest(state.deadline, state.setupUntil);
    case 'connecting':
      return earliest(state.retryAt, state.until, state.setupUntil);
    case 'dialogue':
      return dialogueDeadline(state);
    case 'stopping':
      return state.deadline;
  }
}

function step(state: EvccState, input: EvccInput | Tick, now: Instant): EvccStep {
  switch (state.at) {
    case 'idle':
    case 'ended':
      if (input.kind === 'vehicle') return stay<EvccState, EvccOutput>({ ...state, vehicle: input.vehicle });
      return input.kind === 'link.up' ? linkUp(state.profile, state.vehicle, now) : stay(state);
    case 'looking':
      return looking(state, input, now);
    case 'connecting':
      return connecting(state, input, now);
    case 'dialogue':
      return inDialogue(state, input, now);
    case 'stopping':
      return inStopping(state, input, now);
  }
}

function linkUp(profile: CarProfile, vehicle: Vehicle, now: Instant): EvccStep {
  const state: Looking = {
    at: 'looking',
    profile,
    vehicle,
    line: 0,
    tries: profile.sdp[0]?.tries ?? 0,
    deadline: after(now, profile.linkToSdp),
    // The time for the charger to answer begins with the car's first question.
    setupUntil: after(after(now, profile.linkToSdp), timing.V2G_EVCC_CommunicationSetup_Timeout),
  };
  return go<EvccState, EvccOutput>(state);
}

function looking(state: Looking, input: EvccInput | Tick, now: Instant): EvccStep {
  switch (input.kind) {
    case 'tick':
      return now >= state.setupUntil ? giveUp(state, 'communication-setup-timeout') : askSdp(state, now);
    case 'sdp': {
      if (input.security === sdpSecurity.tls) {
        return stay<EvccState, EvccOutput>(state, { kind: 'warning', what: 'tls-only' });
      }
      const { profile, vehicle, setupUntil } = state;
      const { ip, port } = input;
      const until = after(now, timing.tcpRetryFor);
      return connect({ at: 'connecting', profile, vehicle, ip, port, retryAt: undefined, until, setupUntil });
    }
    default:
      return outside(state, input);
  }
}

/** The next SDP request; when one line of the profile has been tried often enough, the next line (Audi: TLS, then none). */
function askSdp(state: Looking, now: Instant): EvccStep {
  const { profile } = state;
  const line = state.tries > 0 ? state.line : state.line + 1;
  const asked = profile.sdp[line];
  if (asked === undefined) return giveUp(state, 'no-sdp-response');
  const tries = (state.tries > 0 ? state.tries : asked.tries) - 1;
  return stay<EvccState, EvccOutput>(
    { ...state, line, tries, deadline: after(now, timing.V2G_EVCC_SDP_Retry) },
    { kind: 'sdp', security: asked.security, transport: sdpTransport.tcp },
  );
}

const connect = (state: Connecting): EvccStep =>
  go<EvccState, EvccOutput>({ ...state, retryAt: undefined }, { kind: 'tcp.connect', ip: state.ip, port: state.port });

function connecting(state: Connecting, input: EvccInput | Tick, now: Instant): EvccStep {
  switch (input.kind) {
    case 'tick':
      if (now >= state.setupUntil) return giveUp(state, 'communication-setup-timeout', { kind: 'tcp.close' });
      if (now >= state.until) return giveUp(state, 'no-connection', { kind: 'tcp.close' });
      return state.retryAt !== undefined && now >= state.retryAt ? connect(state) : stay(state);
    case 'tcp.connected':
      return begin(dialogueOf(state), now);
    case 'tcp.failed':
    case 'tcp.closed':
      return stay<EvccState, EvccOutput>({ ...state, retryAt: after(now, timing.tcpRetry) });
    default:
      return outside(state, input);
  }
}

/** What ends the search for a charger, or does not concern it. */
function outside(state: Looking | Connecting, input: EvccInput): EvccStep {
  switch (input.kind) {
    case 'vehicle':
      return stay<EvccState, EvccOutput>({ ...state, vehicle: input.vehicle });
    case 'link.lost':
      return giveUp(state, 'link-lost');
    case 'unplugged':
      return giveUp(state, 'unplugged');
    case 'stop':
      return giveUp(state, 'user-stop');
    case 'fault':
      return giveUp(state, 'vehicle-fault');
    default:
      return stay(state);
  }
}

/** The pilot is at B and nothing is locked or closed: there is nothing to take back. */
function giveUp({ profile, vehicle }: Looking | Connecting, reason: EvccEndReason, ...outputs: EvccOutput[]): EvccStep {
  const end = evccEnd(reason, 'Linked');
  return go({ at: 'ended', profile, vehicle, end }, ...outputs, { kind: 'end', end });
}

function dialogueOf({ profile, vehicle, ip, port, until, setupUntil }: Connecting): Dialogue {
  return {
    at: 'dialogue',
    profile,
    vehicle,
    phase: 'Connected',
    turn: { kind: 'thinking', request: 'supportedAppProtocolReq', until },
    peer: { ip, port, until },
    id: profile.noSession,
    serviceId: 1,
    energyTransfer: 'DC_extended',
    stop: undefined,
    error: 'NO_ERROR',
    garbage: 0,
    ready: false,
    powered: false,
    setupUntil,
    patienceUntil: undefined,
    weldingUntil: undefined,
    starvedSince: undefined,
  };
}
