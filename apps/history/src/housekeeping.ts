import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Log } from '@pilotwire/service';
import { wordsOf } from '@pilotwire/service';
import type { Database } from './database/database.js';
import type { Partitions } from './database/partitions.js';
import { dropOld } from './database/retention.js';
import type { Keep } from './database/retention.js';
import { assembleSessions } from './ingest/assembler.js';
import { linkTransactions } from './ingest/ocpp/messages.js';
import { rollUpTelemetry } from './ingest/telemetry.js';

export interface HousekeepingOptions {
  readonly db: Database;
  readonly partitions: Partitions;
  readonly keep: Keep;
  readonly time: Timeline;
  readonly wallClock: () => number;
  readonly log: Log;
}

/** Events of one moment are told together; a rollup is for charts of weeks. */
const [assemblyDelay, rollUpPeriod, tidyPeriod, retryPeriod] = [ms(100), ms(15_000), ms(3_600_000), ms(5_000)];

/** What is done beside the writing: sessions told, minutes rolled up, partitions made and dropped. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #stopped = false;
  #assemblyDue = false;
  readonly #troubles = new Map<string, string>();
  /** One thing after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  start(): void {
    this.heard();
    this.#rollUp();
    this.#tidy();
  }

  /** Something was heard about sessions or transactions. */
  heard(): void {
    if (this.#assemblyDue || this.#stopped) return;
    this.#assemblyDue = true;
    this.#options.time.schedule(() => {
      this.#assemblyDue = false;
      void this.#run('sessions', () => this.#assemble()).then((done) => done || this.#later(() => this.heard()));
    }, assemblyDelay);
  }

  /** Everything that is due, at once: a history that is asked now is told to the end. */
  async catchUp(): Promise<void> {
    await this.#run('sessions', () => this.#assemble());
    await this.#run('minutes', () => this.#rollUpAll());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn;
  }

  /** What is heard meanwhile is for the next time: a car that charges would keep us at it. */
  async #assemble(): Promise<void> {
    while (!this.#stopped && (await assembleSessions(this.#options.db)));
    if (!this.#stopped) await linkTransactions(this.#options.db);
  }

  async #rollUpAll(): Promise<void> {
    while (!this.#stopped && (await rollUpTelemetry(this.#options.db)));
  }

  #rollUp(): void {
    void this.#run('minutes', () => this.#rollUpAll()).then(() => this.#later(() => this.#rollUp(), rollUpPeriod));
  }

  #tidy(): void {
    const { db, partitions, keep, wallClock, log } = this.#options;
    void this.#run('partitions', async () => {
      await partitions.ahead();
      // What goes leaves its minutes.
      await this.#rollUpAll();
      const dropped = await dropOld(db, keep, wallClock());
      for (const name of dropped) partitions.forget(name);
      if (dropped.length > 0) log.info(`dropped ${dropped.join(', ')}`);
    }).then((done) => this.#later(() => this.#tidy(), done ? tidyPeriod : retryPeriod));
  }

  #later(run: () => void, wait = retryPeriod): void {
    if (!this.#stopped) this.#options.time.schedule(run, wait);
  }

  /** Resolves to whether it came to its end. */
  #run(what: string, work: () => Promise<void>): Promise<boolean> {
    const done = this.#turn.then(async () => {
      if (this.#stopped) return false;
      try {
        await work();
        this.#troubles.delete(what);
        return true;
      } catch (error) {
        const words = wordsOf(error);
        // A database that is away is told of once.
        if (this.#troubles.get(what) !== words) this.#options.log.warn(`${what}: ${words}`);
        this.#troubles.set(what, words);
        return false;
      }
    });
    this.#turn = done.then(() => undefined);
    return done;
  }
}
