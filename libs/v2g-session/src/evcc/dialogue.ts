import { after, earliest, go, stay } from '@pilotwire/machine';
import type { Duration, Instant, Step, Tick } from '@pilotwire/machine';
import type { DC_EVSEStatus, DinBody, ResponseCode } from '@pilotwire/v2g-messages';
import { failed, nameOf } from '../din.js';
import type { V2gMessage } from '../din.js';
import { evccEnd } from '../ends.js';
import type { EvccEndReason } from '../ends.js';
import type { MessageInput } from '../incoming.js';
import type { DinPhase } from '../phases.js';
import { evccTiming as timing } from '../timing.js';
import { requestOf } from './requests.js';
import { connectAgain, hangUp, safeStop } from './stopping.js';
import type { Dialogue, EvccInput, EvccOutput, EvccState, EvRequest } from './state.js';
import type { Verdict } from './verdicts.js';
import {
  authorized,
  cableChecked,
  demanded,
  handshakeAnswered,
  parametersAnswered,
  paymentSelected,
  poweredOff,
  powerDelivered,
  preCharged,
  refusedBy,
  servicesDiscovered,
  sessionSetUp,
  weldingDetected,
} from './verdicts.js';

export type EvccStep = Step<EvccState, EvccOutput>;

/** So many things that are no messages end a session. */
const mostGarbage = 3;

export const dialogueDeadline = ({ turn, setupUntil }: Dialogue): Instant | undefined => earliest(turn.until, setupUntil);

/** While a TCP connection stands: the car asks, the charger answers. */
export function inDialogue(session: Dialogue, input: EvccInput | Tick, now: Instant): EvccStep {
  switch (input.kind) {
    case 'tick':
      return tick(session, now);
    case 'message':
      return message(session, input, now);
    case 'garbage': {
      const next: Dialogue = { ...session, garbage: session.garbage + 1 };
      const warning: EvccOutput = { kind: 'warning', what: 'garbage', detail: `${input.why}: ${input.detail}` };
      return next.garbage < mostGarbage ? stay(next, warning) : safeStop(next, 'undecodable', input.detail, now, warning);
    }
    case 'vehicle': {
      const next: Dialogue = { ...session, vehicle: input.vehicle };
      const connected = session.turn.kind === 'contactors' && input.vehicle.contactors === 'closed';
      return connected ? ask(next, 'PowerDeliveryReq(start)', now, []) : stay(next);
    }
    case 'stop':
      return stay(withStop(session, 'user-stop', undefined));
    case 'fault':
      return stay({ ...withStop(session, 'vehicle-fault', input.code), error: input.code });
    case 'tcp.closed':
      return tcpClosed(session, now);
    case 'link.lost':
      return safeStop(session, 'link-lost', undefined, now);
    case 'unplugged':
      return safeStop(session, 'unplugged', undefined, now);
    default:
      return stay(session);
  }
}

function tick(session: Dialogue, now: Instant): EvccStep {
  const { turn, setupUntil } = session;
  if (setupUntil !== undefined && setupUntil <= now) return safeStop(session, 'communication-setup-timeout', undefined, now);
  if (turn.until > now) return stay(session);
  switch (turn.kind) {
    case 'thinking':
      return send(session, turn.request, now, []);
    case 'contactors':
      return safeStop(session, 'contactor-fault', 'not closed', now);
    case 'waiting':
      return unanswered(session, turn.request, now);
  }
}

/** The ways out need no answer (ABB: none to WeldingDetection); anything else does. */
function unanswered(session: Dialogue, request: EvRequest, now: Instant): EvccStep {
  const warning: EvccOutput = { kind: 'warning', what: 'no-answer', detail: request };
  switch (request) {
    case 'PowerDeliveryReq(stop)':
      return rule(poweredOff(session, now, warning), now, [], session.phase);
    case 'WeldingDetectionReq':
      return ask(session, 'SessionStopReq', now, [warning]);
    case 'SessionStopReq':
      return hangUp(session, warning);
    default:
      return safeStop(session, 'message-timeout', request, now);
  }
}

/** After the think time. */
function ask(session: Dialogue, wanted: EvRequest, now: Instant, outputs: readonly EvccOutput[]): EvccStep {
  const request = choose(session, wanted);
  const think = session.profile.think[request] ?? session.profile.think.others;
  return think > 0 ? go(thinking(session, request, think, now), ...outputs) : send(session, request, now, outputs);
}

const thinking = (session: Dialogue, request: EvRequest, think: Duration, now: Instant): Dialogue => ({
  ...session,
  turn: { kind: 'thinking', request, until: after(now, think) },
});

/** A wish to stop goes before what would have been asked, once there is a session to stop. */
function choose(session: Dialogue, wanted: EvRequest): EvRequest {
  const { stop, phase } = session;
  if (stop === undefined || phase === 'Connected' || phase === 'Negotiated') return wanted;
  const leaving = wanted === 'PowerDeliveryReq(stop)' || wanted === 'WeldingDetectionReq' || wanted === 'SessionStopReq';
  return leaving ? wanted : wayOut(session);
}

/** Model Y and Polestar 2 leave PreCharge by SessionStop alone; where there was power, it is ended first. */
const wayOut = ({ powered }: Dialogue): EvRequest => (powered ? 'PowerDeliveryReq(stop)' : 'SessionStopReq');

/** Its mind may have changed while it was thinking. */
function send(before: Dialogue, wanted: EvRequest, now: Instant, outputs: readonly EvccOutput[]): EvccStep {
  const request = choose(before, wanted);
  const timeout = before.profile.timeouts[request] ?? before.profile.timeouts.others;
  const session: Dialogue = { ...before, turn: { kind: 'waiting', request, until: after(now, timeout) } };
  return { state: session, outputs: [...outputs, { kind: 'send', message: requestOf(session, request) }] };
}

function message(session: Dialogue, { message: response, anomalies }: MessageInput, now: Instant): EvccStep {
  const outputs: EvccOutput[] = anomalies?.length ? [{ kind: 'warning', what: 'anomaly', anomalies }] : [];
  const { turn } = session;
  const verdict = turn.kind === 'waiting' ? answered(session, turn.request, response, now) : undefined;
  if (verdict !== undefined) return rule(verdict, now, outputs, session.phase);
  // Late, doubled or for somebody else. The answer that is missing has its own time limit.
  return stay(session, ...outputs, { kind: 'warning', what: 'unexpected-message', detail: describe(response) });
}

const describe = (message: V2gMessage): string =>
  'V2G_Message' in message ? (nameOf(message.V2G_Message.Body) ?? 'empty body') : (Object.keys(message)[0] ?? 'empty');

/** What an answer makes of the dialogue; undefined where it answers something else. */
function answered(session: Dialogue, request: EvRequest, response: V2gMessage, now: Instant): Verdict | undefined {
  if (!('V2G_Message' in response)) {
    const answer = request === 'supportedAppProtocolReq' ? response.supportedAppProtocolRes : undefined;
    return answer && handshakeAnswered(session, answer);
  }
  const { Header, Body } = response.V2G_Message;
  const code = codeOf(Body, request);
  if (code === undefined) return undefined;
  if (failed(code)) return refused(session, request, Body, code, now);
  if (Body.CurrentDemandRes !== undefined) return demanded(session, Body.CurrentDemandRes, now);
  if (Body.PreChargeRes !== undefined) return preCharged(session, Body.PreChargeRes, now);
  if (Body.CableCheckRes !== undefined) return cableChecked(session, Body.CableCheckRes, now);
  if (Body.SessionSetupRes !== undefined) return sessionSetUp(session, Header.SessionID);
  if (Body.ServiceDiscoveryRes !== undefined) return servicesDiscovered(session, Body.ServiceDiscoveryRes);
  if (Body.ServicePaymentSelectionRes !== undefined) return paymentSelected(session);
  if (Body.ContractAuthenticationRes !== undefined) return authorized(session, Body.ContractAuthenticationRes, now);
  if (Body.ChargeParameterDiscoveryRes !== undefined) {
    return parametersAnswered(session, Body.ChargeParameterDiscoveryRes, now);
  }
  if (Body.PowerDeliveryRes !== undefined) {
    return request === 'PowerDeliveryReq(stop)' ? poweredOff(session, now) : powerDelivered(session, Body.PowerDeliveryRes);
  }
  if (Body.WeldingDetectionRes !== undefined) return weldingDetected(session, Body.WeldingDetectionRes, now);
  return { kind: 'hangUp', session: { ...session, phase: 'SessionStop' } };
}

/** The response code, where the body answers this request. OK_NewSessionEstablished and OK are one (ABB). */
function codeOf(body: DinBody, request: EvRequest): ResponseCode | undefined {
  const name = nameOf(body);
  if (name === undefined || !request.startsWith(name.slice(0, -3)) || !name.endsWith('Res')) return undefined;
  return (body as Readonly<Record<string, { readonly ResponseCode?: ResponseCode } | undefined>>)[name]?.ResponseCode;
}

/** FAILED ends the session, whatever EVSEProcessing says beside it; but not the way out. */
function refused(session: Dialogue, request: EvRequest, body: DinBody, code: ResponseCode, now: Instant): Verdict {
  const detail = `${request}: ${code}`;
  const warning: EvccOutput = { kind: 'warning', what: 'failed-response', detail };
  switch (request) {
    case 'PowerDeliveryReq(stop)':
      return poweredOff(session, now, warning);
    case 'WeldingDetectionReq':
      return { kind: 'ask', session, request: 'SessionStopReq', outputs: [warning] };
    case 'SessionStopReq':
      return { kind: 'hangUp', session, outputs: [warning] };
    default:
      return refusedBy(session, statusOf(body), detail);
  }
}

/** The charger's status, where a response has one. */
const statusOf = (body: DinBody): DC_EVSEStatus | undefined =>
  (body.CurrentDemandRes ?? body.PreChargeRes ?? body.CableCheckRes ?? body.PowerDeliveryRes)?.DC_EVSEStatus ??
  body.ChargeParameterDiscoveryRes?.DC_EVSEChargeParameter?.DC_EVSEStatus;

function rule(verdict: Verdict, now: Instant, before: readonly EvccOutput[], phase: DinPhase): EvccStep {
  const { session } = verdict;
  const outputs: EvccOutput[] = [...before];
  if (session.phase !== phase) outputs.push({ kind: 'phase', phase: session.phase });
  switch (verdict.kind) {
    case 'ask':
      if (verdict.outputs) outputs.push(...verdict.outputs);
      return ask(session, verdict.request, now, outputs);
    case 'connect': {
      const until = after(now, timing.contactorsClose);
      const closing: Dialogue = { ...session, powered: true, turn: { kind: 'contactors', until } };
      if (session.vehicle.contactors === 'closed') return ask(closing, 'PowerDeliveryReq(start)', now, outputs);
      return go<EvccState, EvccOutput>(closing, ...outputs, { kind: 'contactors', set: 'closed' });
    }
    case 'leave':
      return ask(withStop(session, verdict.reason, verdict.detail), wayOut(session), now, outputs);
    case 'sulk': {
      const leaving = withStop(session, verdict.reason, verdict.detail);
      return go<EvccState, EvccOutput>(thinking(leaving, 'PowerDeliveryReq(stop)', verdict.silence, now), ...outputs);
    }
    case 'abort':
      return safeStop(session, verdict.reason, verdict.detail, now, ...outputs);
    case 'hangUp':
      return hangUp(session, ...outputs, ...(verdict.outputs ?? []));
  }
}

/** The first reason to stop is the one that counts. */
const withStop = (session: Dialogue, reason: EvccEndReason, detail: string | undefined): Dialogue =>
  session.stop === undefined ? { ...session, stop: evccEnd(reason, session.phase, detail) } : session;

/** Before the handshake a lost connection is tried again (Supercharger V3); after SessionStopReq it is the end in order. */
function tcpClosed(session: Dialogue, now: Instant): EvccStep {
  if (session.phase === 'Connected') return connectAgain(session, now);
  const { turn } = session;
  if (turn.kind === 'waiting' && turn.request === 'SessionStopReq') return hangUp(session);
  return safeStop(session, 'connection-closed', undefined, now);
}

/** The first connection: what the car thinks before it offers its protocols. */
export function begin(session: Dialogue, now: Instant): EvccStep {
  const { state, outputs } = ask(session, 'supportedAppProtocolReq', now, []);
  return { state, outputs: [{ kind: 'phase', phase: 'Connected' }, ...outputs] };
}
