import type { Instant, Recorded, Tick } from '@pilotwire/machine';

/** A session as it was flown: `replay(machine, initial, tape)` gives its outputs again. */
export interface Flight<State, Input> {
  readonly session: string;
  /** The state that the first input of the tape met. */
  readonly initial: State;
  readonly tape: readonly Recorded<Input>[];
  /** How many inputs came before the tape begins, and are gone. */
  readonly dropped: number;
}

export interface FlightRecorder<State, Input> {
  /** From here on, what is observed belongs to this session. */
  begin(session: string): void;
  /** For `drive`. Inputs and states are kept as they are, so nobody may change them later. */
  observe(state: State, input: Input | Tick, now: Instant): void;
  /** The sessions that are kept, the oldest first; or one of them. */
  flights(): readonly Flight<State, Input>[];
}

/** A run of inputs, and the state it began with; whole runs are dropped, so that a tape begins with a known state. */
interface Leg<State, Input> {
  readonly initial: State;
  readonly tape: Recorded<Input>[];
}

interface Log<State, Input> {
  readonly session: string;
  readonly legs: Leg<State, Input>[];
  dropped: number;
}

export interface RecorderLimits {
  /** The most inputs of one session; at least three quarters of so many are kept of a longer one. */
  readonly inputs?: number;
  readonly sessions?: number;
}

/** Keeps the last sessions of a machine in a bounded space: what it was fed, and when. */
export function flightRecorder<State, Input>({ inputs = 20_000, sessions = 4 }: RecorderLimits = {}): FlightRecorder<State, Input> {
  if (!(inputs >= 4 && sessions >= 1)) throw new RangeError(`a recorder for ${inputs} inputs of ${sessions} sessions`);
  const legLength = Math.floor(inputs / 4);
  const logs: Log<State, Input>[] = [];
  const begin = (session: string): void => {
    logs.push({ session, legs: [], dropped: 0 });
    if (logs.length > sessions) logs.shift();
  };
  return {
    begin,
    observe(state, input, now) {
      if (logs.length === 0) begin('');
      const log = logs.at(-1) as Log<State, Input>;
      let leg = log.legs.at(-1);
      if (leg === undefined || leg.tape.length === legLength) {
        leg = { initial: state, tape: [] };
        log.legs.push(leg);
        if (log.legs.length > 4) log.dropped += log.legs.shift()?.tape.length ?? 0;
      }
      leg.tape.push({ now, input });
    },
    flights: () =>
      logs.flatMap(({ session, legs, dropped }) => {
        const first = legs[0];
        return first === undefined ? [] : [{ session, initial: first.initial, tape: legs.flatMap(({ tape }) => tape), dropped }];
      }),
  };
}
