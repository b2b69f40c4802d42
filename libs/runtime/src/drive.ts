import { tick } from '@pilotwire/machine';
import type { Instant, Machine, Tick } from '@pilotwire/machine';
import type { Clock } from './clock.js';

/** What went wrong while a machine was driven. The machine goes on in every case. */
export type Trouble<State, Input, Output> =
  /** Carrying out an output failed, at once or later. The outputs after it were carried out. */
  | { readonly kind: 'perform'; readonly output: Output; readonly at: Instant; readonly error: unknown }
  /** The machine threw, which none may: the input is lost, the state is what it was. */
  | { readonly kind: 'step'; readonly state: State; readonly input: Input | Tick; readonly at: Instant; readonly error: unknown }
  /** A tick left its deadline where it was. It is not ticked again until an input has moved it. */
  | { readonly kind: 'stuck'; readonly state: State; readonly at: Instant }
  /** An observer threw. */
  | { readonly kind: 'observe'; readonly at: Instant; readonly error: unknown };

export interface Drive<State, Input, Output> {
  readonly machine: Machine<State, Input, Output>;
  readonly initial: State;
  readonly clock: Clock;
  /**
   * Carries out an output. It may feed the machine: such inputs wait until this step is done. What it returns is not
   * waited for; a promise that is rejected is reported.
   */
  readonly perform: (output: Output, now: Instant) => void | Promise<void>;
  readonly report: (trouble: Trouble<State, Input, Output>) => void;
  /** Sees each input and the state it meets, before the machine does: see `flightRecorder`. */
  readonly observe?: (state: State, input: Input | Tick, now: Instant) => void;
}

export interface Driver<State, Input> {
  readonly state: State;
  /** Hands over an input. It is taken at once, unless a step is under way: then after it, in the order of feeding. */
  feed(input: Input): void;
  /** No more ticks, and inputs are ignored: for the end of a process or of a link. */
  stop(): void;
}

/** After so many inputs in a row the event loop gets its turn: two machines that answer each other may not starve it. */
const inputsAtOnce = 1_000;

/** Drives a machine on a clock: queues its inputs, carries out its outputs, wakes it at its deadlines. */
export function drive<State, Input, Output>(given: Drive<State, Input, Output>): Driver<State, Input> {
  const { machine, clock, perform, report, observe } = given;
  let state = given.initial;
  let queue: (Input | Tick)[] = [];
  let running = false;
  let stopped = false;
  /** When the machine is to be woken, and how that is taken back. */
  let alarm: { readonly at: Instant; readonly cancel: () => void } | undefined;
  let resume: (() => void) | undefined;
  let stuckAt: Instant | undefined;

  const guard = (run: () => void, trouble: (error: unknown) => Trouble<State, Input, Output>): boolean => {
    try {
      run();
      return true;
    } catch (error) {
      report(trouble(error));
      return false;
    }
  };

  const carryOut = (output: Output, at: Instant): void => {
    const failed = (error: unknown): Trouble<State, Input, Output> => ({ kind: 'perform', output, at, error });
    guard(() => {
      const later = perform(output, at);
      if (later instanceof Promise) later.catch((error: unknown) => report(failed(error)));
    }, failed);
  };

  const take = (input: Input | Tick): void => {
    const at = clock.now();
    const before = state;
    const due = input === tick ? machine.deadline(before) : undefined;
    // An input that was taken meanwhile may have moved the deadline.
    if (input === tick && !(due !== undefined && due <= at)) return;
    guard(() => observe?.(before, input, at), (error) => ({ kind: 'observe', at, error }));
    let outputs: readonly Output[] = [];
    guard(() => {
      const next = machine.step(before, input, at);
      state = next.state;
      outputs = next.outputs;
    }, (error) => ({ kind: 'step', state: before, input, at, error }));
    if (input === tick) {
      const left = machine.deadline(state);
      if (due !== undefined && left !== undefined && left <= due) {
        stuckAt = left;
        report({ kind: 'stuck', state, at });
      }
    }
    for (const output of outputs) carryOut(output, at);
  };

  const setAlarm = (): void => {
    const at = stopped ? undefined : machine.deadline(state);
    if (at === alarm?.at) return;
    alarm?.cancel();
    alarm = undefined;
    if (at === undefined || at === stuckAt) return;
    stuckAt = undefined;
    alarm = { at, cancel: clock.wake(at, wakeUp) };
  };

  const wakeUp = (): void => {
    alarm = undefined;
    queue.push(tick);
    work();
  };

  const work = (): void => {
    if (running || resume !== undefined) return;
    running = true;
    let taken = 0;
    for (; taken < queue.length && taken < inputsAtOnce && !stopped; taken++) take(queue[taken] as Input | Tick);
    queue = queue.slice(taken);
    running = false;
    if (queue.length > 0 && !stopped) {
      resume = clock.wake(clock.now(), () => {
        resume = undefined;
        work();
      });
    }
    setAlarm();
  };

  setAlarm();
  return {
    get state() {
      return state;
    },
    feed(input) {
      if (stopped) return;
      queue.push(input);
      work();
    },
    stop() {
      stopped = true;
      queue = [];
      resume?.();
      setAlarm();
    },
  };
}
