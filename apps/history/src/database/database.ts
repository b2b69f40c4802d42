import { join } from 'node:path';
import type { Clock } from '@pilotwire/runtime';
import pg from 'pg';
import { Embedded } from './embedded.js';

/** One SQL path for the embedded database and for a Postgres of one's own. */
export interface Database {
  readonly kind: 'postgres' | 'embedded';
  /** Without secrets. */
  readonly where: string;
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs in one transaction, on one connection. */
  transaction<Result>(run: (query: Query) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
export type Query = Database['query'];

export interface DatabaseOptions {
  /** `embedded`, or `postgres://…`. */
  readonly url: string;
  /** Of the embedded one. */
  readonly folder: string;
  readonly clock: Clock;
  /** Something is wrong that no query tells. */
  readonly trouble: (why: string) => void;
  /** Why the embedded one is away; undefined: it is there again. */
  readonly away?: (why: string | undefined) => void;
}

/**
 * The embedded database is one session, whoever is connected: of two at once, one would overwrite the unnamed statement
 * that the other has parsed and not yet bound. It does one thing at a time anyway.
 */
const connections = { postgres: 4, embedded: 1 } as const;
const int8 = 20;
const times: readonly number[] = [1082, 1114, 1184];

/** Instants as ISO 8601, dates as they stand; counts as numbers. */
const typed = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
    if (oid === int8) return Number;
    if (oid === 1184) return (text) => new Date(text).toISOString();
    if (times.includes(oid)) return (text) => text;
    return pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown;
  },
} as pg.CustomTypesConfig;

/** Opens a database; a Postgres that is away is met by the first query. Throws `DatabaseError` of the embedded one. */
export async function openDatabase({ url, folder, clock, trouble, away = () => undefined }: DatabaseOptions): Promise<Database> {
  if (url !== 'embedded') return over('postgres', shown(url), { connectionString: url }, trouble, () => Promise.resolve());
  const embedded = await Embedded.start({ folder: join(folder, 'database'), clock, away });
  return over('embedded', folder, { host: embedded.socket, port: 5432, user: 'postgres', database: 'postgres' }, trouble, () => embedded.close());
}

function over(kind: Database['kind'], where: string, config: pg.PoolConfig, trouble: (why: string) => void, closed: () => Promise<void>): Database {
  const pool = new pg.Pool({ ...config, max: connections[kind], types: typed, connectionTimeoutMillis: 10_000, application_name: 'pilotwire-history' });
  // A connection that breaks while nobody uses it.
  pool.on('error', ({ message }) => trouble(message));
  // One that breaks in the middle rejects what runs on it; its last word may come when it is nobody's any more.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    kind,
    where,
    async query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) {
      const client = await pool.connect();
      let broken = false;
      try {
        return (await client.query<Row>(sql, values === undefined ? undefined : [...values])).rows;
      } catch (error) {
        // Whoever asks the pool itself loses the connection to any error, and as long as it is going the embedded database has room for no other.
        broken = !(error instanceof pg.DatabaseError);
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async transaction(run) {
      const client = await pool.connect();
      let broken = false;
      try {
        await client.query('BEGIN');
        const result = await run(async <Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => (await client.query<Row>(sql, values === undefined ? undefined : [...values])).rows);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => (broken = true));
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async close() {
      await pool.end();
      await closed();
    },
  };
}

function shown(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
