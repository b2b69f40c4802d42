import { anyEvent, journalHead, replay } from '@pilotwire/contracts';
import type { AnyEvent, Service } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { Bus } from './bus.js';
import { BusError } from './error.js';

/** How far a consumer has come with one publisher's events of one station: what it stores to go on after a restart. */
export interface Position {
  /** `service/instance`. */
  readonly src: string;
  readonly station: string;
  readonly boot: string;
  /** The last one it had. */
  readonly seq: number;
}

export interface Lost extends Omit<Position, 'seq'> {
  readonly fromSeq: number;
  readonly toSeq: number;
}

export interface FollowOptions {
  readonly clock: Clock;
  /** Only this one's; default all. */
  readonly station?: string;
  /** Where to go on. A stream that is not here begins at `from`. */
  readonly positions?: readonly Position[];
  /** `oldest`: everything that its journal still holds. `now`: what happens from now on. Default `now`. */
  readonly from?: 'oldest' | 'now';
  /**
   * Each event once; those of one stream in order. It must not throw. Where it returns a promise, the broker's acknowledgement
   * waits for that; one that came before its turn is acknowledged at once, for the position tells that it is still due. The
   * next is handed over without waiting, as far as the window of the connection allows: whoever stores them stores them in
   * that order. It must not wait for anything that comes over the same bus, nor reject.
   */
  readonly onEvent: (event: AnyEvent, position: Position) => void | Promise<void>;
  /** Events that no journal holds any more. What it returns is waited for as well. */
  readonly onLost: (lost: Lost) => void | Promise<void>;
}

/** Longer than what is on its way needs to arrive. */
const grace = ms(1_000);
/** Lives of one count that are remembered. */
const mostCounts = 8;
/** Held back while those before them are missing. */
const mostHeld = 10_000;

interface Stream {
  readonly src: string;
  readonly station: string;
  readonly boot: string;
  /** The one that is due. */
  next: number;
  /** The publisher has them up to here. */
  last: number;
  readonly held: Map<number, AnyEvent>;
  /** Until everything that was handed over is done. */
  delivering: Promise<void> | undefined;
  /** Something is missing, and is being seen to. */
  mending: boolean;
}

/**
 * Follows the events of all publishers: each once and in order, whatever the broker lost or delivered twice. What is
 * missing is asked for from the publisher's journal.
 */
export async function followEvents(bus: Bus, options: FollowOptions): Promise<{ stop(): Promise<void> }> {
  const { clock, station, from = 'now', onEvent, onLost } = options;
  /** By publisher, station and boot: what is left of an old count may come after the first of a new one. */
  const streams = new Map<string, Stream>();
  let stopped = false;
  const pauses = new Set<() => void>();
  const begin = (src: string, of: string, boot: string, next: number): Stream => {
    const stream = { src, station: of, boot, next, last: next - 1, held: new Map(), delivering: undefined, mending: false };
    streams.set(`${src} ${of} ${boot}`, stream);
    const counts = countsOf(src, of);
    if (counts.length > mostCounts) streams.delete(`${src} ${of} ${counts[0]?.boot}`);
    return stream;
  };
  const countsOf = (src: string, of: string): Stream[] => [...streams.values()].filter((one) => one.src === src && one.station === of);
  for (const { src, station: of, boot, seq } of options.positions ?? []) begin(src, of, boot, seq + 1);

  /** A count that began anew is followed from its first event. */
  const streamOf = (src: string, of: string, boot: string, firstSeen: number): Stream =>
    streams.get(`${src} ${of} ${boot}`) ?? begin(src, of, boot, countsOf(src, of).length === 0 ? firstSeen : 1);

  /** Hands over what is due. Returns what is not done yet of all that was handed over. */
  const deliver = (stream: Stream): void | Promise<void> => {
    for (let event = stream.held.get(stream.next); event !== undefined && !stopped; event = stream.held.get(stream.next)) {
      stream.held.delete(stream.next);
      const { src, station: of, boot } = stream;
      const later = onEvent(event, { src, station: of, boot, seq: stream.next++ });
      if (!(later instanceof Promise)) continue;
      const all = Promise.all([stream.delivering, later]).then(() => {
        if (stream.delivering === all) stream.delivering = undefined;
      });
      stream.delivering = all;
    }
    return stream.delivering;
  };

  /** Gives up what is missing before `to`. */
  const skip = async (stream: Stream, to: number): Promise<void> => {
    const { src, station: of, boot } = stream;
    while (stream.next < to && !stopped) {
      // What is lost comes after what is being stored.
      if (stream.delivering !== undefined) {
        await stream.delivering;
        continue;
      }
      const until = Math.min(to, ...stream.held.keys());
      await onLost({ src, station: of, boot, fromSeq: stream.next, toSeq: until - 1 });
      stream.next = until;
      await deliver(stream);
    }
  };

  const pause = (): Promise<void> => new Promise((resolve) => {
    const cancel = clock.wake(after(clock.now(), grace), () => {
      pauses.delete(end);
      resolve();
    });
    const end = (): void => {
      cancel();
      resolve();
    };
    pauses.add(end);
  });
  const end = (): void => {
    stopped = true;
    for (const over of pauses) over();
    pauses.clear();
  };
  const missing = (stream: Stream): boolean => !stopped && stream.next <= stream.last;

  /** As long as something is missing: waits for what is on its way, then asks. */
  const mend = async (stream: Stream): Promise<void> => {
    if (stream.mending) return;
    stream.mending = true;
    await pause();
    while (missing(stream)) {
      if (stream.delivering !== undefined) {
        await stream.delivering;
        continue;
      }
      const fromSeq = stream.next;
      const toSeq = stream.held.size === 0 ? stream.last : Math.min(...stream.held.keys()) - 1;
      const [service, instance] = stream.src.split('/') as [Service, string];
      const { station: of, boot } = stream;
      const answer = await bus.request(replay, { service, instance }, { station: of, boot, fromSeq, toSeq }).catch((error: unknown) => {
        if (error instanceof BusError && error.code === 'closed') end();
        return undefined;
      });
      if (stopped) break;
      await pause();
      // What a journal does not give though it says it is done, it does not have; nor does one that began anew.
      const gone = answer?.code === 'done' || answer?.code === 'unknown-target';
      if (gone && missing(stream) && stream.next === fromSeq) await skip(stream, Math.min(toSeq + 1, ...stream.held.keys()));
    }
    stream.mending = false;
  };

  const onHeads = bus.subscribe(journalHead, {}, async ({ streams: heads }, { params: { service, instance } }) => {
    for (const { station: of, boot, firstSeq, lastSeq } of heads) {
      if (station !== undefined && station !== of) continue;
      const stream = streamOf(`${service}/${instance}`, of, boot, from === 'oldest' ? firstSeq : lastSeq + 1);
      stream.last = Math.max(stream.last, lastSeq);
      await skip(stream, Math.min(firstSeq, lastSeq + 1));
      if (stream.next <= stream.last) void mend(stream);
    }
  });
  const onEvents = bus.subscribe(anyEvent, station === undefined ? {} : { station }, (event) => {
    const stream = streamOf(event.src, event.st, event.boot, from === 'oldest' ? 1 : event.seq);
    stream.last = Math.max(stream.last, event.seq);
    // Again, while it is not done with: the broker waits for the same.
    if (event.seq < stream.next || stream.held.has(event.seq)) return stream.delivering;
    // Beyond that it is asked for again when its turn comes.
    if (stream.held.size < mostHeld || event.seq === stream.next) stream.held.set(event.seq, event);
    const done = deliver(stream);
    if (stream.next <= stream.last) void mend(stream);
    return done;
  }, { acknowledge: 'when-done' });
  const both = await Promise.all([onHeads, onEvents]);
  return {
    async stop() {
      end();
      for (const one of both) await one.unsubscribe();
    },
  };
}
