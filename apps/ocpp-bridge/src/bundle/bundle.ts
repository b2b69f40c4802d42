import { zipSync } from 'fflate';
import { captureOf } from './capture.js';
import type { FrameRing, KeptFrame } from './frame-ring.js';

/** Lines of OCPP that are kept, already without secrets, and their characters: a process has hundreds of stations. */
const [mostLines, mostCharacters] = [2_000, 524_288];

interface Line {
  readonly at: number;
  readonly text: string;
}

/** What passed between a station and its CSMS lately. */
export class OcppLines {
  #lines: Line[] = [];
  #characters = 0;

  add(at: number, text: string): void {
    this.#lines.push({ at, text });
    this.#characters += text.length;
    // Seldom, and then by half.
    if (this.#lines.length > 2 * mostLines || this.#characters > 2 * mostCharacters) this.#shorten();
  }

  #shorten(): void {
    const kept: Line[] = [];
    this.#characters = 0;
    for (const line of this.#lines.toReversed().slice(0, mostLines)) {
      if (this.#characters + line.text.length > mostCharacters) break;
      this.#characters += line.text.length;
      kept.push(line);
    }
    this.#lines = kept.reverse();
  }

  text({ from = -Infinity, to = Infinity }: Span): string {
    return this.#lines.filter(({ at }) => at >= from && at <= to).map(({ text }) => `${text}\n`).join('');
  }
}

/** Milliseconds since 1970. */
export interface Span {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface BundleOptions {
  readonly rings: ReadonlyMap<number, FrameRing>;
  readonly ocpp: OcppLines;
  /** How the station stands, without secrets. */
  readonly state: unknown;
  readonly span: Span;
  readonly log: 'diagnostics' | 'security';
}

/**
 * What helps to understand a failed charge: what the car and the charger said, for Wireshark or `pilotwire decode`; what
 * the station and the CSMS said; how the station stands. A security log has the last two.
 */
export function bundleOf({ rings, ocpp, state, span, log }: BundleOptions): Uint8Array {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const within = ({ ts }: KeptFrame): boolean => Date.parse(ts) >= (span.from ?? -Infinity) && Date.parse(ts) <= (span.to ?? Infinity);
  const captures = log === 'security' ? [] : [...rings].map(([evse, ring]) => [`evse-${evse}.pcapng`, captureOf(ring.frames.filter(within))] as const);
  return zipSync({
    'ocpp.jsonl': encode(ocpp.text(span)),
    'state.json': encode(`${JSON.stringify(state, undefined, 2)}\n`),
    ...Object.fromEntries(captures),
  });
}
