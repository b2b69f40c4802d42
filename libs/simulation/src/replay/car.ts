import { simulate } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { chargerProfiles, DinStream, idleSecc, secc } from '@pilotwire/v2g-session';
import type { DinPhase, End, PowerEvent, PowerRequest, SeccEndReason, SeccOutput, V2gMessage } from '@pilotwire/v2g-session';
import { EXI_MESSAGE, writeFrame } from '@pilotwire/v2gtp';
import { answerTo, breaksOrder, cableCheckFailed, codeOf, isRequest, ongoingRounds, phaseAfter, processingOf, typeOf } from './recorded.js';
import type { RecordedMessage, RecordedSession } from './recorded.js';

/**
 * `ok`: the answer is of the request's type and says OK. `order`: the car broke the order, and was told. `as-recorded`: the
 * recorded charger refused too, with the same code, or found the isolation bad too.
 */
export type Verdict = 'ok' | 'order' | 'as-recorded' | 'unexpected';

/** A request of the recorded car, what it was answered, and what the recorded charger had answered. */
export interface Exchange {
  readonly request: RecordedMessage;
  readonly answer: V2gMessage | undefined;
  readonly recorded: RecordedMessage | undefined;
  readonly verdict: Verdict;
}

/** Judges answers in their order. */
export function judge(): (request: RecordedMessage, answer: V2gMessage | undefined, recorded: RecordedMessage | undefined) => Exchange {
  let phase: DinPhase = 'Connected';
  return (request, answer, recorded) => {
    const broken = breaksOrder(phase, request.message);
    const exchange = { request, answer, recorded };
    if (answer === undefined || typeOf(answer) !== answerTo(request.type)) return { ...exchange, verdict: 'unexpected' };
    const code = codeOf(answer);
    if (broken) return { ...exchange, verdict: code === 'FAILED_SequenceError' ? 'order' : 'unexpected' };
    phase = phaseAfter(phase, request.message, answer);
    if (code.startsWith('OK')) return { ...exchange, verdict: 'ok' };
    return { ...exchange, verdict: recorded !== undefined && refusedToo(recorded.message, answer) ? 'as-recorded' : 'unexpected' };
  };
}

/** With the same code; or both failed the cable check, whatever code the recorded charger put beside that. */
const refusedToo = (recorded: V2gMessage, answer: V2gMessage): boolean =>
  codeOf(recorded) === codeOf(answer) || (cableCheckFailed(recorded) && cableCheckFailed(answer));

export interface CarReplay {
  readonly exchanges: readonly Exchange[];
  /** How our session ended. */
  readonly end: End<SeccEndReason> | undefined;
}

/** The recorded answer to the request at `i`, undefined where another request came first. */
export function recordedAnswer(session: RecordedSession, i: number): RecordedMessage | undefined {
  const wanted = answerTo((session[i] as RecordedMessage).type);
  for (const message of session.slice(i + 1, i + 9)) {
    if (message.type === wanted) return message;
    if (isRequest(message)) return undefined;
  }
  return undefined;
}

/** From the response before a request to the request, in milliseconds: how long the car thought. */
export function thinkTime(session: RecordedSession, i: number): number {
  for (let before = i - 1; before >= 0; before--) {
    const message = session[before] as RecordedMessage;
    if (!isRequest(message)) return Math.max(0, (session[i] as RecordedMessage).at - message.at);
  }
  return 0;
}

/**
 * A recorded car at our charger. From the recording come its requests, byte for byte, each as long after our answer as it
 * took then; how often it was told Ongoing; whether and when its isolation test failed. No recorded answer reaches our charger.
 */
export function replayCar(session: RecordedSession): CarReplay {
  const ongoing = {
    authorization: ongoingRounds(session, 'ContractAuthenticationRes'),
    parameters: ongoingRounds(session, 'ChargeParameterDiscoveryRes'),
    cableCheck: ongoingRounds(session, 'CableCheckRes'),
  };
  const isolated = !session.some(({ message }) => cableCheckFailed(message));
  const authorized = session.some(({ type, message }) => type === 'ContractAuthenticationRes' && processingOf(message) === 'Finished');
  const run = simulate(secc, idleSecc({
    profile: { ...chargerProfiles.default, ongoing, sessionId: { prefix: '', random: 8 } },
    address: { ip: 'fe80::1', port: 55_000 },
    limits: { minVoltage: 150, maxVoltage: 1_000, minCurrent: 0, maxCurrent: 400, maxPower: 150_000, peakCurrentRipple: 1 },
    withoutIsolationMonitor: false,
  }));
  let told = 0;
  const serve = (): V2gMessage[] => {
    const sent: V2gMessage[] = [];
    for (; told < run.log.length; told++) {
      const { output } = run.log[told] as { output: SeccOutput };
      if (output.kind === 'send') sent.push(output.message);
      if (output.kind !== 'power') continue;
      for (const event of obey(output.request, run.now, isolated)) run.feed({ kind: 'power', event });
    }
    return sent;
  };

  // The id that the car will send, so that its bytes can be played as they are.
  run.feed({ kind: 'link.up', entropy: sessionIdOf(session) });
  run.feed({ kind: 'pilot', level: 'B' });
  run.feed({ kind: 'tcp.connected', connection: 1 });
  // A car that was never let in stays outside here too.
  if (authorized) run.feed({ kind: 'authorization', result: 'accepted' });
  const stream = new DinStream();
  const judged = judge();
  const exchanges = session.flatMap((request, i): Exchange[] => {
    if (!isRequest(request)) return [];
    run.advance(thinkTime(session, i));
    if (run.state.at === 'session' && run.state.phase === 'ParametersAgreed') {
      run.feed({ kind: 'pilot', level: 'C' });
      // A charger that was Finished at once had its result beforehand.
      if (isolated && ongoing.cableCheck === 0) run.feed({ kind: 'power', event: { kind: 'cableCheck.finished', isolation: 'valid' } });
    }
    const recorded = recordedAnswer(session, i);
    if (recorded !== undefined && cableCheckFailed(recorded.message)) run.feed({ kind: 'power', event: { kind: 'cableCheck.finished', isolation: 'fault' } });
    serve();
    for (const input of stream.push(writeFrame(EXI_MESSAGE, request.payload))) run.feed(input);
    const [answer] = serve();
    if (answer !== undefined) stream.write(answer);
    return [judged(request, answer, recorded)];
  });
  run.advance(100);
  run.feed({ kind: 'tcp.closed', connection: 1 });
  const end = run.log.map(({ output }) => (output.kind === 'end' ? output.end : undefined)).findLast((one) => one !== undefined);
  return { exchanges, end };
}

function sessionIdOf(session: RecordedSession): string {
  const after = session.find(({ type }) => type === 'ServiceDiscoveryReq')?.message;
  return after !== undefined && 'V2G_Message' in after ? after.V2G_Message.Header.SessionID : '';
}

/** A power path that does as it is told, at once: the recording holds no power. Bad isolation shows when it did then. */
function obey(request: PowerRequest, at: Instant, isolated: boolean): PowerEvent[] {
  const limited = { voltage: false, current: false, power: false };
  const measured = (voltage: number, current: number): PowerEvent =>
    ({ kind: 'measured', at, voltage, current, limited });
  switch (request.kind) {
    case 'cableCheck':
      return isolated ? [{ kind: 'cableCheck.finished', isolation: 'valid' }] : [];
    case 'preCharge':
      return [measured(request.voltage, 0), { kind: 'preCharge.reached', voltage: request.voltage }];
    case 'demand':
      return [measured(request.voltage, request.current)];
    case 'stop':
      return [measured(0, 0), { kind: 'stopped' }];
    case 'powerDelivery':
    case 'release':
    case 'emergency':
      return [];
  }
}
