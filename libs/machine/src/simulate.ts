import type { Machine } from './machine.js';
import { recorder } from './record.js';
import type { Recorded } from './record.js';
import { origin } from './time.js';
import type { Instant } from './time.js';
import { VirtualTime } from './virtual-time.js';

/** An output, and when it was made. */
export interface Logged<Output> {
  readonly at: Instant;
  readonly output: Output;
}

/** One machine on a clock of its own. */
export interface Simulation<State, Input, Output> {
  readonly now: Instant;
  readonly state: State;
  /** All outputs so far. */
  readonly log: readonly Logged<Output>[];
  /** All inputs so far, ticks included: what `replay` takes. */
  readonly tape: readonly Recorded<Input>[];
  feed(input: Input): void;
  /** Lets `by` milliseconds pass; the machine is ticked at each of its deadlines, the last instant included. */
  advance(by: number): void;
  advanceTo(to: Instant): void;
}

/** Drives one machine by hand: no clock, no waiting. Throws where a tick makes no progress. */
export function simulate<State, Input, Output>(
  machine: Machine<State, Input, Output>,
  initial: State,
  start: Instant = origin,
): Simulation<State, Input, Output> {
  const log: Logged<Output>[] = [];
  const time = new VirtualTime(start);
  const { tape, observe } = recorder<Input>();
  const actor = time.add(machine, initial, { perform: (output, at) => log.push({ at, output }), observe });
  return {
    log,
    tape,
    get now() {
      return time.now;
    },
    get state() {
      return actor.state;
    },
    feed: (input) => actor.feed(input),
    advance: (by) => time.advance(by),
    advanceTo: (to) => time.advanceTo(to),
  };
}
