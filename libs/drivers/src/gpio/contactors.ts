import { after, between } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { Listener, Open } from '@pilotwire/outlet';
import type { Contactors } from '@pilotwire/power';
import type { Clock } from '@pilotwire/runtime';
import { timing } from '../limits.js';
import { oneHolder } from '../one-holder.js';
import type { Grip } from '../one-holder.js';
import { PowerLatch } from '../power-latch.js';
import type { GpioLines, InputAddress, InputLine, LineAddress, OutputLine } from './lines.js';

export interface ContactorOptions {
  readonly clock: Clock;
  readonly lines: GpioLines;
  /** Active: the coils are fed. */
  readonly coil: LineAddress;
  /** Active: the contacts are closed. One for each pole. */
  readonly auxiliary: readonly [InputAddress, ...InputAddress[]];
  /** Changes with every order that keeps the contactors closed: for a relay that falls off where it stands still. */
  readonly pulse?: LineAddress;
}

/**
 * The contactors of a DC output on GPIO lines. They open by themselves 80 ms after the last `contactors.close`, and
 * stay open until `contactors.open` came. That is this process's promise, and a process may hang: `pulse` lets hardware see
 * that it has not.
 */
export const gpioContactors = (options: ContactorOptions): Open<Contactors['command'], Contactors['reading']> =>
  oneHolder(options.clock, (listener) => new ContactorGrip(options, listener));

interface Held {
  readonly coil: OutputLine;
  readonly pulse: OutputLine | undefined;
  readonly auxiliary: readonly InputLine[];
}

class ContactorGrip implements Grip<Contactors['command']> {
  readonly #options: ContactorOptions;
  readonly #listener: Listener<Contactors['reading']>;
  readonly #latch: PowerLatch;
  #held: Held | undefined;
  #beat = false;
  #differSince: Instant | undefined;
  #again: () => void = () => undefined;
  #open: () => void = () => undefined;

  constructor(options: ContactorOptions, listener: Listener<Contactors['reading']>) {
    this.#options = options;
    this.#listener = listener;
    this.#latch = new PowerLatch(options.clock);
    this.#take();
  }

  send(order: Contactors['command']): void {
    const { clock } = this.#options;
    if (!this.#latch.admits(order)) return;
    this.#open();
    if (order.kind !== 'contactors.close') return this.#drive(false);
    this.#drive(true);
    this.#open = clock.wake(after(clock.now(), timing.powerHold), () => this.#drive(false));
  }

  release(): void {
    this.#again();
    this.#open();
    this.#drive(false);
    this.#letGo();
  }

  #take(): void {
    const { clock, lines, coil, pulse, auxiliary } = this.#options;
    const taken: { close(): void }[] = [];
    const keep = <Line extends { close(): void }>(line: Line): Line => {
      taken.push(line);
      return line;
    };
    try {
      this.#held = {
        coil: keep(lines.output(coil, false)),
        pulse: pulse && keep(lines.output(pulse, false)),
        auxiliary: auxiliary.map((each) => keep(lines.input(each, () => this.#tell()))),
      };
      this.#again = clock.wake(clock.now(), () => this.#repeat());
    } catch (error) {
      for (const line of taken) line.close();
      this.#missing(error);
    }
  }

  #drive(closed: boolean): void {
    this.#guarded((held) => {
      held.coil.set(closed);
      if (!closed) return;
      this.#beat = !this.#beat;
      held.pulse?.set(this.#beat);
    });
  }

  #repeat(): void {
    const { clock } = this.#options;
    this.#again = clock.wake(after(clock.now(), timing.powerReading), () => this.#repeat());
    this.#tell();
  }

  /** Where the contacts are. A path of which one pole is closed is not open, so it counts as closed. */
  #tell(): void {
    this.#guarded((held) => {
      const { clock } = this.#options;
      const now = clock.now();
      const poles = held.auxiliary.map((line) => line.get());
      const closed = poles.includes(true);
      this.#differSince = closed && poles.includes(false) ? (this.#differSince ?? now) : undefined;
      const apart = this.#differSince !== undefined && between(this.#differSince, now) >= timing.polesDiffer;
      this.#listener.status(apart ? { state: 'down', why: 'one pole of the contactors is closed and one is open: it is welded, or does not move' } : { state: 'up' });
      this.#listener.receive({ kind: 'contactors', at: now, closed });
    });
  }

  #guarded(run: (held: Held) => void): void {
    if (this.#held === undefined) return;
    try {
      run(this.#held);
    } catch (error) {
      this.#letGo();
      this.#missing(error);
    }
  }

  #letGo(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#latch.fall();
    this.#differSince = undefined;
    if (held !== undefined) for (const line of [held.coil, held.pulse, ...held.auxiliary]) line?.close();
  }

  #missing(error: unknown): void {
    const { clock } = this.#options;
    this.#again();
    this.#again = clock.wake(after(clock.now(), timing.patience), () => this.#take());
    this.#listener.status({ state: 'down', why: `the contactors: ${(error as Error).message}` });
  }
}
