import type { BusReport } from './report.js';
import { ConnectionLost } from './transport.js';
import type { Message, Transport } from './transport.js';

/**
 * What became of a message. `kept`: there is no connection, and it goes out with the next one. `dropped`: it is lost, and
 * that was reported.
 */
export type Outcome = 'published' | 'kept' | 'dropped';

/** Sends, and keeps what a connection loses: the last value of each retained topic, and a bounded queue of the rest. */
export class Outbox {
  readonly #transport: Transport;
  readonly #report: (report: BusReport) => void;
  readonly #room: number;
  readonly #retained = new Map<string, Message>();
  #queue: Message[] = [];
  #up = false;

  constructor(transport: Transport, room: number, report: (report: BusReport) => void) {
    this.#transport = transport;
    this.#room = room;
    this.#report = report;
  }

  get queued(): number {
    return this.#queue.length;
  }

  send(message: Message): Promise<Outcome> {
    if (message.retain) this.#retained.set(message.topic, message);
    return this.#up ? this.#try(message) : Promise.resolve(this.#keep(message));
  }

  /** The connection stands: everything retained goes out again, then what waited. */
  up(): void {
    this.#up = true;
    const waiting = this.#queue;
    this.#queue = [];
    for (const message of [...this.#retained.values(), ...waiting]) void this.#try(message);
  }

  down(): void {
    this.#up = false;
  }

  async #try(message: Message): Promise<Outcome> {
    try {
      await this.#transport.publish(message);
      return 'published';
    } catch (error) {
      if (error instanceof ConnectionLost) return this.#keep(message);
      this.#report({ kind: 'not-published', topic: message.topic, error });
      return 'dropped';
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
