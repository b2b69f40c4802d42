import type { Stamp } from './packet.js';

/** What one direction of a connection tells its reader. */
export interface StreamSink {
  /** The next bytes of the stream, with the frame that made them complete. A view: copy what is kept. */
  data(bytes: Uint8Array, stamp: Stamp): void;
  /** `length` bytes are missing, 0 where nobody knows how many; the stream goes on behind them. */
  gap(length: number, stamp: Stamp): void;
}

/** A segment that came before the bytes in front of it. */
interface Held {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly stamp: Stamp;
}

export interface StreamLimits {
  /** Bytes held while earlier ones are missing. */
  readonly maxHeld: number;
  /** Segments held while earlier bytes are missing. */
  readonly maxSegments: number;
  /** Seconds of capture time that missing bytes are waited for. */
  readonly maxWait: number;
}

/** A sequence number this far from the expected one is of another stream: real windows are smaller. */
const FAR = 0x40_0000;

/** Acknowledgments of bytes that were not captured, until they are given up: one alone may have overtaken them. */
const PROOFS = 2;

/**
 * One direction of a TCP connection, put in order. Bytes seen first win over later copies of them. What is missing is
 * waited for until it comes, until the receiver has acknowledged it (then it was not captured), or a limit is reached.
 */
export class TcpStream {
  /** Sequence number of the first byte seen, and of the next one wanted; undefined before either is known. */
  #first: number | undefined;
  #next = 0;
  #fin: number | undefined;
  #held: Held[] = [];
  #heldBytes = 0;
  #acknowledged: number | undefined;
  #proofs = 0;
  /** Bytes that came again. */
  retransmitted = 0;
  readonly #sink: StreamSink;
  readonly #limits: StreamLimits;

  constructor(sink: StreamSink, limits: StreamLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** Whether any of its bytes was delivered or given up. */
  get underWay(): boolean {
    return this.#first !== undefined && this.#next !== this.#first;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether the sender has closed this direction and every byte before that was seen. */
  get finished(): boolean {
    return this.#fin !== undefined && distance(this.#next, this.#fin) <= 0;
  }

  /** Whether the stream begins with this sequence number, or has not begun. */
  beginsAt(sequence: number): boolean {
    return this.#first === undefined || this.#first === sequence;
  }

  /** Whether a segment holds anything that was not seen before. */
  isNews(sequence: number, length: number): boolean {
    return this.#first === undefined || distance(this.#next, sequence) + length > 0;
  }

  start(sequence: number): void {
    if (this.#first !== undefined) return;
    this.#first = sequence;
    this.#next = sequence;
  }

  /** A segment's payload and the bytes of it that the capture did not keep. */
  segment(sequence: number, bytes: Uint8Array, missing: number, stamp: Stamp): void {
    this.start(sequence);
    if (Math.abs(distance(this.#next, sequence)) > FAR) {
      this.flush();
      this.#sink.gap(0, stamp);
      this.#next = sequence;
    }
    const ahead = distance(this.#next, sequence);
    if (ahead > 0) {
      this.#hold(sequence, bytes, stamp);
      while (this.#overdue(stamp)) this.#skip();
      return;
    }
    const old = Math.min(-ahead, bytes.length);
    this.retransmitted += old;
    if (this.#held.length === 0) {
      this.#take(bytes.subarray(old), stamp);
    } else {
      this.#hold(sequence + old, bytes.subarray(old), stamp); // between what is held, which came first and wins
      this.#drain(stamp);
    }
    const lost = distance(this.#next, sequence + bytes.length + missing);
    if (missing > 0 && lost > 0) this.#lose(lost, stamp);
  }

  /** The sender closes this direction behind `sequence`. */
  fin(sequence: number): void {
    this.start(sequence);
    this.#fin ??= sequence;
  }

  /** The receiver says that it has everything before `sequence`. */
  acknowledge(sequence: number): void {
    this.#acknowledged = sequence;
    const hole = this.#held[0];
    if (hole === undefined || distance(hole.sequence, sequence) < 0) return;
    if (++this.#proofs >= PROOFS) this.#skip();
  }

  /** Gives up every wait: delivers what is held, with its gaps. */
  flush(): void {
    while (this.#held.length > 0) this.#skip();
  }

  #take(bytes: Uint8Array, stamp: Stamp): void {
    if (bytes.length === 0) return;
    this.#next = (this.#next + bytes.length) >>> 0;
    this.#sink.data(bytes, stamp);
  }

  #lose(length: number, stamp: Stamp): void {
    this.#sink.gap(length, stamp);
    this.#next = (this.#next + length) >>> 0;
    this.#drain(undefined);
  }

  #skip(): void {
    const first = this.#held[0];
    if (first !== undefined) this.#lose(distance(this.#next, first.sequence), first.stamp);
  }

  /** Delivers what is held and now in order: with `stamp` where that frame filled the hole, else each with its own. */
  #drain(stamp: Stamp | undefined): void {
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      const behind = -distance(this.#next, first.sequence);
      if (behind < 0) return;
      this.#held.shift();
      this.#heldBytes -= first.bytes.length;
      this.#proofs = 0;
      this.#take(first.bytes.subarray(Math.min(behind, first.bytes.length)), stamp ?? first.stamp);
    }
  }

  /** Keeps a copy of what is new in a segment ahead of its turn. */
  #hold(sequence: number, bytes: Uint8Array, stamp: Stamp): void {
    const end = sequence + bytes.length;
    const { n, time } = stamp;
    let from = sequence;
    const news: Held[] = [];
    const keep = (to: number): void => {
      if (distance(from, to) <= 0) return;
      const part = bytes.slice(distance(sequence, from), distance(sequence, to));
      news.push({ sequence: from >>> 0, bytes: part, stamp: { n, time } });
    };
    for (const held of this.#held) {
      if (distance(held.sequence, end) <= 0) break;
      keep(held.sequence);
      const heldEnd = held.sequence + held.bytes.length;
      if (distance(from, heldEnd) > 0) from = heldEnd;
    }
    keep(end);
    const added = news.reduce((sum, held) => sum + held.bytes.length, 0);
    this.retransmitted += bytes.length - added;
    if (added === 0) return;
    this.#heldBytes += added;
    // News is nearly always behind all that is held, so sorting finds it in order.
    this.#held.push(...news);
    this.#held.sort((a, b) => distance(b.sequence, a.sequence));
  }

  #overdue({ time }: Stamp): boolean {
    const first = this.#held[0];
    if (first === undefined) return false;
    if (this.#heldBytes > this.#limits.maxHeld || this.#held.length > this.#limits.maxSegments) return true;
    if (this.#acknowledged !== undefined && distance(first.sequence, this.#acknowledged) >= 0) return true;
    const since = first.stamp.time;
    return time !== undefined && since !== undefined && time.seconds - since.seconds > this.#limits.maxWait;
  }
}

/** How far `to` lies behind `from` on the circle of 32-bit sequence numbers; negative where it lies before it. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
