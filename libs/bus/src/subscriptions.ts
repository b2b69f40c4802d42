import type { BusReport } from './report.js';
import type { Route, Router } from './router.js';
import { ConnectionLost } from './transport.js';
import type { Transport } from './transport.js';

/** Keeps what the broker sends equal to what the router wants. */
export class Subscriptions {
  readonly #transport: Transport;
  readonly #router: Router;
  readonly #report: (report: BusReport) => void;
  readonly #asked = new Set<string>();
  #linked = false;
  /** One request after the other: the wider filter stands before the narrower ones go. */
  #turn: Promise<void> = Promise.resolve();

  constructor(transport: Transport, router: Router, report: (report: BusReport) => void) {
    this.#transport = transport;
    this.#router = router;
    this.#report = report;
  }

  /** Throws `BusError` `overlap`. Resolves once the broker has been asked, or there is none. */
  async add(route: Route): Promise<void> {
    const changed = this.#router.add(route);
    // Under a wider filter nothing retained would come: asked again, the broker sends it again.
    await this.#match(changed, route.retain ? this.#router.servedBy(route) : undefined);
  }

  async remove(route: Route): Promise<void> {
    await this.#match(this.#router.remove(route));
  }

  /** A new connection: everything is asked for, though the broker may remember, for what is retained to come again. */
  up(): Promise<void> {
    this.#linked = true;
    this.#asked.clear();
    return this.#match([...this.#router.filters]);
  }

  down(): void {
    this.#linked = false;
  }

  #match(changed: readonly string[], again?: string): Promise<void> {
    const touched = again === undefined || changed.includes(again) ? changed : [...changed, again];
    this.#turn = this.#turn.then(async () => {
      if (!this.#linked) return;
      // As they are now: while the broker is asked, others may come and go, and have a turn of their own.
      for (const filter of touched) {
        if (!this.#router.filters.has(filter) || (this.#asked.has(filter) && filter !== again)) continue;
        this.#asked.add(filter);
        await this.#ask(filter, () => this.#transport.subscribe(filter));
      }
      for (const filter of touched) {
        if (this.#router.filters.has(filter) || !this.#asked.delete(filter)) continue;
        await this.#ask(filter, () => this.#transport.unsubscribe(filter));
      }
    });
    return this.#turn;
  }

  async #ask(filter: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      // With the next connection everything is asked anew.
      if (!(error instanceof ConnectionLost)) this.#report({ kind: 'not-subscribed', filter, error });
    }
  }
}
