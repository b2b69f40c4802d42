import { after, ms } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { BusReport } from './report.js';
import { ConnectionLost } from './transport.js';
import type { Message, Transport } from './transport.js';

/**
 * What became of a message. `kept`: there is no connection, and it goes out with the next one. `dropped`: it is lost, and
 * that was reported.
 */
export type Outcome = 'published' | 'kept' | 'dropped';

/** A broker that saves every 30 s, as the reference has it, has lost no more when it dies. */
const memory = 45_000;
/** It may have forgotten its subscribers as well: they are given time to come back, for which they need 15 s at most. */
const comeback = ms(20_000);
/** Beyond that the oldest are forgotten. */
const mostRemembered = 20_000;
/** So many at once, and the next after that: all gateways say theirs at the same time, and a broker drops what exceeds its queue of a subscriber. */
const [few, pace] = [50, ms(100)];

/** Sends, and keeps what a connection loses: the last value of each retained topic, and a bounded queue of the rest. */
export class Outbox {
  readonly #transport: Transport;
  readonly #report: (report: BusReport) => void;
  readonly #room: number;
  readonly #clock: Clock;
  /** Of the next step of sending again, as long as there is one. */
  #cancel: (() => void) | undefined;
  readonly #retained = new Map<string, Message>();
  #queue: Message[] = [];
  /** What the broker acknowledged of late, and may lose. */
  #recent: { readonly message: Message; readonly at: Instant }[] = [];
  /** So many of the first of these are to be sent again. */
  #due = 0;
  #up = false;

  constructor(transport: Transport, room: number, clock: Clock, report: (report: BusReport) => void) {
    this.#transport = transport;
    this.#room = room;
    this.#clock = clock;
    this.#report = report;
  }

  get queued(): number {
    return this.#queue.length;
  }

  send(message: Message): Promise<Outcome> {
    if (message.retain) this.#retained.set(message.topic, message);
    return this.#up ? this.#try(message) : Promise.resolve(this.#keep(message));
  }

  /** The connection stands: everything retained goes out again, then what waited, and later what the broker may have lost. */
  up(): void {
    this.#up = true;
    const waiting = this.#queue;
    this.#queue = [];
    if (this.#recent.length > 0) this.#wake(comeback, () => this.again());
    for (const message of [...this.#retained.values(), ...waiting]) void this.#try(message);
  }

  down(): void {
    this.#up = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #try(message: Message): Promise<Outcome> {
    try {
      await this.#transport.publish(message);
      if (message.again === true) this.#remember(message);
      return 'published';
    } catch (error) {
      if (error instanceof ConnectionLost) return this.#keep(message);
      this.#report({ kind: 'not-published', topic: message.topic, error });
      return 'dropped';
    }
  }

  /** Begins to send what the broker may have lost. */
  again(): void {
    this.#due = this.#recent.length;
    if (this.#up) this.#sendFew();
  }

  /** One that is lost on the way was acknowledged once; it takes no room of those that never were. */
  #sendFew(): void {
    const messages = this.#recent.splice(0, Math.min(few, this.#due));
    this.#due -= messages.length;
    for (const { message } of messages) void this.#transport.publish(message).catch(() => undefined).then(() => this.#remember(message));
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#due > 0) this.#wake(pace, () => this.#sendFew());
  }

  #wake(later: Duration, run: () => void): void {
    this.#cancel = this.#clock.wake(after(this.#clock.now(), later), () => {
      this.#cancel = undefined;
      run();
    });
  }

  #remember(message: Message): void {
    const at = this.#clock.now();
    this.#recent.push({ message, at });
    // What is still to be sent again does not grow old.
    const old = this.#up && this.#cancel === undefined && (this.#recent[0]?.at ?? at) < at - 2 * memory;
    if (old) this.#recent = this.#recent.filter((one) => one.at >= at - memory);
    if (this.#recent.length <= mostRemembered) return;
    this.#recent.shift();
    this.#due = Math.max(0, this.#due - 1);
  }

  #keep(message: Message): Outcome {
    // The last value of a retained topic is kept already.
    if (message.retain) return 'kept';
    if (message.qos === 1) {
      this.#queue.push(message);
      if (this.#queue.length <= this.#room) return 'kept';
      const oldest = this.#queue.shift() as Message;
      this.#report({ kind: 'dropped', topic: oldest.topic });
      return 'kept';
    }
    this.#report({ kind: 'dropped', topic: message.topic });
    return 'dropped';
  }
}
