import type { Duration, Timeline } from '@pilotwire/machine';
import type { Channel, Listener, Open, Status } from '@pilotwire/outlet';

/** What the outlet does for whoever holds an end. */
interface Holder<Out> {
  send(message: Out): void;
  /** Somebody took the end, or let go of it. */
  held?(held: boolean): void;
}

/** The outlet's side of one end: one at a time holds it, whoever comes later waits until it is free. */
export class End<Out, In> {
  readonly open: Open<Out, In>;
  readonly #time: Timeline;
  readonly #holder: Holder<Out>;
  readonly #waiting: Listener<In>[] = [];
  #status: Status;
  #listener: Listener<In> | undefined;

  constructor(time: Timeline, holder: Holder<Out>, status: Status = { state: 'up' }) {
    this.#time = time;
    this.#holder = holder;
    this.#status = status;
    this.open = (listener): Channel<Out> => {
      if (this.#listener === undefined) this.#seat(listener);
      else {
        this.#waiting.push(listener);
        time.schedule(() => this.#waiting.includes(listener) && listener.status({ state: 'down', why: 'somebody else holds this end' }));
      }
      return { send: (message) => this.#tell(listener, () => holder.send(message)), close: () => this.#close(listener) };
    };
  }

  deliver(message: In): void {
    this.#listener?.receive(message);
  }

  changed(status: Status): void {
    this.#status = status;
    this.#listener?.status(status);
  }

  /** Calls `run` every `period`, for as long as whoever holds the end now does. */
  every(period: Duration, run: () => void): void {
    const holder = this.#listener;
    const again = (): void => {
      if (holder === undefined || this.#listener !== holder) return;
      run();
      this.#time.schedule(again, period);
    };
    this.#time.schedule(again, period);
  }

  #seat(listener: Listener<In>): void {
    this.#listener = listener;
    // Nothing is delivered before `open` has returned.
    this.#time.schedule(() => this.#tell(listener, () => listener.status(this.#status)));
    this.#holder.held?.(true);
  }

  #close(listener: Listener<In>): void {
    const place = this.#waiting.indexOf(listener);
    if (place >= 0) this.#waiting.splice(place, 1);
    this.#tell(listener, () => {
      this.#listener = undefined;
      this.#holder.held?.(false);
      const next = this.#waiting.shift();
      if (next !== undefined) this.#seat(next);
    });
  }

  /** Whoever has let go, or waits, says and hears nothing. */
  #tell(listener: Listener<In>, run: () => void): void {
    if (this.#listener === listener) run();
  }
}
