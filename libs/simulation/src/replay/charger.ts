import { seconds, simulate } from '@pilotwire/machine';
import { carProfiles, DinStream, evcc, idleEvcc, numberOf } from '@pilotwire/v2g-session';
import type { CarProfile, End, EvccEndReason, EvccOutput, Vehicle, V2gMessage } from '@pilotwire/v2g-session';
import { EXI_MESSAGE, sdpSecurity, sdpTransport, writeFrame } from '@pilotwire/v2gtp';
import { answerTo, bodyOf, isRequest, typeOf } from './recorded.js';
import type { RecordedMessage, RecordedSession } from './recorded.js';

/** A request of our car, the recorded answer to it, and what the recorded car had asked in its place. */
export interface Question {
  readonly request: V2gMessage;
  readonly answer: RecordedMessage | undefined;
  readonly recorded: RecordedMessage | undefined;
}

export interface ChargerReplay {
  readonly questions: readonly Question[];
  /** What our car asked that the recorded charger never answered; there the replay ends. */
  readonly unanswered: string | undefined;
  readonly end: End<EvccEndReason> | undefined;
}

/** A car without a battery of its own: all it knows comes from the recording. */
const unknownBattery: Vehicle = {
  soc: 50, batteryVoltage: 350, targetVoltage: 400, targetCurrent: 100, contactors: 'open', complete: false, bulkComplete: false,
  remainingToFull: 1_800, remainingToBulk: 900,
};
/** In steps of 100 ms: no charger thinks longer, and no car. */
const patience = 3_000;

/** Our car at a recorded charger: the recorded answer to each of its requests in turn, while there is one. */
export function replayCharger(session: RecordedSession): ChargerReplay {
  const requests = session.filter(isRequest);
  const responses = new Map<string, RecordedMessage[]>();
  for (const message of session) {
    if (isRequest(message)) continue;
    const same = responses.get(message.type);
    if (same === undefined) responses.set(message.type, [message]);
    else same.push(message);
  }
  const run = simulate(evcc, idleEvcc(profileOf(session), vehicleOf(session)));
  run.feed({ kind: 'link.up' });
  run.advance(500);
  run.feed({ kind: 'sdp', ip: 'fe80::1', port: 51_111, security: sdpSecurity.none, transport: sdpTransport.tcp });
  run.feed({ kind: 'tcp.connected' });

  const stream = new DinStream();
  const questions: Question[] = [];
  let demands = demandsUntilStop(session);
  let seen = 0;
  let unanswered: string | undefined;
  for (let idle = 0; unanswered === undefined && run.state.at === 'dialogue' && idle < patience; idle++) {
    run.advance(idle === 0 ? 0 : 100);
    for (; seen < run.log.length; seen++) {
      const { output } = run.log[seen] as { output: EvccOutput };
      if (output.kind === 'contactors') run.feed({ kind: 'vehicle', vehicle: { ...run.state.vehicle, contactors: output.set } });
      if (output.kind !== 'send') continue;
      idle = 0;
      stream.write(output.message);
      const type = typeOf(output.message);
      if (type === 'CurrentDemandReq' && --demands === 0) run.feed({ kind: 'vehicle', vehicle: { ...run.state.vehicle, complete: true } });
      const answer = responses.get(answerTo(type))?.shift();
      questions.push({ request: output.message, answer, recorded: requests[questions.length] });
      if (answer === undefined) {
        unanswered = type;
        break;
      }
      for (const input of stream.push(writeFrame(EXI_MESSAGE, answer.payload))) run.feed(input);
    }
  }
  if (run.state.at === 'dialogue') run.feed({ kind: 'tcp.closed' });
  run.advance(5_000);
  const end = run.log.map(({ output }) => (output.kind === 'end' ? output.end : undefined)).findLast((one) => one !== undefined);
  return { questions, unanswered, end };
}

const first = <T>(session: RecordedSession, pick: (message: V2gMessage) => T | undefined): T | undefined => {
  for (const { message } of session) {
    const found = pick(message);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The recorded car's offers and limits. */
function profileOf(session: RecordedSession): CarProfile {
  const offers = first(session, (message) => ('V2G_Message' in message ? undefined : message.supportedAppProtocolReq?.AppProtocol));
  const parameters = first(session, (message) => bodyOf(message).ChargeParameterDiscoveryReq?.DC_EVChargeParameter);
  const welding = session.findLast(({ type }) => type === 'WeldingDetectionRes')?.message;
  const left = bodyOf(welding).WeldingDetectionRes?.EVSEPresentVoltage;
  return {
    ...carProfiles.default,
    // As patient with the falling voltage as the recorded car was.
    welding: left && { below: numberOf(left) + 1, time: seconds(60) },
    ...(offers && { offers }),
    ...(parameters && {
      parameters: { maxVoltage: numberOf(parameters.EVMaximumVoltageLimit), maxCurrent: numberOf(parameters.EVMaximumCurrentLimit) },
    }),
  };
}

/** How many CurrentDemandReq the recorded car sent before it had enough; 0 where the recording ends before it had. */
function demandsUntilStop(session: RecordedSession): number {
  const stopped = session.some(({ message }) => bodyOf(message).SessionStopReq !== undefined);
  return stopped ? session.filter(({ type }) => type === 'CurrentDemandReq').length : 0;
}

/** Its battery, as far as its requests tell. */
function vehicleOf(session: RecordedSession): Vehicle {
  const target = first(session, (message) => bodyOf(message).PreChargeReq?.EVTargetVoltage);
  const demand = first(session, (message) => bodyOf(message).CurrentDemandReq);
  return {
    ...unknownBattery,
    ...(target && { batteryVoltage: numberOf(target) }),
    ...(demand && { targetVoltage: numberOf(demand.EVTargetVoltage), targetCurrent: numberOf(demand.EVTargetCurrent) }),
  };
}
