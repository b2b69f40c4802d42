import type { Bus } from '@pilotwire/bus';
import type { ParamsOf, PayloadOf, slacFrames, v2gFrames } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import { toHex } from '@pilotwire/wire';

type Payload = PayloadOf<typeof slacFrames>;

/** A frame that passed, as its topic tells it. */
export interface TappedFrame {
  readonly dir: Payload['frames'][number]['dir'];
  readonly type: string;
  /** Undefined where they may not be told: a key is in them. */
  readonly octets: Uint8Array | undefined;
  /** Of an answer: milliseconds since its question. */
  readonly latencyMs?: number;
}

export interface FrameTapOptions {
  readonly bus: Pick<Bus, 'publish'>;
  readonly contract: typeof slacFrames | typeof v2gFrames;
  readonly outlet: ParamsOf<typeof slacFrames>;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly sessionId: () => string | undefined;
  readonly failed: (error: unknown) => void;
}

const period = ms(1_000);
/** A batch holds no more; the contract says so. */
const mostFrames = 256;
const mostOctets = 4_096;

/** The frames of the last second in one message, so that a broker is not asked for each. */
export class FrameTap {
  readonly #options: FrameTapOptions;
  #frames: { readonly at: Instant; readonly frame: TappedFrame }[] = [];
  #dropped = 0;

  constructor(options: FrameTapOptions) {
    this.#options = options;
  }

  add(frame: TappedFrame): void {
    const { time } = this.#options;
    if (this.#frames.length === mostFrames) {
      this.#dropped++;
      return;
    }
    // Nothing is due while nothing passes.
    if (this.#frames.length === 0) time.schedule(() => this.#publish(), period);
    this.#frames.push({ at: time.now, frame });
  }

  #publish(): void {
    const { bus, contract, outlet, time, wallClock, sessionId, failed } = this.#options;
    const [now, wall] = [time.now, wallClock()];
    const stamp = (at: Instant): string => new Date(wall - (now - at)).toISOString();
    const session = sessionId();
    const frames = this.#frames.map(({ at, frame: { dir, type, octets, latencyMs } }) => ({
      ts: stamp(at), dir, type,
      ...(octets !== undefined && octets.length <= mostOctets && { hex: toHex(octets).toUpperCase() }),
      ...(latencyMs !== undefined && { latencyMs }),
    }));
    const payload: Payload = { ts: stamp(now), ...(session !== undefined && { sessionId: session }), dropped: this.#dropped, frames };
    this.#frames = [];
    this.#dropped = 0;
    bus.publish(contract, outlet, payload).catch(failed);
  }
}
