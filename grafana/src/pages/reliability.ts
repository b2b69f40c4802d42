import { dashboard } from '../dashboard.js';
import { barsOf, rows, series, stat } from '../panels.js';
import { chosen } from '../query.js';

const good = "('completed', 'ended-by-car', 'stopped')";
const ms = (column: string, share: number): string => `percentile_cont(${share}) WITHIN GROUP (ORDER BY ${column})`;

/** How often a charge comes to something, and where the others end. */
export const reliability = dashboard({
  uid: 'pilotwire-reliability', title: 'Reliability and SLAC', help: 'How often a charge comes to something, and where the others end.', from: 'now-30d', choices: ['station', 'evse'],
  panels: [
    stat({
      title: 'Matchings that succeed', unit: 'percentunit', width: 6, steps: [[null, 'red'], [0.9, 'orange'], [0.98, 'green']],
      query: `SELECT count(*) FILTER (WHERE m.result = 'matched')::float8 / nullif(count(*), 0) AS "rate" FROM slac_matches m WHERE $__timeFilter(m.ts) AND ${chosen('m')}`,
    }),
    stat({
      title: 'Sessions that succeed', unit: 'percentunit', width: 6, steps: [[null, 'red'], [0.9, 'orange'], [0.97, 'green']],
      query: `SELECT count(*) FILTER (WHERE s.outcome IN ${good})::float8 / nullif(count(*), 0) AS "rate" FROM sessions s WHERE s.ended_at IS NOT NULL AND $__timeFilter(s.started_at) AND ${chosen('s')}`,
    }),
    stat({ title: 'From plug-in to current, median', unit: 'ms', width: 6, query: `SELECT ${ms('s.to_charge_ms', 0.5)} AS "median" FROM sessions s WHERE s.to_charge_ms IS NOT NULL AND $__timeFilter(s.started_at) AND ${chosen('s')}` }),
    stat({ title: 'Attenuation, median', unit: 'dB', width: 6, query: `SELECT ${ms('m.avg_atten_db', 0.5)} AS "median" FROM slac_matches m WHERE m.avg_atten_db IS NOT NULL AND $__timeFilter(m.ts) AND ${chosen('m')}` }),
    series({
      title: 'Success by day', unit: 'percentunit',
      query: `SELECT "time", metric, rate FROM (
  SELECT $__timeGroup(m.ts, '1d') AS "time", 'matchings' AS metric, count(*) FILTER (WHERE m.result = 'matched')::float8 / count(*) AS rate FROM slac_matches m WHERE $__timeFilter(m.ts) AND ${chosen('m')} GROUP BY 1
  UNION ALL
  SELECT $__timeGroup(s.started_at, '1d'), 'sessions', count(*) FILTER (WHERE s.outcome IN ${good})::float8 / count(*) FROM sessions s WHERE s.ended_at IS NOT NULL AND $__timeFilter(s.started_at) AND ${chosen('s')} GROUP BY 1
) days ORDER BY 1`,
    }),
    series({
      title: 'From plug-in to current', unit: 'ms',
      query: `SELECT $__timeGroupAlias(s.started_at, '1d'), ${ms('s.to_charge_ms', 0.5)} AS "p50", ${ms('s.to_charge_ms', 0.95)} AS "p95"
FROM sessions s WHERE s.to_charge_ms IS NOT NULL AND $__timeFilter(s.started_at) AND ${chosen('s')} GROUP BY 1 ORDER BY 1`,
    }),
    series({
      title: 'How long a matching takes', unit: 'ms',
      query: `SELECT $__timeGroupAlias(m.ts, '1d'), ${ms('m.duration_ms', 0.5)} AS "p50", ${ms('m.duration_ms', 0.95)} AS "p95"
FROM slac_matches m WHERE m.duration_ms IS NOT NULL AND $__timeFilter(m.ts) AND ${chosen('m')} GROUP BY 1 ORDER BY 1`,
    }),
    barsOf({
      title: 'Attenuation', help: 'The mean of all groups that the charger measured, in steps of 2 dB.', x: 'dB',
      query: `SELECT (floor(m.avg_atten_db / 2) * 2)::int::text AS "dB", count(*) AS matchings FROM slac_matches m WHERE m.avg_atten_db IS NOT NULL AND $__timeFilter(m.ts) AND ${chosen('m')}
GROUP BY floor(m.avg_atten_db / 2) ORDER BY floor(m.avg_atten_db / 2)`,
    }),
    barsOf({
      title: 'Attenuation by group', help: 'Median of each of the 58 groups of carriers, low frequencies first. A hole is a filter or a bad contact, a slope a long cable.', x: 'group', unit: 'dB', width: 24,
      query: `SELECT g.at::text AS "group", percentile_cont(0.5) WITHIN GROUP (ORDER BY g.db) AS "attenuation"
FROM slac_matches m CROSS JOIN unnest(m.atten_groups) WITH ORDINALITY AS g(db, at) WHERE m.atten_groups IS NOT NULL AND $__timeFilter(m.ts) AND ${chosen('m')} GROUP BY g.at ORDER BY g.at`,
    }),
    barsOf({
      title: 'Why matchings fail', x: 'why',
      query: `SELECT coalesce(m.why, 'unknown') AS why, count(*) FILTER (WHERE m.attempt = 1) AS "first attempt", count(*) FILTER (WHERE m.attempt IS DISTINCT FROM 1) AS "later attempts"
FROM slac_matches m WHERE m.result <> 'matched' AND $__timeFilter(m.ts) AND ${chosen('m')} GROUP BY 1 ORDER BY 2 DESC`,
    }),
    barsOf({
      title: 'Where sessions fail', x: 'phase', stacked: true,
      query: `SELECT coalesce(s.phase, 'unknown') AS phase, count(*) FILTER (WHERE s.outcome = 'fault') AS fault, count(*) FILTER (WHERE s.outcome = 'aborted') AS aborted
FROM sessions s WHERE s.outcome IN ('fault', 'aborted') AND $__timeFilter(s.started_at) AND ${chosen('s')} GROUP BY 1 ORDER BY count(*) DESC`,
    }),
    rows({
      title: 'Why sessions end', width: 12, units: { share: 'percentunit' },
      query: `SELECT s.stop_reason AS reason, s.stop_by AS "by", count(*) AS sessions, count(*)::float8 / sum(count(*)) OVER () AS share
FROM sessions s WHERE s.ended_at IS NOT NULL AND $__timeFilter(s.started_at) AND ${chosen('s')} GROUP BY 1, 2 ORDER BY 3 DESC`,
    }),
    rows({
      title: 'Faults', width: 12, units: { lasted: 's' },
      query: `SELECT f.fault, count(*) AS times, count(*) FILTER (WHERE f.cleared_at IS NULL) AS "not cleared", avg(extract(epoch FROM f.cleared_at - f.raised_at))::float8 AS lasted, max(f.raised_at) AS last
FROM faults f WHERE $__timeFilter(f.raised_at) AND ${chosen('f')} GROUP BY 1 ORDER BY 2 DESC`,
    }),
    rows({
      title: 'Makers of the modems in cars', help: 'By the first three octets of the MAC (OUI). With history.privacy: hashed there is no such thing.', units: { succeed: 'percentunit', 'to charge': 'ms', attenuation: 'dB' },
      query: `SELECT upper(left(s.ev_mac, 8)) AS "OUI", count(*) AS sessions, count(*) FILTER (WHERE s.outcome IN ${good})::float8 / nullif(count(*) FILTER (WHERE s.ended_at IS NOT NULL), 0) AS succeed,
  ${ms('s.to_charge_ms', 0.5)} AS "to charge", avg(s.slac_avg_atten_db) AS attenuation
FROM sessions s WHERE s.ev_mac ~ '^[0-9A-Fa-f]{2}:' AND $__timeFilter(s.started_at) AND ${chosen('s')} GROUP BY 1 ORDER BY 2 DESC LIMIT 100`,
    }),
  ],
});
