import { covers, filterFor, matches, overlap, paramsOf } from '@pilotwire/contracts';
import type { Params, Readable, Wildcards } from '@pilotwire/contracts';
import { BusError } from './error.js';
import type { BusReport } from './report.js';
import type { Delivery } from './transport.js';

/** What a handler learns besides the payload. */
export interface Arrival<Topic extends string> {
  readonly params: Params<Topic>;
  readonly topic: string;
  /** It was there before the subscription, or comes again after the connection was lost. */
  readonly retained: boolean;
}
/** What it returns is not waited for; what it throws, at once or later, is reported. */
export type Handler<Topic extends string, Payload> = (payload: Payload, arrival: Arrival<Topic>) => void | Promise<void>;

/** Somebody who wants what falls under a filter. */
export interface Route {
  readonly filter: string;
  readonly retain: boolean;
  take(delivery: Delivery, json: unknown): void;
}

/** A route that reads leniently and hands over what can be read; everything else is reported. */
export function routeFor<Topic extends string, Payload>(
  readable: Readable<Topic, Payload>,
  params: Wildcards<Topic>,
  handler: Handler<Topic, Payload>,
  report: (report: BusReport) => void,
): Route {
  return {
    filter: filterFor(readable.topic, params),
    retain: readable.retain,
    take({ topic, retained }, json) {
      const found = paramsOf(readable.topic, topic);
      const reading = found === undefined ? undefined : readable.read(json);
      if (found === undefined || reading?.ok !== true) {
        report({ kind: 'unreadable', topic, problem: reading?.ok === false ? reading.problem : 'not a topic of its contract' });
        return;
      }
      const failed = (error: unknown): void => report({ kind: 'handler', topic, error });
      try {
        const later = handler(reading.payload, { params: found, topic, retained });
        if (later instanceof Promise) later.catch(failed);
      } catch (error) {
        failed(error);
      }
    },
  };
}

/**
 * Who gets what. A broker sends a message once for each filter of a connection that it falls under, so those that are
 * subscribed never overlap: the wider one serves the narrower ones, and each message is handed out once.
 */
export class Router {
  readonly #routes = new Set<Route>();
  readonly #report: (report: BusReport) => void;

  constructor(report: (report: BusReport) => void) {
    this.#report = report;
  }

  /** What the broker is to be asked for. */
  get filters(): readonly string[] {
    const wanted = [...new Set([...this.#routes].map(({ filter }) => filter))];
    return wanted.filter((one) => !wanted.some((other) => other !== one && covers(other, one)));
  }

  /** Throws `BusError` `overlap`. */
  add(route: Route): void {
    const clash = this.filters.find((one) => overlap(one, route.filter) && !covers(one, route.filter) && !covers(route.filter, one));
    if (clash !== undefined) {
      throw new BusError('overlap', `${route.filter} and ${clash} share topics: subscribe to what holds both, and tell them apart by their parameters`);
    }
    this.#routes.add(route);
  }

  remove(route: Route): void {
    this.#routes.delete(route);
  }

  /** The filter at the broker that serves a route. */
  servedBy(route: Route): string {
    return this.filters.find((filter) => covers(filter, route.filter)) ?? route.filter;
  }

  take(delivery: Delivery): void {
    const { topic, payload } = delivery;
    const takers = [...this.#routes].filter(({ filter }) => matches(filter, topic));
    if (takers.length === 0) {
      this.#report({ kind: 'unrouted', topic });
      return;
    }
    let json: unknown;
    try {
      json = payload === '' ? null : JSON.parse(payload);
    } catch (error) {
      this.#report({ kind: 'unreadable', topic, problem: (error as Error).message });
      return;
    }
    for (const route of takers) route.take(delivery, json);
  }
}
