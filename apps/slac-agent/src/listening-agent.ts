import type { Timeline } from '@pilotwire/machine';
import type { Modem } from '@pilotwire/outlet';
import { Counters } from './agent.js';
import type { Agent } from './agent.js';
import type { Tell } from './happening.js';

export interface ListeningAgentOptions {
  readonly time: Timeline;
  readonly modem: Modem;
  readonly tell: Tell;
}

/** Nobody's end: it tells what a modem shows, and says nothing, neither to the modem nor on a pilot nor to a gateway. */
export class ListeningAgent implements Agent {
  readonly held = undefined;
  readonly #channel: ReturnType<Modem>;
  readonly #counters = new Counters();
  #down: string | undefined = 'the modem has not been seen yet';

  constructor({ time, modem, tell }: ListeningAgentOptions) {
    // What a former role has left at the broker is true no longer.
    tell({ kind: 'pilot', pilot: { pwm: false, at: time.now } }, undefined);
    this.#channel = modem({
      receive: (frame) => {
        this.#counters.add('frames.heard');
        tell({ kind: 'frame', frame }, undefined);
      },
      status: (status) => {
        this.#down = status.state === 'down' ? status.why : undefined;
        if (this.#down === undefined) {
          tell({ kind: 'note', level: 'info', text: 'listening' }, undefined);
          tell({ kind: 'slac', slac: { state: 'listening', link: false } }, undefined);
        } else {
          tell({ kind: 'note', level: 'warn', text: `no modem: ${this.#down}; waiting for it` }, undefined);
          tell({ kind: 'slac', slac: { state: 'no-modem', link: false, why: 'no-interface', detail: this.#down.slice(0, 256) } }, undefined);
        }
      },
    });
  }

  get problems(): readonly string[] {
    return this.#down === undefined ? [] : [`no modem: ${this.#down}`];
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#counters.values;
  }

  close(): Promise<void> {
    this.#channel.close();
    return Promise.resolve();
  }
}
