import type { Database } from './database.js';
import { isSensible, partitionOf, spans } from './partitions.js';
import type { Partition, Partitioned } from './partitions.js';

export interface Keep {
  /** Days; 0: for ever. */
  readonly days: Readonly<Partial<Record<Partitioned, number>>>;
  /** Megabytes of the whole database; 0: no limit. */
  readonly megabytes: number;
}

/** What goes first where there is not enough room. */
const expendable: readonly Partitioned[] = ['frames', 'ocpp_messages', 'telemetry', 'meter_values'];
const day = 86_400_000;
/** Dead letters, the newest: who says what nobody can read says it all day. */
const mostLetters = 10_000;

/**
 * Drops the partitions that are too old, then the oldest ones as long as the database is too large. What was not
 * rolled up must be before. Resolves to their names.
 */
export async function dropOld(db: Database, { days, megabytes }: Keep, now: number): Promise<readonly string[]> {
  const dropped: string[] = [];
  const drop = async (name: string): Promise<void> => {
    await db.query(`DROP TABLE ${name}`);
    dropped.push(name);
  };
  await db.query('DELETE FROM dead_letters WHERE id <= (SELECT max(id) FROM dead_letters) - $1', [mostLetters]);
  for (const table of Object.keys(spans) as Partitioned[]) {
    const age = days[table] ?? 0;
    if (age === 0) continue;
    for (const { name, to } of await partitionsOf(db, table)) if (to <= now - age * day) await drop(name);
  }
  if (megabytes === 0) return dropped;
  for (const table of expendable) {
    // Rows of an impossible time are never too old.
    const strange = await db.query(`SELECT FROM ${table}_default LIMIT 1`);
    if (strange.length > 0 && (await sizeOf(db)) > megabytes * 1_000_000) {
      await db.query(`TRUNCATE ${table}_default`);
      dropped.push(`${table}_default`);
    }
    // The newest is being written.
    for (const { name } of (await partitionsOf(db, table)).filter(({ to }) => to <= now)) {
      if ((await sizeOf(db)) <= megabytes * 1_000_000) return dropped;
      await drop(name);
    }
  }
  return dropped;
}

export async function sizeOf(db: Database): Promise<number> {
  const [row] = await db.query<{ size: number }>('SELECT pg_database_size(current_database()) AS size');
  return row?.size ?? 0;
}

/** The oldest first; the default one is none of them. */
export async function partitionsOf(db: Database, table: Partitioned): Promise<readonly Partition[]> {
  const rows = await db.query<{ name: string }>(
    'SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass ORDER BY 1', [table],
  );
  return rows.flatMap(({ name }) => {
    const stamp = /_(\d{4})(\d\d)(\d\d)$/.exec(name);
    if (stamp === null) return [];
    const partition = partitionOf(table, Date.UTC(Number(stamp[1]), Number(stamp[2]) - 1, Number(stamp[3])));
    return partition.name === name ? [partition] : [];
  });
}

/** Rows whose time no clock could give: someone should look at them. */
export async function strangeRows(db: Database, now: number): Promise<number> {
  let count = 0;
  for (const table of Object.keys(spans)) {
    const rows = await db.query<{ ts: string }>(`SELECT ts FROM ${table}_default LIMIT 1000`);
    count += rows.filter(({ ts }) => !isSensible(Date.parse(ts), now)).length;
  }
  return count;
}
