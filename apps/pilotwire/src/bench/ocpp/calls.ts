import type { OpenLine } from '@pilotwire/ocpp-bridge';
import type { JsonObject } from '@pilotwire/station';

/** What the stations of a bridge called, and what came of it. */
export interface Counted {
  readonly accepted: number;
  /** Milliseconds from the first connection to the last boot that was accepted. */
  readonly boot: number;
  readonly ended: number;
  /** Calls that were answered, and of the times that took, in ms. */
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
  /** Calls that were answered by an error. */
  readonly refused: readonly string[];
}

/** Measures each call where it leaves the engine, to where its answer comes back to it: nobody has to be told of it by MQTT. */
export class Calls {
  readonly #now: () => number;
  readonly #took: number[] = [];
  readonly #refused: string[] = [];
  #accepted = 0;
  #ended = 0;
  #first: number | undefined;
  #last = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  over(openLine: OpenLine): OpenLine {
    return (station, way, listener) => {
      const open = new Map<string, { readonly action: string; readonly at: number }>();
      const line = openLine(station, way, {
        ...listener,
        fact: (fact) => {
          if (fact.kind === 'connected') this.#first ??= this.#now();
          const call = fact.kind === 'answered' ? open.get(fact.id) : undefined;
          if (call !== undefined && fact.kind === 'answered') {
            open.delete(fact.id);
            this.#answered(station, call, 'result' in fact ? (fact.result as JsonObject) : undefined);
          }
          listener.fact(fact);
        },
      });
      return {
        ...line,
        send: (id, action, payload) => {
          open.set(id, { action, at: this.#now() });
          line.send(id, action, payload);
        },
      };
    };
  }

  get counted(): Counted {
    const took = this.#took.toSorted((a, b) => a - b);
    const quantile = (part: number): number => took[Math.min(took.length - 1, Math.floor(part * took.length))] ?? Number.NaN;
    return {
      accepted: this.#accepted, boot: this.#last - (this.#first ?? this.#last), ended: this.#ended,
      calls: took.length, p50: quantile(0.5), p99: quantile(0.99), refused: this.#refused.slice(0, 10),
    };
  }

  #answered(station: string, { action, at }: { readonly action: string; readonly at: number }, result: JsonObject | undefined): void {
    const now = this.#now();
    this.#took.push(now - at);
    if (result === undefined) this.#refused.push(`${station}: ${action}`);
    else if (action === 'StopTransaction') this.#ended++;
    else if (action === 'BootNotification' && result['status'] === 'Accepted') {
      this.#accepted++;
      this.#last = now;
    }
  }
}
