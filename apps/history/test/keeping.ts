import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from '@pilotwire/bus';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../../tools/fresh-database.js';
import { dropOld, partitionsOf } from '../src/database/retention.js';
import { Partitions } from '../src/database/partitions.js';
import { EventStore } from '../src/ingest/events.js';
import { privacy } from '../src/ingest/privacy.js';
import { rollUpTelemetry } from '../src/ingest/telemetry.js';
import { framesOf } from '../src/query/frames.js';
import { powerCurve } from '../src/query/sessions.js';
import { exportHistory, forgetIdentities, importHistory, migrate, migrationsFolder, migrationsIn, openDatabase } from '../src/index.js';
import type { Database } from '../src/index.js';
import { clock } from './place.js';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
}

const scalars: Readonly<Record<string, string>> = { String: 'text', Int: 'integer', BigInt: 'bigint', Boolean: 'boolean', 'Float@db.Real': 'real', 'Float@db.DoublePrecision': 'double precision', 'DateTime@db.Timestamptz(3)': 'timestamp(3) with time zone', 'String@db.Uuid': 'uuid', 'Json@db.JsonB': 'jsonb', 'Bytes@db.ByteA': 'bytea', 'Float[]@db.Real': 'real[]' };

/** The columns and keys of `schema.prisma`, as far as it uses the language. */
function declared(): { readonly columns: readonly Column[]; readonly keys: Readonly<Record<string, string>> } {
  const text = readFileSync(join(migrationsFolder(), '..', 'schema.prisma'), 'utf8');
  const [columns, keys]: [Column[], Record<string, string>] = [[], {}];
  for (const [, table = '', body = ''] of text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)) {
    for (const line of body.split('\n')) {
      const field = /^ {2}(\w+) +(\w+(?:\[\])?)(\?)?(.*)$/.exec(line);
      const key = /^ {2}@@id\(\[(.*)\]\)/.exec(line)?.[1];
      if (key !== undefined) keys[table] = key;
      if (field === null) continue;
      const [, column = '', type = '', optional, rest = ''] = field;
      if (/ ?@id\b/.test(rest)) keys[table] = column;
      columns.push({ table, column, type: scalars[`${type}${/@db\.\w+(?:\(3\))?/.exec(rest)?.[0] ?? ''}`] ?? type, nullable: optional === '?' || type.endsWith('[]') });
    }
  }
  return { columns, keys };
}

/** What holds of the tables themselves, on every database. */
export function keepingTests({ database, charged }: { readonly database: () => Database; readonly charged: () => Promise<void> }): void {
  test('the schema says what the database is', async () => {
    const own = `n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'`;
    const columns = await database().query(`SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND a.attnum > 0 AND NOT a.attisdropped`);
    const keys = await database().query<{ table: string; key: string }>(`SELECT c.relname AS "table", string_agg(a.attname, ', ' ORDER BY k.n) AS key
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(i.indkey::int[]) WITH ORDINALITY k(attnum, n), pg_attribute a
      WHERE ${own} AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.attnum GROUP BY 1`);
    const sorted = (rows: readonly object[]): readonly string[] => rows.map((row) => JSON.stringify(row)).toSorted();
    const schema = declared();
    expect(sorted(columns)).toEqual(sorted(schema.columns));
    expect(Object.fromEntries(keys.map(({ table, key }) => [table, key]))).toEqual(schema.keys);
  });

  test('migrations are applied once, recorded as Prisma does, and one that was changed since is refused', async () => {
    const migrations = migrationsIn(migrationsFolder());
    expect(await migrate(database(), migrations)).toEqual([]);
    const rows = await database().query('SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS finished, rolled_back_at, logs FROM _prisma_migrations');
    expect(rows).toEqual(migrations.map(({ name, checksum }) => ({ migration_name: name, checksum, applied_steps_count: 1, finished: true, rolled_back_at: null, logs: null })));
    await expect(migrate(database(), migrations.map((one) => ({ ...one, checksum: 'another' })))).rejects.toMatchObject({ code: 'migration' });
    await expect(migrate(database(), [...migrations, { name: 'z_broken', sql: 'CREATE TABLE half (id INT); SELECT nonsense', checksum: 'x' }])).rejects.toThrow('nonsense');
    // What fails leaves nothing.
    expect(await database().query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
  });

  test('who asks what makes no sense does not disturb whoever asks next', async () => {
    for (let n = 0; n < 20; n++) {
      await expect(database().query('SELECT $1::timestamptz', ['nonsense'])).rejects.toMatchObject({ code: '22007' });
      expect(await database().query('SELECT $1::int AS one', [n])).toEqual([{ one: n }]);
    }
  });

  test('a partition takes over what lay in the default one, and goes when it is too old', async () => {
    const db = database();
    const now = Date.UTC(2026, 5, 10);
    await db.query(`INSERT INTO frames (ts, station, evse, kind, dir, type) VALUES ('2026-06-01T12:00:00Z', 'x', 1, 'v2g', 'other', 'early'), ('2026-06-09T12:00:00Z', 'x', 1, 'v2g', 'other', 'late')`);
    await new Partitions(db, () => now).ensure('frames', [Date.UTC(2026, 5, 1, 12), Date.UTC(2026, 5, 9, 12)]);
    expect(await db.query(`SELECT tableoid::regclass::text AS part, type FROM frames WHERE station = 'x' ORDER BY ts`)).toEqual([{ part: 'frames_20260601', type: 'early' }, { part: 'frames_20260609', type: 'late' }]);
    const before = (await partitionsOf(db, 'frames')).map(({ name }) => name);
    const dropped = await dropOld(db, { days: { frames: 7 }, megabytes: 0 }, now);
    expect(dropped).toContain('frames_20260601');
    expect(dropped).not.toContain('frames_20260609');
    expect((await partitionsOf(db, 'frames')).map(({ name }) => name)).toEqual(before.filter((name) => !dropped.includes(name)));
    // No room at all: everything that is over goes, the frames first, and of them those whose time was never right.
    await db.query(`INSERT INTO frames (ts, station, evse, kind, dir, type) VALUES ('1970-01-01T00:00:05Z', 'x', 1, 'v2g', 'other', 'strange')`);
    expect((await dropOld(db, { days: {}, megabytes: 1 }, now)).slice(0, 2)).toEqual(['frames_default', expect.stringMatching(/^frames_\d/)]);
    expect(await db.query('SELECT FROM frames_default')).toEqual([]);
  });

  test('a page of the messages of a session is found without a look at those of all others', async () => {
    const db = database();
    await db.query(`INSERT INTO frames (ts, station, evse, session_id, kind, dir, type) SELECT now(), 'busy', 1, md5((n / 500)::text)::uuid, 'v2g', 'other', 'x' FROM generate_series(0, 19999) n`);
    await db.query('ANALYZE frames');
    const [last] = await db.query<{ id: string }>(`SELECT md5('39')::uuid AS id`);
    const explains: Database = { ...db, query: (sql, values) => db.query(`EXPLAIN (ANALYZE) ${sql}`, values) };
    const plan = JSON.stringify(await framesOf(explains, last?.id ?? '', { limit: 100 }));
    expect(plan).toContain('actual time');
    expect([...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, rows]) => Number(rows)).filter((rows) => rows > 500)).toEqual([]);
    await db.query(`DELETE FROM frames WHERE station = 'busy'`);
  });

  test.each([
    ['faults of a session', `SELECT FROM faults WHERE session_id = md5('')::uuid`, /Index Cond: \(session_id/],
    ['matchings of a session', `SELECT FROM slac_matches WHERE session_id = md5('')::uuid`, /Index Cond: \(session_id/],
    ['the end of a fault', `SELECT min(ts) FROM session_events WHERE type = 'fault.cleared' AND station = 'x' AND evse = 1 AND ts >= now()`, /Index Cond: \(\(station/],
  ])('%s: found by an index', async (_, sql, by) => {
    const plan = await database().transaction(async (query) => {
      // So few rows are read at once otherwise.
      await query('SET LOCAL enable_seqscan = off');
      return query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`);
    });
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toMatch(by);
  });

  test('a session over the end of a partition that was dropped has the curve of its minutes', async () => {
    const db = database();
    const [made] = await db.query<{ id: string }>(`INSERT INTO sessions (id, station, evse, started_at, rolled) VALUES (gen_random_uuid(), 'x', 1, '2026-06-07T23:58:00Z', false) RETURNING id`);
    const id = made?.id ?? '';
    await db.query(`INSERT INTO telemetry (station, evse, ts, session_id, voltage, current, power, energy_wh) SELECT 'x', 1, timestamptz '2026-06-07T23:58:30Z' + n * interval '1 min', $1, 400, 1, 400, n FROM generate_series(0, 3) n`, [id]);
    while (await rollUpTelemetry(db));
    expect(await powerCurve(db, id)).toMatchObject({ resolutionS: 0, points: [{}, {}, {}, {}] });
    await db.query(`DELETE FROM telemetry WHERE session_id = $1 AND ts < '2026-06-08T00:00:00Z'`, [id]);
    expect(await powerCurve(db, id)).toMatchObject({ resolutionS: 60, points: [{}, {}, {}, { ts: '2026-06-08T00:01:00.000Z' }] });
  });

  test('of dead letters the newest are kept, however many come', async () => {
    const db = database();
    await db.query(`INSERT INTO dead_letters (topic, problem) SELECT 'x', n::text FROM generate_series(1, 10003) n`);
    await dropOld(db, { days: {}, megabytes: 0 }, Date.now());
    const [kept] = await db.query(`SELECT count(*) AS n, min(problem::int) AS oldest FROM dead_letters WHERE topic = 'x'`);
    expect(kept).toEqual({ n: 10_000, oldest: 4 });
    await db.query('DELETE FROM dead_letters');
  });

  test('a history moves to another database and is the same there; who is to be forgotten is gone', async () => {
    await charged();
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-moved-'));
    await freshDatabase(folder);
    const other = await openDatabase({ url: 'embedded', folder, clock, trouble: () => undefined });
    try {
      await migrate(other, migrationsIn(migrationsFolder()));
      // Heard, and of no session.
      await database().query(`INSERT INTO session_events (event_id, ts, station, evse, type, src, boot, seq, data)
        VALUES (gen_random_uuid(), now(), 'x', 1, 'slac.started', 'slac-agent/main', gen_random_uuid(), 1, '{"ev": "02:00:00:00:00:ab", "attempt": 1}')`);
      await database().query(`INSERT INTO frames (ts, station, evse, kind, dir, type, raw) VALUES (now(), 'x', 1, 'slac', 'other', 'CM_SLAC_PARM.REQ', '\\xffffffffffff0200000000ab88e1')`);
      // Of a version that is still to come.
      const later = { id: uuidv7(Date.now()), ts: new Date().toISOString(), st: 'x', evse: 1, src: 'slac-agent/main', boot: uuidv7(0), seq: 2, type: 'slac.later', data: null };
      await new EventStore({ db: database(), partitions: new Partitions(database(), Date.now), privacy: privacy(undefined), timeZone: 'UTC' }).store([later as never]);
      const knows = (line: string): boolean => line.toLowerCase().replaceAll(':', '').includes('0200000000ab');
      const lines: string[] = [];
      const count = await exportHistory(database(), (line) => Promise.resolve(void lines.push(line)));
      expect(await importHistory(other, (async function* each() { yield* lines; })())).toBe(count);
      const again: string[] = [];
      await exportHistory(other, (line) => Promise.resolve(void again.push(line)));
      expect(again.toSorted()).toEqual(lines.toSorted());
      expect(lines.filter(knows).length).toBeGreaterThan(2);

      // Earlier versions wrote a null.
      const old = (lines.find((line) => line.includes('slac.later')) ?? '').replace('"data": {}', '"data": null').replace(/"event_id": "\w{8}/, '"event_id": "ffffffff');
      await importHistory(other, (async function* one() { yield lines[0] ?? ''; yield old; })());
      expect(await other.query(`DELETE FROM session_events WHERE event_id::text LIKE 'ffffffff%' RETURNING data`)).toEqual([{ data: {} }]);

      // One that had begun here before the rest of it came.
      const [begun] = await other.query<{ id: string }>('UPDATE sessions SET events = events - 1 WHERE id = (SELECT id FROM sessions WHERE events > 1 LIMIT 1) RETURNING id');
      await other.query(`DELETE FROM session_events WHERE session_id = $1 AND type = 'session.started'`, [begun?.id]);
      await importHistory(other, (async function* each() { yield* lines; })());
      expect(await other.query('SELECT id FROM sessions WHERE assembled < revision')).toEqual([begun]);

      // A short token is part of many another, and stands in text of JSON as well.
      const payloads = [
        '{"idToken": "04A2"}', '{"data": "{\\"idTag\\":\\"04A2\\"}"}', '{"idTag": "04a2"}', '{"idTag": "A.B*"}', '{"vendor": "EVCCID0200000000AB!"}',
        '{"idToken": "104A2F"}', '{"idToken": "04A2-B"}', '{"idTag": "AxB*"}', '{"connectorId": 1}',
      ];
      await other.query(`INSERT INTO ocpp_messages (ts, station, dir, kind, message_id, payload) SELECT now(), 'x', 'out', 'call', one, one::jsonb FROM unnest($1::text[]) one`, [payloads]);
      await other.query(`INSERT INTO transactions (station, id, id_token) VALUES ('x', 'one', '04a2'), ('x', 'other', '104A2F')`);
      await other.query(`INSERT INTO dead_letters (topic, problem, payload) VALUES ('frame/slac', '', '{"hex":"ffffffffffff0200000000ab88ee'), ('x', '', 'of somebody else')`);
      expect(await forgetIdentities(other, ['04A2', 'A.B*', '1', '02:00:00:00:00:AB'], undefined)).toBeGreaterThan(0);
      expect((await other.query<{ payload: string }>(`SELECT payload FROM dead_letters WHERE topic IN ('frame/slac', 'x')`)).map(({ payload }) => payload)).toEqual(['of somebody else']);
      await other.query(`DELETE FROM dead_letters WHERE topic = 'x'`);
      expect(await other.query(`SELECT id FROM transactions WHERE station = 'x' AND id_token IS NOT NULL`)).toEqual([{ id: 'other' }]);
      await other.query(`DELETE FROM transactions WHERE station = 'x'`);
      const left = await other.query<{ id: string }>(`SELECT message_id AS id FROM ocpp_messages WHERE message_id = ANY($1) AND payload IS NOT NULL`, [payloads]);
      expect(left.map(({ id }) => id)).toEqual(payloads.slice(5));
      await other.query('DELETE FROM ocpp_messages WHERE message_id = ANY($1)', [payloads]);

      const after: string[] = [];
      await exportHistory(other, (line) => Promise.resolve(void after.push(line)));
      expect(after.filter(knows)).toEqual([]);
      expect(after).toHaveLength(lines.length);
      await expect(importHistory(other, (async function* none() { yield 'hello'; })())).rejects.toMatchObject({ name: 'TransferError' });
    } finally {
      await other.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
}
