import { dashboard } from '../dashboard.js';
import { barsOf, rows, series, stat, states } from '../panels.js';
import { chosen, zoneOf } from '../query.js';

/** From midnight at the station to the end of the range. */
const today = `s.started_at >= date_trunc('day', $__timeTo()::timestamptz, ${zoneOf('s')}) AND s.started_at <= $__timeTo()::timestamptz`;

/** Is there power, how much was delivered, what went wrong. */
export const overview = dashboard({
  uid: 'pilotwire-overview', title: 'Overview', help: 'The stations at a glance.', from: 'now-7d', refresh: '30s', choices: ['station', 'evse'],
  panels: [
    stat({ title: 'Plugged in now', query: `SELECT count(*) AS "sessions" FROM sessions s WHERE s.ended_at IS NULL AND s.started_at > $__timeTo()::timestamptz - interval '2 days' AND ${chosen('s')}` }),
    stat({
      title: 'Power now', unit: 'watt',
      // By the sessions that may be running: their key finds the last row at once, where the times of all rows had to be looked through.
      query: `SELECT coalesce(sum(power), 0) AS "power" FROM (
  SELECT DISTINCT ON (s.station, s.evse) t.power FROM sessions s CROSS JOIN LATERAL (
    SELECT power, ts FROM telemetry WHERE session_id = s.id AND ts BETWEEN $__timeTo()::timestamptz - interval '30 seconds' AND $__timeTo()::timestamptz ORDER BY ts DESC LIMIT 1
  ) t
  WHERE s.started_at BETWEEN $__timeTo()::timestamptz - interval '7 days' AND $__timeTo()::timestamptz AND coalesce(s.ended_at >= $__timeTo()::timestamptz - interval '30 seconds', true) AND ${chosen('s')}
  ORDER BY s.station, s.evse, t.ts DESC
) last`,
    }),
    stat({ title: 'Sessions today', help: 'By the days of the station.', query: `SELECT count(*) AS "sessions" FROM sessions s WHERE ${today} AND ${chosen('s')}` }),
    stat({ title: 'Energy today', help: 'Of the sessions that began today, where the station stands.', unit: 'watth', query: `SELECT coalesce(sum(s.energy_wh), 0) AS "energy" FROM sessions s WHERE ${today} AND ${chosen('s')}` }),
    stat({
      title: 'Success rate, 7 days', unit: 'percentunit', help: 'Of the sessions that ended: how many were completed, ended by the car, or stopped by a person.',
      steps: [[null, 'red'], [0.9, 'orange'], [0.97, 'green']],
      query: `SELECT count(*) FILTER (WHERE s.outcome IN ('completed', 'ended-by-car', 'stopped'))::float8 / nullif(count(*), 0) AS "rate"
FROM sessions s WHERE s.ended_at IS NOT NULL AND s.started_at BETWEEN $__timeTo()::timestamptz - interval '7 days' AND $__timeTo()::timestamptz AND ${chosen('s')}`,
    }),
    stat({
      title: 'Faults, 24 hours', steps: [[null, 'green'], [1, 'orange'], [10, 'red']],
      query: `SELECT count(*) AS "faults" FROM faults f WHERE f.raised_at BETWEEN $__timeTo()::timestamptz - interval '24 hours' AND $__timeTo()::timestamptz AND ${chosen('f')}`,
    }),
    states({
      title: 'Outlets', row: 'outlet', help: 'Whether a car was plugged in; a session that ended badly keeps its outcome until the next.',
      query: `SELECT "time", outlet, state FROM (
  SELECT s.started_at AS "time", s.station || ' ' || s.evse AS outlet, 'plugged in' AS state FROM sessions s WHERE $__timeFilter(s.started_at) AND ${chosen('s')}
  UNION ALL
  SELECT s.ended_at, s.station || ' ' || s.evse, CASE s.outcome WHEN 'fault' THEN 'fault' WHEN 'aborted' THEN 'aborted' ELSE 'free' END FROM sessions s WHERE $__timeFilter(s.ended_at) AND $__timeFilter(s.started_at) AND ${chosen('s')}
) changes ORDER BY 1`,
    }),
    series({
      title: 'Power', unit: 'watt', help: 'The mean of each minute, of running sessions as well.', width: 16,
      query: `SELECT $__timeGroupAlias(m.minute, $__interval), m.station || ' ' || m.evse AS metric, avg(m.power) AS "power"
FROM telemetry_1m m WHERE $__timeFilter(m.minute) AND ${chosen('m')} GROUP BY 1, 2 ORDER BY 1`,
    }),
    barsOf({
      title: 'Utilisation', unit: 'percentunit', help: 'How much of the time a car was plugged in.', x: 'outlet', width: 8,
      query: `SELECT s.station || ' ' || s.evse AS outlet,
  sum(extract(epoch FROM least(coalesce(s.ended_at, $__timeTo()::timestamptz), $__timeTo()::timestamptz) - s.started_at))::float8 / extract(epoch FROM $__timeTo()::timestamptz - $__timeFrom()::timestamptz)::float8 AS "utilisation"
FROM sessions s WHERE $__timeFilter(s.started_at) AND ${chosen('s')} GROUP BY 1 ORDER BY 1`,
    }),
    barsOf({
      title: 'Energy by day', unit: 'kwatth', help: 'By the day on which a session began, where its station stands.', x: 'day', width: 24,
      query: `SELECT to_char(s.started_at AT TIME ZONE coalesce(st.time_zone, 'UTC'), 'YYYY-MM-DD') AS day, sum(s.energy_wh) / 1000 AS "energy"
FROM sessions s LEFT JOIN stations st ON st.id = s.station WHERE $__timeFilter(s.started_at) AND ${chosen('s')} GROUP BY 1 ORDER BY 1`,
    }),
    rows({
      title: 'Sessions', height: 12, units: { energy: 'watth', 'peak power': 'watt', duration: 's' },
      links: { began: { title: 'This session', url: '/d/pilotwire-session?var-session=${__data.fields.id}&from=${__data.fields.fromMs}&to=${__data.fields.toMs}' } },
      query: `SELECT s.started_at AS began, s.station, s.evse, s.outcome, s.stop_reason AS "reason", s.stop_by AS "by", s.energy_wh AS energy, s.duration_s AS duration,
  s.soc_start AS "SoC from", s.soc_end AS "SoC to", s.max_power_w AS "peak power", s.evccid, s.simulated, s.id::text AS id,
  (extract(epoch FROM s.started_at) * 1000 - 60000)::bigint AS "fromMs", (extract(epoch FROM coalesce(s.ended_at, $__timeTo()::timestamptz)) * 1000 + 60000)::bigint AS "toMs"
FROM sessions s WHERE $__timeFilter(s.started_at) AND ${chosen('s')} ORDER BY s.started_at DESC LIMIT 200`,
    }),
  ],
});
