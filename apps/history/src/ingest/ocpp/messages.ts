import type { AnyEvent } from '@pilotwire/contracts';
import type { Database, Query } from '../../database/database.js';
import type { Partitions } from '../../database/partitions.js';
import type { Privacy } from '../privacy.js';
import { begun16, toldBy } from './frames.js';
import type { MeterReading, OcppMessage, TransactionWord } from './frames.js';

/** A frame of a station. */
export interface OcppRow {
  readonly station: string;
  readonly message: OcppMessage;
}

const insertMessages = `
INSERT INTO ocpp_messages (ts, station, dir, kind, message_id, action, code, payload)
SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])`;

/** An answer may be a day late: the call waited that long for its answer, and nobody for longer. */
const findCall = `
SELECT payload FROM ocpp_messages
WHERE station = $1 AND message_id = $2 AND dir = 'out' AND kind = 'call' AND action = 'StartTransaction' AND ts BETWEEN $3::timestamptz - interval '1 day' AND $3::timestamptz
ORDER BY ts DESC LIMIT 1`;

/** Each word adds what it knows; in whatever order they come, and how often, the row is the same. */
const upsert = `
INSERT INTO transactions AS t (station, id, evse, ocpp, id_token, started_at, ended_at, meter_start_wh, meter_stop_wh, reason)
VALUES ($1, $2, $3, coalesce($4, (SELECT protocol FROM ocpp_states WHERE station = $1 AND protocol IS NOT NULL ORDER BY ts DESC LIMIT 1)), $5, $6, $7, $8, $9, $10)
ON CONFLICT (station, id) DO UPDATE SET
  evse = coalesce(t.evse, excluded.evse), ocpp = coalesce(t.ocpp, excluded.ocpp), id_token = coalesce(t.id_token, excluded.id_token),
  started_at = least(t.started_at, excluded.started_at), ended_at = greatest(t.ended_at, excluded.ended_at),
  meter_start_wh = least(t.meter_start_wh, excluded.meter_start_wh), meter_stop_wh = greatest(t.meter_stop_wh, excluded.meter_stop_wh),
  reason = coalesce(t.reason, excluded.reason)`;

const insertReadings = `
INSERT INTO meter_values (station, transaction_id, ts, measurand, value, unit)
SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::float8[], $6::text[]) ON CONFLICT DO NOTHING`;

/** Stores frames, and what they tell of transactions, in one transaction. Resolves to whether they told of any. */
export async function storeOcpp(db: Database, partitions: Partitions, privacy: Privacy, rows: readonly OcppRow[]): Promise<boolean> {
  const clean = rows.map(({ station, message }) => ({ station, ...message, payload: message.payload === undefined ? undefined : privacy.clean(message.payload as AnyEvent['data']) }));
  const told = clean.flatMap((one) => {
    const what = toldBy(one);
    return what === undefined ? [] : [{ station: one.station, ts: one.ts, what }];
  });
  const readings = told.flatMap(({ station, what }) => (what.kind === 'transaction' ? what.readings.map((one) => ({ station, transaction: what.word.id, ...one })) : []));
  await partitions.ensure('ocpp_messages', clean.map(({ ts }) => Date.parse(ts)));
  await partitions.ensure('meter_values', readings.map(({ ts }) => Date.parse(ts)));
  await db.transaction(async (query) => {
    await query(insertMessages, [
      clean.map(({ ts }) => ts), clean.map(({ station }) => station), clean.map(({ dir }) => dir), clean.map(({ kind }) => kind), clean.map(({ id }) => id),
      clean.map(({ action }) => action ?? null), clean.map(({ code }) => code ?? null), clean.map(({ payload }) => (payload === undefined ? null : JSON.stringify(payload))),
    ]);
    for (const { station, ts, what } of told) {
      if (what.kind === 'transaction') await add(query, station, what.word, privacy);
      else {
        const [call] = await query<{ payload: unknown }>(findCall, [station, what.call, ts]);
        const word = begun16(what.id, call?.payload);
        await renameEarlier(query, station, word);
        await add(query, station, word, privacy);
      }
    }
    await insert(query, readings);
  });
  return told.length > 0;
}

function add(query: Query, station: string, { id, evse, ocpp, idToken, startedAt, endedAt, meterStartWh, meterStopWh, reason }: TransactionWord, privacy: Privacy): Promise<unknown> {
  return query(upsert, [
    station, id, evse ?? null, ocpp ?? null, idToken === undefined ? null : privacy.identity(idToken), startedAt ?? null, endedAt ?? null, meterStartWh ?? null,
    meterStopWh ?? null, reason ?? null,
  ]);
}

/** A CSMS of 1.6 that forgets its numbers gives them again; the earlier transaction gets its time behind its number. */
async function renameEarlier(query: Query, station: string, { id, startedAt }: TransactionWord): Promise<void> {
  if (startedAt === undefined) return;
  const [earlier] = await query<{ at: string }>('SELECT coalesce(started_at, ended_at) AS at FROM transactions WHERE station = $1 AND id = $2 AND coalesce(started_at, ended_at) < $3', [station, id, startedAt]);
  if (earlier === undefined) return;
  const name = `${id}@${earlier.at}`;
  await query('UPDATE transactions SET id = $3 WHERE station = $1 AND id = $2', [station, id, name]);
  await query('UPDATE meter_values SET transaction_id = $3 WHERE station = $1 AND transaction_id = $2', [station, id, name]);
}

async function insert(query: Query, readings: readonly (MeterReading & { readonly station: string; readonly transaction: string })[]): Promise<void> {
  if (readings.length === 0) return;
  await query(insertReadings, [
    readings.map(({ station }) => station), readings.map(({ transaction }) => transaction), readings.map(({ ts }) => ts), readings.map(({ measurand }) => measurand),
    readings.map(({ value }) => value), readings.map(({ unit }) => unit ?? null),
  ]);
}

/** So many at once. */
const most = 200;

/**
 * Frames do not say of which session a transaction is. It is the one at the same outlet that it overlaps longest; of a
 * transaction that runs only the beginning counts, so that a lost end does not make it another's.
 */
const link = `
UPDATE transactions t SET session_id = f.session FROM (
  SELECT u.station, u.id, (
    SELECT s.id FROM sessions s
    WHERE s.station = u.station AND s.evse = u.evse AND s.started_at <= u.until AND s.started_at > u.began - interval '30 days' AND coalesce(s.ended_at, 'infinity') >= u.began
    ORDER BY least(s.ended_at, u.until) - greatest(s.started_at, u.began) DESC, s.started_at DESC LIMIT 1
  ) AS session
  FROM (
    SELECT station, id, evse, started_at AS began, coalesce(ended_at, started_at + interval '1 s') AS until
    FROM transactions WHERE session_id IS NULL AND evse IS NOT NULL AND started_at IS NOT NULL ORDER BY started_at DESC LIMIT ${most}
  ) u
) f WHERE f.session IS NOT NULL AND t.station = f.station AND t.id = f.id`;

/** Gives the newest transactions that have none their session. */
export async function linkTransactions(db: Database): Promise<void> {
  await db.query(link);
}
