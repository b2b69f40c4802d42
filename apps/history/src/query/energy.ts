import { z } from 'zod';
import type { Database } from '../database/database.js';

const day = z.iso.date();
export const energyQuery = z.strictObject({
  station: z.string().regex(/^[A-Za-z0-9_.-]{1,48}$/),
  from: day.describe('the first day, where the station stands'),
  to: day.describe('the last day'),
  by: z.enum(['day', 'month']).default('day'),
});

export const energyRow = z.object({ date: z.string(), energyWh: z.number(), sessions: z.number().describe('that ended then') });

/**
 * Energy by day or month where the station stands. A charge over midnight counts on both days, by its register; what no
 * sample tells of it, on the day of its end. So all days together are what all sessions delivered.
 */
const sql = `
WITH zone AS (
  SELECT coalesce((SELECT time_zone FROM stations WHERE id = $1), 'UTC') AS name
), span AS (
  SELECT $2::date::timestamp AT TIME ZONE name AS begins, ($3::date + 1)::timestamp AT TIME ZONE name AS ends, name FROM zone
), near AS (
  SELECT s.id, s.energy_wh, coalesce(s.ended_at, s.started_at) AS ended, s.ended_at IS NOT NULL AS over FROM sessions s, span
  WHERE s.station = $1 AND s.started_at < span.ends AND coalesce(s.ended_at, 'infinity') >= span.begins
), minutes AS (
  SELECT m.session_id, m.minute, m.energy_wh - lag(m.energy_wh, 1, 0) OVER (PARTITION BY m.session_id ORDER BY m.minute) AS wh
  FROM telemetry_1m m JOIN near ON near.id = m.session_id
), told AS (
  SELECT session_id, sum(wh) AS wh FROM minutes GROUP BY session_id
), parts AS (
  SELECT minute AS at, wh, 0 AS session FROM minutes
  UNION ALL
  SELECT near.ended, near.energy_wh - coalesce(told.wh, 0), 1 FROM near LEFT JOIN told ON told.session_id = near.id WHERE near.over
)
SELECT to_char(at AT TIME ZONE span.name, $4) AS date, sum(wh)::float8 AS "energyWh", sum(session)::int AS sessions
FROM parts, span WHERE at >= span.begins AND at < span.ends GROUP BY 1 ORDER BY 1`;

export function energyBy(db: Database, { station, from, to, by }: z.output<typeof energyQuery>): Promise<readonly z.output<typeof energyRow>[]> {
  return db.query(sql, [station, from, to, by === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM']);
}
