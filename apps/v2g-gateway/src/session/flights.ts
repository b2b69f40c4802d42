import type { Actor, Instant, Machine, Tick, Timeline } from '@pilotwire/machine';
import { dumpFlight, flightRecorder } from '@pilotwire/runtime';
import type { FlightRecorder } from '@pilotwire/runtime';

/** Inputs of one session that are kept: two minutes of a power path, a charge of an hour of a session. */
const inputs = 8_000;

/** The recorders of one session's machines: all that is needed to see again what went wrong in it. */
export class Flights {
  readonly #recorders = new Map<string, FlightRecorder<unknown, unknown>>();
  #session: string | undefined;

  /** Puts a machine into its time, with a recorder beside it. */
  add<State, Input, Output>(
    name: string, time: Timeline, machine: Machine<State, Input, Output>, initial: State, perform: (output: Output, now: Instant) => void,
  ): Actor<State, Input> {
    const recorder = flightRecorder<State, Input>({ inputs, sessions: 1 });
    const observe = (input: Input | Tick, now: Instant): void => recorder.observe(actor.state, input, now);
    const actor: Actor<State, Input> = time.add(machine, initial, { perform, observe });
    this.#recorders.set(name, recorder as FlightRecorder<unknown, unknown>);
    if (this.#session !== undefined) recorder.begin(this.#session);
    return actor;
  }

  begin(session: string): void {
    this.#session = session;
    for (const recorder of this.#recorders.values()) recorder.begin(session);
  }

  /** The session as text, by machine, in pieces that are made when they are asked for. */
  dump(): readonly { readonly name: string; readonly text: Iterable<string> }[] {
    return [...this.#recorders].flatMap(([machine, recorder]) => recorder.flights().map((flight) => ({ name: `${flight.session}-${machine}`, text: dumpFlight(flight) })));
  }
}
