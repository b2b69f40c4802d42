import type { Machine, Tick } from './machine.js';
import type { Logged } from './simulate.js';
import type { Instant } from './time.js';

/** An input, and when it came. With the initial state, a list of these is all there is to know about a run. */
export interface Recorded<Input> {
  readonly now: Instant;
  readonly input: Input | Tick;
}

/** Keeps what a machine is fed. Inputs are kept as they are, so nobody may change them later. */
export function recorder<Input>(): {
  readonly tape: readonly Recorded<Input>[];
  readonly observe: (input: Input | Tick, now: Instant) => void;
} {
  const tape: Recorded<Input>[] = [];
  return { tape, observe: (input, now) => tape.push({ now, input }) };
}

/** Feeds a recording to a machine: the same outputs at the same instants, and the same final state. */
export function replay<State, Input, Output>(
  machine: Machine<State, Input, Output>,
  initial: State,
  tape: Iterable<Recorded<Input>>,
): { readonly state: State; readonly log: readonly Logged<Output>[] } {
  const log: Logged<Output>[] = [];
  let state = initial;
  for (const { now, input } of tape) {
    const next = machine.step(state, input, now);
    state = next.state;
    for (const output of next.outputs) log.push({ at: now, output });
  }
  return { state, log };
}
