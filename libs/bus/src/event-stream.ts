import { anyEvent, topicFor } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import type { Journal } from '@pilotwire/journal';
import type { BusReport } from './report.js';
import { ConnectionLost } from './transport.js';
import type { Message } from './transport.js';

/** An event before the journal has numbered it. */
export type Unnumbered = Omit<AnyEvent, 'boot' | 'seq'>;

/**
 * How many events are on their way at once: the broker's answer to one is not waited for before the next. Few, for a
 * replay of many has to leave the process its turn for whoever drives hardware in it.
 */
const window = 8;

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

/** The events of one station: on disk first, then to the broker, in order, and again as often as somebody missed them. */
export class EventStream {
  readonly station: string;
  readonly journal: Journal;
  readonly #publish: (message: Message) => Promise<void>;
  readonly #report: (report: BusReport) => void;
  /** The broker has all events up to here, as far as they are of this process' life. */
  #sent: number;
  #connection = 0;
  #up = false;
  #pumping: Promise<void> | undefined;
  /** The last of those that are being written: each is on disk after those before it. */
  #appending: Promise<unknown> = Promise.resolve();

  constructor(station: string, journal: Journal, publish: (message: Message) => Promise<void>, report: (report: BusReport) => void) {
    this.station = station;
    this.journal = journal;
    this.#publish = publish;
    this.#report = report;
    this.#sent = journal.lastSeq;
  }

  get head(): { readonly station: string; readonly boot: string; readonly firstSeq: number; readonly lastSeq: number } {
    const { life: boot, firstSeq, lastSeq } = this.journal;
    return { station: this.station, boot, firstSeq, lastSeq };
  }

  /** Resolves once the event is on disk. Rejects with `JournalError`; it has not happened then. */
  async append(event: Unnumbered): Promise<AnyEvent> {
    const appending = this.journal.append(encoder.encode(JSON.stringify(event)));
    this.#appending = appending.then(() => this.#pump(), () => undefined);
    const { seq } = await appending;
    return { ...event, boot: this.journal.life, seq };
  }

  up(): void {
    this.#up = true;
    this.#connection++;
    this.#pump();
  }

  down(): void {
    this.#up = false;
  }

  /** Publishes events again. Resolves once the broker has them all; rejects with `ConnectionLost`. */
  async replay(from: number, to: number): Promise<void> {
    await this.#send(from, Math.min(to, this.journal.lastSeq), () => undefined);
  }

  /** Resolves once the broker has all that was to be said, or cannot be told any more. */
  async sent(): Promise<void> {
    await this.#appending;
    await this.#pumping;
  }

  #pump(): void {
    this.#pumping ??= this.#catchUp().finally(() => (this.#pumping = undefined));
  }

  async #catchUp(): Promise<void> {
    while (this.#up && this.#sent < this.journal.lastSeq) {
      const connection = this.#connection;
      try {
        const to = this.journal.lastSeq;
        await this.#send(this.#sent + 1, to, (seq) => {
          this.#sent = seq;
        });
        this.#sent = to;
      } catch (error) {
        if (!(error instanceof ConnectionLost)) {
          this.#report({ kind: 'journal-unreadable', station: this.station, error });
          return;
        }
        // With a new connection already standing it goes on; otherwise `up` begins again.
        if (connection === this.#connection) return;
      }
    }
  }

  /** `sure` is told each seq up to which the broker has everything. */
  async #send(from: number, to: number, sure: (seq: number) => void): Promise<void> {
    const onTheWay: { readonly seq: number; readonly done: Promise<void> }[] = [];
    const settle = async (): Promise<void> => {
      const first = onTheWay.shift();
      await first?.done;
      if (first !== undefined) sure(first.seq);
    };
    try {
      for await (const { seq, bytes } of this.journal.read(from, to)) {
        const done = this.#publish(this.#message(seq, bytes));
        // Awaited below, in order; until then its failure is nobody's surprise.
        done.catch(() => undefined);
        onTheWay.push({ seq, done });
        if (onTheWay.length >= window) await settle();
      }
    } finally {
      while (onTheWay.length > 0) await settle();
    }
  }

  #message(seq: number, bytes: Uint8Array): Message {
    const event = JSON.parse(decoder.decode(bytes)) as Unnumbered;
    const topic = topicFor(anyEvent.topic, { station: this.station, evse: event.evse, type: event.type });
    return { topic, payload: JSON.stringify({ ...event, boot: this.journal.life, seq }), qos: 1, retain: false };
  }
}
