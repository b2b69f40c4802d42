import type { Database } from './database/database.js';
import { Partitions, spans } from './database/partitions.js';
import type { Partitioned } from './database/partitions.js';

/** All that is kept, in the order in which it is written. */
const tables = [
  'stations', 'evses', 'sessions', 'transactions', 'session_events', 'telemetry', 'telemetry_1m', 'meter_values', 'frames', 'faults', 'slac_matches',
  'ocpp_messages', 'ocpp_states', 'ingest_state', 'dead_letters',
] as const;
type Table = (typeof tables)[number];

const counted: readonly Table[] = ['frames', 'ocpp_messages', 'dead_letters'];
const format = { pilotwire: 'history', version: 1 } as const;
const atOnce = 500;

/** A file that is no history, or of another version. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
}

/** Everything as lines of JSON: what it is, then a table's name and one of its rows each. Resolves to the number of rows. */
export async function exportHistory(db: Database, write: (line: string) => Promise<void>): Promise<number> {
  let count = 0;
  await write(JSON.stringify(format));
  // One transaction: what comes meanwhile is in none of the tables.
  await db.transaction(async (query) => {
    await query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const table of tables) {
      await query(`DECLARE rows NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS row FROM ${table} t`);
      for (;;) {
        const rows = await query<{ row: string }>(`FETCH ${atOnce} FROM rows`);
        for (const { row } of rows) await write(`["${table}",${row}]`);
        count += rows.length;
        if (rows.length < atOnce) break;
      }
      await query('CLOSE rows');
    }
  });
  return count;
}

/** Reads what `exportHistory` wrote; what is there already stays as it is. Resolves to the number of rows read. Throws `TransferError`. */
export async function importHistory(db: Database, lines: AsyncIterable<string>): Promise<number> {
  const partitions = new Partitions(db, Date.now);
  let [count, table, rows]: [number, Table | undefined, unknown[]] = [-1, undefined, []];
  const flush = async (): Promise<void> => {
    if (table === undefined || rows.length === 0) return;
    if (table in spans) await partitions.ensure(table as Partitioned, rows.map((row) => Date.parse((row as { readonly ts: string }).ts)));
    await db.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) ON CONFLICT DO NOTHING`, [JSON.stringify(rows)]);
    rows = [];
  };
  for await (const line of lines) {
    count++;
    if (count === 0) {
      if (line !== JSON.stringify(format)) throw new TransferError('this is no history, or of another version');
      continue;
    }
    const [name, row] = parsed(line, count + 1);
    if (name !== table || rows.length >= atOnce) await flush();
    table = name;
    rows.push(name === 'session_events' ? withData(row as { readonly data: unknown }) : row);
  }
  await flush();
  // Of a session that was here already there may be events now that it was not told from.
  await db.query('UPDATE sessions s SET revision = revision + 1, rolled = false WHERE events <> (SELECT count(*) FROM session_events e WHERE e.session_id = s.id)');
  for (const one of counted) await db.query(`SELECT setval(pg_get_serial_sequence('${one}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM ${one}), false)`);
  return Math.max(0, count);
}

function parsed(line: string, at: number): readonly [Table, unknown] {
  try {
    const [name, row] = JSON.parse(line) as [Table, unknown];
    if (tables.includes(name) && typeof row === 'object' && row !== null) return [name, row];
  } catch {
    // Said below.
  }
  throw new TransferError(`line ${at} is no row of a table`);
}

/** In a file, a JSON null in a column is like no value at all; earlier versions stored such. */
const withData = (row: { readonly data: unknown }): unknown => ({ ...row, data: row.data ?? {} });
