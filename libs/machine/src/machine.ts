import type { Instant } from './time.js';

/** What a driver feeds to a machine whose deadline has come. */
export interface Tick {
  readonly kind: 'tick';
}
export const tick: Tick = { kind: 'tick' };

/** The answer to one input: where the machine is now, and what is to be done, in this order. */
export interface Step<State, Output> {
  readonly state: State;
  readonly outputs: readonly Output[];
}

/**
 * A protocol as a value. `step` is pure: the same state, input and instant give the same answer, whoever asks and how
 * often; it never throws, waits or reads a clock. A machine that wants to be woken says when, by `deadline`; a driver
 * feeds it a tick at that instant or soon after, unless another input moved the deadline first.
 *
 * A tick must make progress: the deadline it leaves behind is later than the one it answered, or there is none.
 */
export interface Machine<State, Input, Output> {
  step(state: State, input: Input | Tick, now: Instant): Step<State, Output>;
  deadline(state: State): Instant | undefined;
}

/** A state that may wait. Leaving it cancels its timer, since the timer is nothing but this field. */
export interface Waiting {
  readonly deadline?: Instant | undefined;
}

/** A machine whose states carry their own `deadline`: those of them that are `Waiting`. */
export const machine = <State extends object, Input, Output>(
  step: (state: State, input: Input | Tick, now: Instant) => Step<State, Output>,
): Machine<State, Input, Output> => ({ step, deadline: (state) => (state as Waiting).deadline });

const nothing: readonly never[] = [];

/** A step that remains in its phase, though data of the state may change. Behaves as `go`; says so to the reader. */
export function stay<State, Output>(state: State, ...outputs: Output[]): Step<State, Output> {
  return { state, outputs: outputs.length === 0 ? nothing : outputs };
}

/** A step that enters another phase. */
export function go<State, Output>(state: State, ...outputs: Output[]): Step<State, Output> {
  return { state, outputs: outputs.length === 0 ? nothing : outputs };
}
