import type { Database, Query } from './database.js';

/** How wide the partitions of each table are. */
export const spans = { session_events: 'month', telemetry: 'week', meter_values: 'week', frames: 'day', ocpp_messages: 'day' } as const;
export type Partitioned = keyof typeof spans;

export interface Partition {
  readonly table: Partitioned;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const day = 86_400_000;
/** What claims to be older comes from a clock that was never set. */
const earliest = Date.UTC(2020, 0, 1);
/** Ahead of us clocks differ by so much, and partitions are made so far. */
const ahead = 2 * day;

/** The partition where an instant belongs, by UTC. */
export function partitionOf(table: Partitioned, at: number): Partition {
  const date = new Date(at);
  const [year, month, today] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const span = spans[table];
  // ISO weeks begin on Monday.
  const from = span === 'month' ? Date.UTC(year, month, 1) : Date.UTC(year, month, today - (span === 'week' ? (date.getUTCDay() + 6) % 7 : 0));
  const to = span === 'month' ? Date.UTC(year, month + 1, 1) : from + (span === 'week' ? 7 : 1) * day;
  return { table, name: `${table}_${new Date(from).toISOString().slice(0, 10).replaceAll('-', '')}`, from, to };
}

/** Whether an instant is one that a clock which was set could give. */
export const isSensible = (at: number, now: number): boolean => at >= earliest && at < now + ahead;

/** Makes partitions before rows need them. What is not sensible lies in the default one. */
export class Partitions {
  readonly #db: Database;
  readonly #wallClock: () => number;
  readonly #known = new Set<string>();

  constructor(db: Database, wallClock: () => number) {
    this.#db = db;
    this.#wallClock = wallClock;
  }

  /** Those of rows with these times; rejects where the database does. */
  async ensure(table: Partitioned, times: Iterable<number>): Promise<void> {
    const now = this.#wallClock();
    for (const at of times) {
      if (!isSensible(at, now)) continue;
      const partition = partitionOf(table, at);
      if (this.#known.has(partition.name)) continue;
      await this.#db.transaction((query) => make(query, partition));
      this.#known.add(partition.name);
    }
  }

  /** The next ones of all tables. */
  async ahead(): Promise<void> {
    const now = this.#wallClock();
    for (const table of Object.keys(spans) as Partitioned[]) await this.ensure(table, [now, now + ahead - 1]);
  }

  /** What is dropped is made anew when it is needed. */
  forget(name: string): void {
    this.#known.delete(name);
  }
}

/** Rows that came before their partition are moved into it from the default one. */
async function make(query: Query, { table, name, from, to }: Partition): Promise<void> {
  const [begin, end] = [from, to].map((at) => new Date(at).toISOString());
  // Of several that make it at once the second finds it.
  await query('SELECT pg_advisory_xact_lock(hashtext($1))', [name]);
  const [there] = await query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [name]);
  if (there?.there === true) return;
  await query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`);
  await query(`WITH moved AS (DELETE FROM ${table}_default WHERE ts >= $1 AND ts < $2 RETURNING *) INSERT INTO ${name} SELECT * FROM moved`, [begin, end]);
  await query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${begin}') TO ('${end}')`);
}
