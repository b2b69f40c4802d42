import { after, go, stay } from '@pilotwire/machine';
import type { Instant, Tick } from '@pilotwire/machine';
import { sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { nameOf } from '../din.js';
import type { V2gMessage } from '../din.js';
import type { SeccEndReason } from '../ends.js';
import type { GarbageInput, MessageInput } from '../incoming.js';
import { sessionId } from '../session-id.js';
import { seccTiming as timing } from '../timing.js';
import { answer, dueAt, reasonOfLeaving } from './answer.js';
import { caused, emergencyOf, fault, wish } from './cause.js';
import { closing } from './closing.js';
import { abandon, linger } from './finish.js';
import type { SeccStep } from './finish.js';
import { nothingMeasured } from './power.js';
import type { Linked, Pending, PilotLevel, SeccInput, SeccOutput, SeccState, Session } from './state.js';
import { overdue, powerTold, supervise } from './supervise.js';

/** So many things that are no messages end a session. */
const mostGarbage = 3;

export const refuseTcp = (connection: number): SeccOutput => ({ kind: 'tcp.refuse', connection });

/**
 * SDP is answered always: the car may ask for TLS and for UDP, what there is, is TCP. A charger that stays silent loses
 * cars that would do without (Model X; Audi Q4 waits twelve seconds).
 */
export function answerSdp<S extends Linked | Session>(state: S & SeccState, security: number): SeccStep {
  const { config, tlsDeclined } = state;
  const address: SeccOutput = { kind: 'sdp', ...config.address, security: sdpSecurity.none, transport: sdpTransport.tcp };
  if (security !== sdpSecurity.tls || tlsDeclined) return stay<SeccState, SeccOutput>(state, address);
  return stay<SeccState, SeccOutput>({ ...state, tlsDeclined: true }, address, { kind: 'warning', what: 'tls-declined' });
}

/** The first connection; there is only one at a time. */
export function connected({ at: _, ...linked }: Linked, connection: number, now: Instant): Session {
  const { voltage, current, limited } = nothingMeasured;
  return {
    at: 'session',
    ...linked,
    connection,
    phase: 'Connected',
    id: sessionId(linked.config.profile.sessionId, linked.entropy),
    evccId: '',
    ev: undefined,
    cable: 'unchecked',
    isolation: 'Invalid',
    target: 0,
    preCharged: false,
    charged: false,
    voltage,
    current,
    limited,
    rounds: 0,
    garbage: 0,
    lastFailure: undefined,
    evError: undefined,
    leftFrom: undefined,
    cause: undefined,
    pending: undefined,
    starved: undefined,
    sequenceUntil: after(now, timing.V2G_SECC_Sequence_Timeout),
    ongoingUntil: undefined,
    pilotUntil: undefined,
  };
}

/** While a TCP connection stands. */
export function inSession(session: Session, input: SeccInput | Tick, now: Instant): SeccStep {
  switch (input.kind) {
    case 'tick':
      return tick(session, now);
    case 'message':
      return message(session, input, now);
    case 'garbage':
      return garbage(session, input.why, input.detail);
    case 'power': {
      const { session: next, outputs } = powerTold(session, input.event, now);
      const { pending } = next;
      const { kind } = input.event;
      if (kind === 'stopped' && pending?.awaits === 'current-gone') return sendPending(next, now);
      if (kind === 'preCharge.reached' && pending?.awaits === 'pre-charged') return answerAnew(next, pending, now);
      return stay(next, ...outputs);
    }
    case 'pilot':
      return pilot(session, input.level);
    case 'authorization':
      return stay({ ...session, authorization: input.result });
    case 'limits':
      return stay({ ...session, limits: input.limits, config: { ...session.config, limits: input.limits } });
    case 'sdp':
      return answerSdp(session, input.security);
    case 'tcp.connected':
      return stay(session, refuseTcp(input.connection), { kind: 'warning', what: 'second-connection' });
    case 'tcp.closed':
      return input.connection === session.connection ? tcpClosed(session) : stay(session);
    case 'link.lost':
      return hangUp(session, 'link-lost');
    case 'stop':
      return stay(caused(session, wish(input.by === 'latch' ? 'latch-pressed' : 'operator-stop', now)));
    case 'emergency':
      return stay(
        caused(session, fault(emergencyOf(input), now, 'EVSE_EmergencyShutdown', input.lost)),
        { kind: 'power', request: { kind: 'emergency' } },
        { kind: 'pilot', set: 'F' },
      );
    case 'link.up': // a session of its own: `secc` has seen to it
      return stay(session);
  }
}

const hangUp = (session: Session, reason: SeccEndReason, detail?: string): SeccStep =>
  abandon(session, reason, detail, { kind: 'tcp.close', connection: session.connection });

function message(
  before: Session, { message: request, anomalies }: MessageInput, now: Instant, asked: Instant = now,
): SeccStep {
  if (before.pending !== undefined) {
    // It did not wait for its answer: it gets it now, before the next.
    const { state, outputs } = sendPending(before, now);
    const input = { kind: 'message', message: request, ...(anomalies && { anomalies }) } as const;
    let next: SeccStep = stay(state);
    if (state.at === 'session') next = message(state, input, now);
    else if (state.at === 'closing') next = closing(state, input, now);
    return go(next.state, ...outputs, ...next.outputs);
  }
  const reply = answer(before, request, now);
  if (reply === undefined) return garbage(before, 'unexpected', describe(request));
  const outputs: SeccOutput[] = anomalies?.length ? [{ kind: 'warning', what: 'anomaly', anomalies }] : [];
  outputs.push(...reply.outputs);
  const { session } = reply;
  if (session.phase !== before.phase) outputs.push({ kind: 'phase', phase: session.phase });
  const at = dueAt(session, reply, request, asked);
  if (at > now) {
    const { message: answered, awaits, last } = reply;
    return stay({ ...session, pending: { at, message: answered, awaits, request, asked, last } }, ...outputs);
  }
  return send(session, reply.message, reply.last, now, outputs);
}

const describe = (request: V2gMessage): string =>
  'V2G_Message' in request ? (nameOf(request.V2G_Message.Body) ?? 'empty body') : 'supportedAppProtocolRes';

function send(
  session: Session,
  message: V2gMessage,
  last: SeccEndReason | undefined,
  now: Instant,
  outputs: SeccOutput[],
): SeccStep {
  outputs.push({ kind: 'send', message });
  const next: Session = {
    ...session,
    pending: undefined,
    sequenceUntil: after(now, timing.V2G_SECC_Sequence_Timeout),
  };
  return { state: last === undefined ? next : linger(next, last, now), outputs };
}

function sendPending(session: Session, now: Instant): SeccStep {
  const { pending } = session;
  return pending === undefined ? stay(session) : send(session, pending.message, pending.last, now, []);
}

/** What was asked is answered by what is known now; where the wait is over, without another. */
const answerAnew = (session: Session, { request, asked }: Pending, now: Instant): SeccStep =>
  message({ ...session, pending: undefined }, { kind: 'message', message: request }, now, asked);

function tick(before: Session, now: Instant): SeccStep {
  const { pending } = before;
  let sent: SeccStep = stay(before);
  if (pending !== undefined && pending.at <= now) {
    sent = pending.awaits === 'pre-charged' ? answerAnew(before, pending, now) : sendPending(before, now);
  }
  if (sent.state.at !== 'session') return sent;
  let session: Session = sent.state;
  const outputs: SeccOutput[] = [...sent.outputs];
  for (let change = supervise(session, now); change !== undefined; change = supervise(session, now)) {
    session = change.session;
    outputs.push(...change.outputs);
  }
  const reason = overdue(session, now);
  if (reason === undefined) return stay(session, ...outputs);
  const ended = hangUp(session, reason);
  return go(ended.state, ...outputs, ...ended.outputs);
}

function garbage(before: Session, why: GarbageInput['why'] | 'unexpected', detail: string): SeccStep {
  const session: Session = { ...before, garbage: before.garbage + 1 };
  const warning: SeccOutput = { kind: 'warning', what: 'garbage', detail: `${why}: ${detail}` };
  if (session.garbage < mostGarbage) return stay(session, warning);
  const { state, outputs } = hangUp(session, 'undecodable', detail);
  return go(state, warning, ...outputs);
}

function pilot(session: Session, level: PilotLevel): SeccStep {
  if (level === 'A') return hangUp(tornOut(session), 'unplugged');
  if (level === 'E' || level === 'F') {
    // After an emergency it is we who hold it there, and the car is still told why.
    if (session.cause?.status === 'EVSE_EmergencyShutdown') return stay({ ...session, pilot: level });
    const { state, outputs } = hangUp(session, 'pilot-fault', level);
    return go<SeccState, SeccOutput>(state, { kind: 'power', request: { kind: 'emergency' } }, ...outputs);
  }
  return stay({ ...session, pilot: level, pilotUntil: level === 'B' ? undefined : session.pilotUntil });
}

/** The power path hears of the pilot first. What it made of a plug that was torn out, a car that left state C, is not why. */
const tornOut = (session: Session): Session => (session.cause?.reason === 'pilot-left' && session.pilot !== 'B' ? { ...session, cause: undefined } : session);

/** A connection that came to nothing may be followed by another, as long as the link's first seconds last. */
function tcpClosed(session: Session): SeccStep {
  const { setupUntil, config, entropy, tlsDeclined, authorization, limits, pilot: level, cause } = session;
  if (setupUntil === undefined || cause !== undefined) return abandon(session, reasonOfLeaving(session));
  return go({ at: 'linked', config, entropy, tlsDeclined, authorization, limits, pilot: level, setupUntil });
}
