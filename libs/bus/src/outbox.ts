import type { Instant } from '@pilotwire/machine';
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
/** Beyond that the oldest are forgotten. */
const mostRemembered = 20_000;

/** Sends, and keeps what a connection loses: the last value of each retained topic, and a bounded queue of the rest. */
export class Outbox {
  readonly #transport: Transport;
  readonly #report: (report: BusReport) => void;
  readonly #room: number;
  readonly #now: () => Instant;
  readonly #retained = new Map<string, Message>();
  #queue: Message[] = [];
  /** What the broker acknowledged of late, and may lose. */
  #recent: { readonly message: Message; readonly at: Instant }[] = [];
  #up = false;

  constructor(transport: Transport, room: number, now: () => Instant, report: (report: BusReport) => void) {
    this.#transport = transport;
    this.#room = room;
    this.#now = now;
    this.#report = report;
  }

  get queued(): number {
    return this.#queue.length;
  }

  send(message: Message): Promise<Outcome> {
    if (message.retain) this.#retained.set(message.topic, message);
    return this.#up ? this.#try(message) : Promise.resolve(this.#keep(message));
  }

  /** The connection stands: everything retained goes out again, and what the broker may have lost; then what waited. */
  up(): void {
    this.#up = true;
    const waiting = this.#queue;
    this.#queue = [];
    const since = this.#now() - memory;
    const recent = this.#recent.filter(({ at }) => at >= since);
    this.#recent = [];
    // One that is lost on the way was acknowledged once; it takes no room of those that never were.
    for (const { message } of recent) void this.#transport.publish(message).catch(() => undefined).then(() => this.#remember(message));
    for (const message of [...this.#retained.values(), ...waiting]) void this.#try(message);
  }

  down(): void {
    this.#up = false;
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

  #remember(message: Message): void {
    const now = this.#now();
    this.#recent.push({ message, at: now });
    if (this.#recent.length > mostRemembered || (this.#recent[0]?.at ?? now) < now - 2 * memory) {
      this.#recent = this.#recent.slice(-mostRemembered / 2).filter(({ at }) => at >= now - memory);
    }
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
