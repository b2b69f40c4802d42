import type { Duration, Timeline } from '@pilotwire/machine';
import type { Channel, Listener, Open, Status } from '@pilotwire/outlet';

/** What the outlet does for whoever holds an end. */
interface Holder<Out> {
  send(message: Out): void;
  /** Somebody took the end, or let go of it. */
  held?(held: boolean): void;
}

/** The outlet's side of one end: one at a time holds it. */
export class End<Out, In> {
  readonly open: Open<Out, In>;
  readonly #time: Timeline;
  #status: Status;
  #listener: Listener<In> | undefined;

  constructor(time: Timeline, holder: Holder<Out>, status: Status = { state: 'up' }) {
    this.#time = time;
    this.#status = status;
    this.open = (listener): Channel<Out> => {
      if (this.#listener !== undefined) {
        time.schedule(() => listener.status({ state: 'down', why: 'somebody else holds this end' }));
        return { send: () => undefined, close: () => undefined };
      }
      this.#listener = listener;
      // Nothing is delivered before this has returned.
      time.schedule(() => this.#tell(listener, () => listener.status(this.#status)));
      holder.held?.(true);
      return {
        send: (message) => this.#tell(listener, () => holder.send(message)),
        close: () => this.#tell(listener, () => {
          this.#listener = undefined;
          holder.held?.(false);
        }),
      };
    };
  }

  get held(): boolean {
    return this.#listener !== undefined;
  }

  deliver(message: In): void {
    this.#listener?.receive(message);
  }

  set status(status: Status) {
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

  /** Whoever has let go says and hears nothing more. */
  #tell(listener: Listener<In>, run: () => void): void {
    if (this.#listener === listener) run();
  }
}
