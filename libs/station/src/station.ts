import { earliest } from '@pilotwire/machine';
import type { Instant, Machine, Step, Tick } from '@pilotwire/machine';
import { acceptTick } from './authorization/accept.js';
import { present } from './authorization/present.js';
import { bootDeadlines, bootTick, connected, disconnected } from './boot/boot.js';
import { reviewAvailability, reviewStatus, statusDeadline } from './connectors/review.js';
import { setLocally } from './device-model/model.js';
import { firmwareStatus, logStatus } from './maintenance/hooks.js';
import { reset, resetDeadline, reviewReset } from './maintenance/reset.js';
import { securityEvent } from './maintenance/security.js';
import { sampleDeadline, sampleTick } from './meter/sampling.js';
import type { Input } from './model/inputs.js';
import type { Output } from './model/outputs.js';
import type { StationState } from './model/state.js';
import { answered, answerTick, undelivered } from './queue/answers.js';
import { flush, outboxDeadline } from './queue/outbox.js';
import { dropped, enqueue, stored } from './queue/queue.js';
import { owedDeadlines, owedTick, performed, received } from './received.js';
import { reservationDeadlines, reviewReservations } from './reservations/reservations.js';
import { limitDeadline } from './smart-charging/limit.js';
import { reviewLimit } from './smart-charging/review.js';
import { hostTime } from './time/learn.js';
import { isUtc } from './time/utc.js';
import { happened, lostTick } from './transactions/facts.js';
import { timeLimits, timeLimitTick } from './transactions/limits.js';
import { stop, stopTick } from './transactions/stop.js';
import { Turn } from './turn.js';

/**
 * A charging station as its CSMS sees it. It is told what happens at its outlets, what people do, what the CSMS says and
 * what is on disk; it answers with what to write, to send and to do. It knows neither files nor sockets, and time only as
 * it is told.
 */
export const station: Machine<StationState, Input, Output> = { step, deadline };

function step(state: StationState, input: Input | Tick, now: Instant): Step<StationState, Output> {
  const utc = 'evse' in input && 'utc' in input ? input.utc : undefined;
  const turn = new Turn(state, now, utc !== undefined && isUtc(utc) ? utc : undefined);
  take(turn, input);
  settle(turn);
  // What is due now is not stamped with the time of a fact that came late.
  if (utc === undefined) sampleTick(turn);
  flush(turn);
  reviewReset(turn);
  return turn.done();
}

function take(turn: Turn, input: Input | Tick): void {
  switch (input.kind) {
    case 'tick':
      return;
    case 'time':
      return isUtc(input.utc) ? hostTime(turn, input.utc) : undefined;
    case 'connected':
      return connected(turn, input.protocol, input.network);
    case 'disconnected':
      return undelivered(turn, disconnected(turn));
    case 'received':
      return received(turn, input.id, input.action, input.payload);
    case 'answered':
      return answered(turn, input.id, 'error' in input ? { error: input.error } : { result: input.result });
    case 'stored':
      return stored(turn, input.key, input.ok);
    case 'dropped':
      return dropped(turn, input.key);
    case 'token':
      return present(turn, input.token, input.evse);
    case 'stop': {
      if (turn.state.evses[input.evse - 1] === undefined) return;
      const trigger = input.reason === 'Local' ? 'StopAuthorized' : 'AbnormalCondition';
      return stop(turn, input.evse, { reason: input.reason, trigger });
    }
    case 'set':
      setLocally(turn, input.variable, input.value);
      return;
    case 'security-event':
      return securityEvent(turn, input.type, input.info);
    case 'transfer': {
      const { request, vendorId, messageId, data } = input;
      turn.say({
        kind: 'data-transfer', request, vendorId, ...(messageId !== undefined && { messageId }), ...(data !== undefined && { data }),
      });
      return;
    }
    case 'requeue':
      return enqueue(turn, input.record);
    case 'restart':
      reset(turn, { evse: 0, how: 'soft', reason: input.reason });
      return;
    case 'log-status':
      return logStatus(turn, input.status);
    case 'firmware-status':
      return firmwareStatus(turn, input.status);
    case 'csr':
      return turn.say({ kind: 'sign-certificate', csr: input.csr });
    case 'performed':
      return performed(turn, input.request, input.outcome);
    default:
      return happened(turn, input);
  }
}

/** What follows from where things are now, whichever input brought that about; at last, what may go out goes out. */
function settle(turn: Turn): void {
  answerTick(turn);
  acceptTick(turn);
  stopTick(turn);
  lostTick(turn);
  timeLimitTick(turn);
  owedTick(turn);
  reviewReservations(turn);
  reviewAvailability(turn);
  bootTick(turn);
  reviewLimit(turn);
  reviewStatus(turn);
}

function deadline(state: StationState): Instant | undefined {
  return earliest(
    ...bootDeadlines(state),
    outboxDeadline(state),
    statusDeadline(state),
    sampleDeadline(state),
    limitDeadline(state),
    resetDeadline(state),
    ...owedDeadlines(state),
    ...reservationDeadlines(state),
    ...timeLimits(state).map(([, at]) => at),
    ...state.evses.flatMap(({ authorization, stopping, unsureUntil }) => [authorization?.until, stopping?.until, unsureUntil]),
  );
}
