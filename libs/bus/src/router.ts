import { covers, filterFor, matches, overlap, paramsOf } from '@pilotwire/contracts';
import type { Params, Readable, Wildcards } from '@pilotwire/contracts';
import { BusError } from './error.js';
import type { BusReport } from './report.js';
import type { Delivery, Taken } from './transport.js';

/** What a handler learns besides the payload. */
export interface Arrival<Topic extends string> {
  readonly params: Params<Topic>;
  readonly topic: string;
  /** It was there before the subscription, or comes again after the connection was lost. */
  readonly retained: boolean;
}
/** What it throws, at once or later, is reported. What it returns is waited for only `when-done`. */
export type Handler<Topic extends string, Payload> = (payload: Payload, arrival: Arrival<Topic>) => void | Promise<void>;

/**
 * When the broker is told that a message has come. `when-done`: once the promise of the handler has settled. Beyond the
 * window of the connection, by default one, nothing else comes until then: the handler must not wait for anything that does.
 */
export type Acknowledge = 'on-arrival' | 'when-done';

/** What a payload holds, or why it is no JSON. No octets, which clear a retained topic, are null. */
export type Body = { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly problem: string };

/** Somebody who wants what falls under a filter. */
export interface Route {
  readonly filter: string;
  readonly retain: boolean;
  take(delivery: Delivery, body: Body): void | Promise<void>;
}

/** A route that reads leniently and hands over what can be read; everything else is reported. */
export function routeFor<Topic extends string, Payload>(
  readable: Readable<Topic, Payload>,
  params: Wildcards<Topic>,
  handler: Handler<Topic, Payload>,
  report: (report: BusReport) => void,
  acknowledge: Acknowledge = 'on-arrival',
): Route {
  return {
    filter: filterFor(readable.topic, params),
    retain: readable.retain,
    take({ topic, retained, payload }, body) {
      const found = paramsOf(readable.topic, topic);
      if (found === undefined) return report({ kind: 'unreadable', topic, problem: 'not a topic of its contract', payload });
      const reading = readable.text ? readable.read(payload) : body.ok ? readable.read(body.json) : body;
      if (!reading.ok) return report({ kind: 'unreadable', topic, problem: reading.problem, payload });
      const failed = (error: unknown): void => report({ kind: 'handler', topic, error });
      try {
        const later = handler(reading.payload, { params: found, topic, retained });
        if (!(later instanceof Promise)) return undefined;
        const done = later.catch(failed);
        return acknowledge === 'when-done' ? done : undefined;
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/**
 * Who gets what. A broker sends a message once for each filter of a connection that it falls under, so those that are
 * subscribed never overlap: the wider one serves the narrower ones, and each message is handed out once.
 */
export class Router {
  /** Those of one filter. */
  readonly #routes = new Map<string, Set<Route>>();
  /** The filters that no other covers. */
  readonly #widest = new Set<string>();
  /** Filters with wildcards: any topic has to be held against them. */
  readonly #open = new Set<string>();
  readonly #report: (report: BusReport) => void;

  constructor(report: (report: BusReport) => void) {
    this.#report = report;
  }

  /** What the broker is to be asked for. */
  get filters(): ReadonlySet<string> {
    return this.#widest;
  }

  /** Returns the filters that the broker is to be asked for from now on, or no longer. Throws `BusError` `overlap`. */
  add(route: Route): readonly string[] {
    const { filter } = route;
    const known = this.#routes.get(filter);
    if (known !== undefined) {
      known.add(route);
      return [];
    }
    const touched = this.#rivalsOf(filter).filter((one) => this.#widest.has(one) && overlap(one, filter));
    const clash = touched.find((one) => !covers(one, filter) && !covers(filter, one));
    if (clash !== undefined) {
      throw new BusError('overlap', `${filter} and ${clash} share topics: subscribe to what holds both, and tell them apart by their parameters`);
    }
    this.#routes.set(filter, new Set([route]));
    if (isOpen(filter)) this.#open.add(filter);
    if (touched.some((one) => covers(one, filter))) return [];
    for (const one of touched) this.#widest.delete(one);
    this.#widest.add(filter);
    return [filter, ...touched];
  }

  /** Returns the filters that the broker is to be asked for from now on, or no longer. */
  remove(route: Route): readonly string[] {
    const { filter } = route;
    const routes = this.#routes.get(filter);
    if (routes?.delete(route) !== true || routes.size > 0) return [];
    this.#routes.delete(filter);
    this.#open.delete(filter);
    if (!this.#widest.delete(filter)) return [];
    if (!isOpen(filter)) return [filter];
    // What it covered stands for itself again, as far as none of those covers another.
    const freed = [...this.#routes.keys()].filter((one) => covers(filter, one));
    const alone = freed.filter((one) => !freed.some((other) => other !== one && covers(other, one)));
    for (const one of alone) this.#widest.add(one);
    return [...alone, filter];
  }

  /** The filter at the broker that serves a route. */
  servedBy({ filter }: Route): string {
    if (this.#widest.has(filter)) return filter;
    return this.#rivalsOf(filter).find((one) => this.#widest.has(one) && covers(one, filter)) ?? filter;
  }

  /** Those that can share topics with a filter: of two without wildcards, only equals do, and there may be thousands. */
  #rivalsOf(filter: string): string[] {
    return [...(isOpen(filter) ? this.#routes.keys() : this.#open)];
  }

  take(delivery: Delivery): Taken {
    const { topic, payload } = delivery;
    const takers = [...(this.#routes.get(topic) ?? [])];
    for (const filter of this.#open) if (matches(filter, topic)) takers.push(...(this.#routes.get(filter) ?? []));
    if (takers.length === 0) {
      return this.#report({ kind: 'unrouted', topic });
    }
    const body = bodyOf(payload);
    const held = takers.map((route) => route.take(delivery, body)).filter((one) => one !== undefined);
    return held.length === 0 ? undefined : Promise.all(held).then(() => undefined);
  }
}

function bodyOf(payload: string): Body {
  try {
    return { ok: true, json: payload === '' ? null : JSON.parse(payload) };
  } catch (error) {
    // What the engine says besides quotes what was sent, and that may be a secret.
    const [where = ''] = / at position \d+/.exec((error as Error).message) ?? [];
    return { ok: false, problem: `no JSON${where}` };
  }
}

const isOpen = (filter: string): boolean => /[+#]/.test(filter);
