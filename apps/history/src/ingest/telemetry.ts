import type { PayloadOf, telemetryBatch } from '@pilotwire/contracts';
import type { Database } from '../database/database.js';
import type { Partitions } from '../database/partitions.js';

export interface TelemetryBatch {
  readonly station: string;
  readonly evse: number;
  readonly batch: PayloadOf<typeof telemetryBatch>;
}

/** Arrays, a column each: many times faster than rows (one that comes again meets its key). */
const insert = `
WITH rows AS (
  SELECT * FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::uuid[], $5::real[], $6::real[], $7::real[], $8::real[], $9::real[], $10::real[], $11::float8[])
    AS r(station, evse, ts, session_id, voltage, current, power, target_voltage, target_current, soc, energy_wh)
), stored AS (
  INSERT INTO telemetry (station, evse, ts, session_id, voltage, current, power, target_voltage, target_current, soc, energy_wh)
  SELECT * FROM rows ON CONFLICT DO NOTHING RETURNING 1
), sessions_of AS (
  INSERT INTO sessions (id, station, evse, started_at, rolled)
  SELECT DISTINCT ON (session_id) session_id, station, evse, ts, false FROM rows ORDER BY session_id, ts
  ON CONFLICT (id) DO UPDATE SET rolled = false WHERE sessions.rolled
)
SELECT count(*) AS stored FROM stored`;

/** An array as Postgres writes it, of numbers, times and ids: nothing in them needs quotes, and looking costs as much as storing. */
const literal = (values: readonly (number | string | undefined)[]): string => `{${values.map((value) => value ?? 'NULL').join()}}`;

/** Stores batches in one transaction. Resolves to the number of new rows. */
export async function storeTelemetry(db: Database, partitions: Partitions, batches: readonly TelemetryBatch[]): Promise<number> {
  const rows = batches.flatMap(({ station, evse, batch: { sessionId, samples } }) => samples.map((sample) => ({ station, evse, sessionId, ...sample })));
  await partitions.ensure('telemetry', rows.map(({ ts }) => Date.parse(ts)));
  const [result] = await db.query<{ stored: number }>(insert, [
    rows.map(({ station }) => station), literal(rows.map(({ evse }) => evse)), literal(rows.map(({ ts }) => ts)), literal(rows.map(({ sessionId }) => sessionId)),
    literal(rows.map(({ voltage }) => voltage)), literal(rows.map(({ current }) => current)), literal(rows.map(({ power }) => power)),
    literal(rows.map(({ targetVoltage }) => targetVoltage)), literal(rows.map(({ targetCurrent }) => targetCurrent)),
    literal(rows.map(({ soc }) => soc)), literal(rows.map(({ energyWh }) => energyWh)),
  ]);
  return result?.stored ?? 0;
}

/** Sessions that are rolled up at once. */
const most = 50;

const rollUp = `
INSERT INTO telemetry_1m (session_id, minute, station, evse, samples, voltage, current, power, max_power, soc, energy_wh)
SELECT session_id, date_trunc('minute', ts), min(station), min(evse), count(*), avg(voltage), avg(current), avg(power), max(power), max(soc), max(energy_wh)
FROM telemetry WHERE session_id = ANY($1::uuid[]) GROUP BY 1, 2
ON CONFLICT (session_id, minute) DO UPDATE SET
  samples = excluded.samples, voltage = excluded.voltage, current = excluded.current, power = excluded.power,
  max_power = excluded.max_power, soc = excluded.soc, energy_wh = excluded.energy_wh
WHERE excluded.samples > telemetry_1m.samples`;

const peaks = `
UPDATE sessions s SET max_power_w = m.power, max_voltage = m.voltage, max_current = m.current
FROM (SELECT session_id, max(power) AS power, max(voltage) AS voltage, max(current) AS current FROM telemetry WHERE session_id = ANY($1::uuid[]) GROUP BY 1) m
WHERE s.id = m.session_id`;

/** Rolls up the minutes of sessions that have new telemetry. Resolves to whether there may be more. */
export function rollUpTelemetry(db: Database): Promise<boolean> {
  return db.transaction(async (query) => {
    // Taken first: what comes while we look makes them due again.
    const due = await query<{ id: string }>(`UPDATE sessions SET rolled = true WHERE id IN (SELECT id FROM sessions WHERE NOT rolled LIMIT ${most}) RETURNING id`);
    if (due.length === 0) return false;
    const ids = due.map(({ id }) => id);
    await query(rollUp, [ids]);
    await query(peaks, [ids]);
    return ids.length === most;
  });
}
