import { authorized, unanswered } from '../authorization/present.js';
import { booted, bootFailed } from '../boot/boot.js';
import { dialectOf } from '../dialects/dialects.js';
import type { Answer } from '../dialects/dialect.js';
import type { Message } from '../model/message.js';
import type { Outstanding } from '../model/state.js';
import type { QueueRecord } from '../model/transaction.js';
import type { Json } from '../model/values.js';
import { csmsTime } from '../time/learn.js';
import { transactionAnswered } from '../transactions/answered.js';
import type { Turn } from '../turn.js';
import { failed, remove } from './queue.js';

type Outcome = { readonly result: Json } | { readonly error: { readonly code: string; readonly description?: string } };

/** The CSMS has answered a call, if it is the one that waits: an answer that comes too late has been counted as none. */
export function answered(turn: Turn, id: string, outcome: Outcome): void {
  const { outstanding } = turn.state;
  if (outstanding?.id === id) settle(turn, outstanding, outcome);
}

/** Nothing came back in time (OCPPCommCtrlr.MessageTimeout). */
export function answerTick(turn: Turn): void {
  const { outstanding } = turn.state;
  if (outstanding !== undefined && turn.now >= outstanding.until) settle(turn, outstanding, { error: { code: 'Timeout' } });
}

function settle(turn: Turn, { what }: Outstanding, outcome: Outcome): void {
  const { link, entries } = turn.state;
  turn.set({ outstanding: undefined });
  if (link === undefined) return;
  const entry = 'entry' in what ? entries.find(({ key }) => key === what.entry) : undefined;
  const said: Message | QueueRecord | undefined = 'item' in what ? what.item.message : entry?.record;
  if (said === undefined) return;
  if ('error' in outcome) {
    const { code, description } = outcome.error;
    return miscarried(turn, said, entry?.key, description === undefined || description === '' ? code : `${code}: ${description}`);
  }
  const found = dialectOf(link.protocol).read(said, outcome.result);
  if ('problem' in found) return miscarried(turn, said, entry?.key, `the answer cannot be read: ${found.problem.path} ${found.problem.why}`);
  if (found.notes.length > 0) turn.tell({ what: 'anomaly', action: said.kind, notes: found.notes });
  if (entry !== undefined) remove(turn, entry.key);
  take(turn, said, found.value);
}

function take(turn: Turn, said: Message | QueueRecord, answer: Answer): void {
  switch (answer.kind) {
    case 'boot':
      return booted(turn, answer);
    case 'heartbeat':
      return csmsTime(turn, answer.utc);
    case 'authorize':
      return said.kind === 'authorize' ? authorized(turn, said.token, answer.info, said.for) : undefined;
    case 'transaction':
      return said.kind === 'transaction' ? transactionAnswered(turn, said, answer) : undefined;
    case 'data-transfer': {
      if (said.kind !== 'data-transfer') return;
      const { status, data } = answer;
      return turn.tell({ what: 'data-transferred', request: said.request, status: status.slice(0, 50), ...(data !== undefined && { data }) });
    }
    case 'done':
      return;
  }
}

function miscarried(turn: Turn, said: Message | QueueRecord, key: number | undefined, why: string): void {
  turn.tell({ what: 'call-failed', action: said.kind, why: why.slice(0, 200) });
  if (key !== undefined) return failed(turn, key, why);
  switch (said.kind) {
    case 'boot':
      return bootFailed(turn);
    case 'authorize':
      return unanswered(turn, said.token, said.for);
    case 'data-transfer':
      return turn.tell({ what: 'data-transferred', request: said.request, status: 'failed' });
    default:
      return;
  }
}

/** The connection broke while these were on their way, or waiting for it. */
export function undelivered(turn: Turn, messages: readonly Message[]): void {
  for (const said of messages) {
    if (said.kind === 'authorize') unanswered(turn, said.token, said.for);
    if (said.kind === 'data-transfer') turn.tell({ what: 'data-transferred', request: said.request, status: 'failed' });
  }
}
