import { journalHead } from '@pilotwire/contracts';
import type { AnyEvent, PayloadOf, replay } from '@pilotwire/contracts';
import { Journal, memoryFolder } from '@pilotwire/journal';
import { after, ms } from '@pilotwire/machine';
import type { BusOptions } from './options.js';
import type { Verdict } from './commands.js';
import { BusError } from './error.js';
import { EventStream } from './event-stream.js';
import type { Unnumbered } from './event-stream.js';
import { messageFor } from './message.js';
import type { BusReport } from './report.js';
import { ConnectionLost } from './transport.js';
import type { Message } from './transport.js';

/** After an event the heads are published so much later at the latest: they matter to those who missed the last ones. */
const headDelay = ms(5_000);
/** Those that wait for their turn. */
const mostReplays = 8;

type Span = PayloadOf<typeof replay.request>['args'];
type Options = Pick<BusOptions, 'service' | 'instance' | 'stations' | 'journal' | 'time' | 'clock'>;

/** All events that one process publishes, by station. */
export class EventLog {
  /** Told when the heads are due. */
  onHead: (head: Message) => void = () => undefined;
  readonly #options: Options;
  readonly #streams: ReadonlyMap<string, EventStream>;
  #headDue: (() => void) | undefined;
  #replays = 0;
  #replaying: Promise<unknown> = Promise.resolve();

  private constructor(options: Options, streams: readonly EventStream[]) {
    this.#options = options;
    this.#streams = new Map(streams.map((stream) => [stream.station, stream]));
  }

  static async open(options: Options, publish: (message: Message) => Promise<void>, report: (report: BusReport) => void): Promise<EventLog> {
    const streams: EventStream[] = [];
    try {
      for (const station of options.stations) {
        const folder = (await options.journal?.(station)) ?? memoryFolder();
        const journal = await Journal.open({
          folder,
          report: (one) => report({ kind: 'journal', station, report: one }),
          ...(options.time !== undefined && { time: options.time }),
        });
        streams.push(new EventStream(station, journal, publish, report));
      }
    } catch (error) {
      // What was opened before is not kept from the next attempt.
      for (const { journal } of streams) await journal.close();
      throw error;
    }
    return new EventLog(options, streams);
  }

  /** `check` throws where an event, once it has its number, would not be what its contract says. */
  async append(event: Unnumbered, check: (event: AnyEvent) => Message): Promise<AnyEvent> {
    const stream = this.#streams.get(event.st);
    if (stream === undefined) throw new BusError('not-the-writer', `this process has no events of station ${event.st}`);
    check({ ...event, boot: stream.journal.life, seq: 1 });
    const numbered = await stream.append(event);
    const { clock } = this.#options;
    this.#headDue ??= clock.wake(after(clock.now(), headDelay), () => {
      this.#headDue = undefined;
      this.onHead(this.head());
    });
    return numbered;
  }

  /** How far each stream goes, at this moment. */
  head(): Message {
    const { service, instance, time = Date.now } = this.#options;
    const streams = [...this.#streams.values()].map(({ head }) => head);
    return messageFor(journalHead, { service, instance }, { ts: new Date(time()).toISOString(), streams });
  }

  up(): void {
    for (const stream of this.#streams.values()) stream.up();
  }

  down(): void {
    for (const stream of this.#streams.values()) stream.down();
  }

  /** Resolves once the broker has the events of all streams, or cannot be told any more. */
  async sent(): Promise<void> {
    await Promise.all([...this.#streams.values()].map((stream) => stream.sent()));
  }

  /** Publishes a span again, one request after the other. */
  async replay({ station, boot, fromSeq, toSeq }: Span): Promise<Verdict> {
    const stream = this.#streams.get(station);
    if (stream === undefined) return { code: 'unknown-target', message: `no events of station ${station} here` };
    if (stream.journal.life !== boot) return { code: 'unknown-target', message: `the count is now of ${stream.journal.life}` };
    if (fromSeq > toSeq) return { code: 'unknown-target', message: 'a span ends where it begins or later' };
    if (this.#replays >= mostReplays) return { code: 'busy', message: `${mostReplays} replays wait` };
    this.#replays++;
    const turn = this.#replaying.then(() => stream.replay(fromSeq, toSeq));
    this.#replaying = turn.catch(() => undefined);
    try {
      await turn;
      return 'done';
    } catch (error) {
      if (error instanceof ConnectionLost) return { code: 'failed', message: 'the connection was lost' };
      throw error;
    } finally {
      this.#replays--;
    }
  }

  async close(): Promise<void> {
    this.#headDue?.();
    for (const { journal } of this.#streams.values()) await journal.close();
  }
}
