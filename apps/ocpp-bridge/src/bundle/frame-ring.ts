import type { PayloadOf, slacFrames, v2gFrames } from '@pilotwire/contracts';

type Batch = PayloadOf<typeof slacFrames> | PayloadOf<typeof v2gFrames>;

/** A frame as it passed: of the power line with its Ethernet header, of V2G the payload alone. */
export interface KeptFrame {
  readonly kind: 'slac' | 'v2g';
  readonly ts: string;
  readonly dir: Batch['frames'][number]['dir'];
  readonly type: string;
  readonly hex: string;
}

/** Sessions of each outlet whose frames are kept, and the most octets of one; a long charge loses its middle. */
const [mostSessions, mostOctets] = [3, 2_000_000];

interface Visit {
  readonly session: string | undefined;
  readonly head: KeptFrame[];
  tail: KeptFrame[];
  octets: number;
}

/** The frames of the last three sessions of an outlet: enough to see how the first messages went, and the last. */
export class FrameRing {
  #visits: Visit[] = [];

  take(kind: KeptFrame['kind'], { sessionId, frames }: Batch): void {
    const visit = this.#visitOf(sessionId);
    for (const { ts, dir, type, hex } of frames) {
      // What may not be told comes without its octets.
      if (hex === undefined) continue;
      const frame = { kind, ts, dir, type, hex };
      if (visit.octets < mostOctets / 2) visit.head.push(frame);
      else visit.tail.push(frame);
      visit.octets += hex.length / 2;
    }
    let over = visit.octets - mostOctets;
    if (over <= 0) return;
    let dropped = 0;
    while (over > 0 && dropped < visit.tail.length) over -= (visit.tail[dropped++] as KeptFrame).hex.length / 2;
    visit.octets = mostOctets + over;
    visit.tail = visit.tail.slice(dropped);
  }

  /** In the order of time. */
  get frames(): readonly KeptFrame[] {
    return this.#visits.flatMap(({ head, tail }) => [...head, ...tail]).toSorted((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
  }

  /** Frames before a session has a name belong to the one that comes. */
  #visitOf(session: string | undefined): Visit {
    const last = this.#visits.at(-1);
    const known = session === undefined ? last : this.#visits.find((one) => one.session === session);
    if (known !== undefined) return known;
    const visit: Visit = { session, head: [], tail: [], octets: 0 };
    this.#visits = [...this.#visits, visit].slice(-mostSessions);
    return visit;
  }
}
