import type { JournalReport } from '@pilotwire/journal';

/** What a bus has to tell. Nothing of it ends anything. */
export type BusReport =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly why: string }
  /** Not as its contract says; nobody was given it. */
  | { readonly kind: 'unreadable'; readonly topic: string; readonly problem: string; readonly payload: string }
  /** Nobody here wants it: a subscription of an earlier life of the session. */
  | { readonly kind: 'unrouted'; readonly topic: string }
  /** A handler or the execution of a command threw. */
  | { readonly kind: 'handler'; readonly topic: string; readonly error: unknown }
  /** Without a connection, and there was no room to keep it, or it was not worth keeping. */
  | { readonly kind: 'dropped'; readonly topic: string }
  | { readonly kind: 'not-subscribed'; readonly filter: string; readonly error: unknown }
  /** A broker did not take a message, and the connection stands. */
  | { readonly kind: 'not-published'; readonly topic: string; readonly error: unknown }
  | { readonly kind: 'journal'; readonly station: string; readonly report: JournalReport }
  /** Events cannot be read from the journal; they are tried again at the next connection. */
  | { readonly kind: 'journal-unreadable'; readonly station: string; readonly error: unknown }
  /** A command that came again was not carried out again. */
  | { readonly kind: 'repeated-command'; readonly topic: string; readonly requestId: string };

/** How often each of them happened, and what went well. */
export type BusCounters = Readonly<Record<BusReport['kind'] | 'published' | 'received' | 'kept' | 'events', number>>;

export interface Tally {
  readonly counters: Record<keyof BusCounters, number>;
  readonly report: (report: BusReport) => void;
}

/** Counts what is reported, and passes it on. */
export function tally(report: (report: BusReport) => void): Tally {
  const counters: Tally['counters'] = {
    up: 0, down: 0, unreadable: 0, unrouted: 0, handler: 0, dropped: 0, 'not-subscribed': 0, 'not-published': 0, journal: 0,
    'journal-unreadable': 0, 'repeated-command': 0, published: 0, received: 0, kept: 0, events: 0,
  };
  return {
    counters,
    report: (one) => {
      counters[one.kind]++;
      report(one);
    },
  };
}
