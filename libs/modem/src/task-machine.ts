import type { Instant, Machine, Step, Tick } from '@pilotwire/machine';
import { go, machine, stay } from '@pilotwire/machine';
import type { FoundModem } from './chips.js';
import type { Finding } from './find.js';
import { beginIdentifying, identifying } from './find.js';
import type { Received, Send } from './frames.js';
import type { Progress, Task, Trouble } from './task.js';
import { going } from './task.js';
import type { ModemTiming } from './timing.js';

/** The host's own address: answers to others are not taken for ours. */
export interface HostOptions {
  readonly mac: string;
  readonly timing?: ModemTiming;
}

/** `modem`: the address of the one that is meant, where it is not the only one at this end of the line. */
export interface Start {
  readonly kind: 'start';
  readonly modem?: string | undefined;
}

export type TaskInput<Begin> = Begin | Received;

export type TaskOutput<Result> =
  | Send
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

export type TaskState<State> =
  | { readonly at: 'idle' }
  | { readonly at: 'busy'; readonly task: State; readonly deadline: Instant }
  | { readonly at: 'ended' };

export const taskInitial = { at: 'idle' } as const;

/** A machine that does one thing with a modem, once. */
export function taskMachine<Begin extends { readonly kind: 'start' }, State, Result>(
  mac: string,
  begin: (start: Begin, now: Instant) => Progress<State, Result>,
  task: Task<State, Result>,
): Machine<TaskState<State>, TaskInput<Begin>, TaskOutput<Result>> {
  type Answer = Step<TaskState<State>, TaskOutput<Result>>;
  const lead = (progress: Progress<State, Result>): Answer => {
    if (progress.kind !== 'going') return go<TaskState<State>, TaskOutput<Result>>({ at: 'ended' }, progress);
    const { state, sends } = progress;
    return go<TaskState<State>, TaskOutput<Result>>({ at: 'busy', task: state, deadline: task.deadline(state) }, ...sends);
  };
  return machine((state: TaskState<State>, input: TaskInput<Begin> | Tick, now: Instant): Answer => {
    if (input.kind === 'start') return state.at === 'idle' ? lead(begin(input as Begin, now)) : stay<TaskState<State>, TaskOutput<Result>>(state);
    const message = input as Received | Tick;
    if (state.at !== 'busy' || (message.kind === 'mme' && message.to !== mac)) return stay<TaskState<State>, TaskOutput<Result>>(state);
    return lead(task.step(state.task, message, now));
  });
}

/** First the modem that is meant is asked who it is, then something is done with it. */
export type AtModem<Begin, State> =
  | { readonly at: 'finding'; readonly start: Begin; readonly finding: Finding }
  | { readonly at: 'working'; readonly work: State };

export function modemMachine<Begin extends Start, State, Result>(
  { mac }: HostOptions,
  timing: ModemTiming,
  begin: (modem: FoundModem, start: Begin, now: Instant) => Progress<State, Result>,
  task: Task<State, Result>,
): Machine<TaskState<AtModem<Begin, State>>, TaskInput<Begin>, TaskOutput<Result>> {
  const identify = identifying(timing);
  type Both = Progress<AtModem<Begin, State>, Result>;
  const working = (progress: Progress<State, Result>): Both =>
    (progress.kind === 'going' ? going({ at: 'working', work: progress.state }, ...progress.sends) : progress);
  const found = (start: Begin, progress: Progress<Finding, FoundModem>, now: Instant): Both => {
    if (progress.kind === 'failed') return progress;
    if (progress.kind === 'done') return working(begin(progress.result, start, now));
    return going({ at: 'finding', start, finding: progress.state }, ...progress.sends);
  };
  return taskMachine(mac, (start: Begin, now) => found(start, beginIdentifying(start.modem, timing, now), now), {
    step: (state, input, now): Both =>
      (state.at === 'working' ? working(task.step(state.work, input, now)) : found(state.start, identify.step(state.finding, input, now), now)),
    deadline: (state) => (state.at === 'working' ? task.deadline(state.work) : identify.deadline(state.finding)),
  });
}
