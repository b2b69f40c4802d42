import { after, go, stay } from '@pilotwire/machine';
import type { Instant, Tick } from '@pilotwire/machine';
import { seccTiming as timing } from '../timing.js';
import { answer } from './answer.js';
import { closed } from './finish.js';
import type { SeccStep } from './finish.js';
import type { Closing, SeccInput, SeccOutput, SeccState } from './state.js';

/** After the last answer, until the TCP connection is gone. A car that still asks something is still answered. */
export function closing(state: Closing, input: SeccInput | Tick, now: Instant): SeccStep {
  const { connection } = state.session;
  switch (input.kind) {
    case 'tick':
      if (now < state.deadline) return stay(state);
      if (state.step === 'finishing') return closed(state, now, { kind: 'tcp.close', connection });
      return go(
        { ...state, step: 'finishing', deadline: after(now, timing.tcpFinish) },
        { kind: 'tcp.finish', connection },
      );
    case 'tcp.closed':
      return input.connection === connection ? closed(state, now) : stay(state);
    case 'tcp.connected':
      return stay(state, { kind: 'tcp.refuse', connection: input.connection });
    case 'message': {
      // Nothing can be sent after our FIN.
      const reply = state.step === 'lingering' ? answer(state.session, input.message, now) : undefined;
      if (reply === undefined) return stay(state);
      return stay(
        { ...state, session: { ...reply.session, phase: state.session.phase } },
        ...reply.outputs,
        { kind: 'send', message: reply.message },
      );
    }
    case 'pilot':
      if (input.level === 'B' || input.level === 'C' || input.level === 'D') return stay(state);
      return gone(state, now);
    case 'link.lost':
      return gone(state, now);
    case 'emergency':
      return go<SeccState, SeccOutput>(
        { at: 'ended', config: state.session.config, end: state.end },
        { kind: 'power', request: { kind: 'emergency' } },
        { kind: 'pilot', set: 'F' },
        { kind: 'power', request: { kind: 'release' } },
        { kind: 'tcp.close', connection },
        { kind: 'link', request: 'error' },
        { kind: 'end', end: state.end },
      );
    default:
      return stay(state);
  }
}

/** Nobody is there any more: the outlet is free at once. */
function gone(state: Closing, now: Instant): SeccStep {
  const { state: ended, outputs } = closed(state, now, { kind: 'tcp.close', connection: state.session.connection });
  if (ended.at !== 'ended' || ended.deadline === undefined) return go(ended, ...outputs);
  return go({ at: 'ended', config: ended.config, end: ended.end }, { kind: 'pilot', set: 'X1' }, ...outputs);
}
