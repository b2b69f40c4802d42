import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from '../dashboard.js';
import { dots, onTheRight, rows, series, states } from '../panels.js';
import { datasource, sql } from '../query.js';

/** No session is chosen where there is none. */
const session = "nullif('$session', '')::uuid";
const events = `SELECT e.ts AS "time", e.type AS text FROM session_events e WHERE e.session_id = ${session} AND $__timeFilter(e.ts)
  AND e.type NOT IN ('session.phase', 'cp.changed') ORDER BY 1`;

/** One charge, from plug-in to plug-out. */
export const charge = dashboard({
  uid: 'pilotwire-session', title: 'Session', help: 'One charge, from plug-in to plug-out.', from: 'now-24h', choices: ['session'],
  annotations: [new AnnotationQueryBuilder().name('Events').datasource(datasource).enable(true).iconColor('purple').target(sql(events, 'table'))],
  panels: [
    rows({
      title: 'What came of it', height: 4, units: { energy: 'watth', 'to charge': 'ms', matching: 'ms' },
      query: `SELECT station, evse, started_at AS began, ended_at AS ended, outcome, stop_reason AS reason, stop_by AS "by", phase AS "last phase", detail, energy_wh AS energy,
  soc_start AS "SoC from", soc_end AS "SoC to", protocol, evccid, ev_mac AS "EV MAC", slac_ms AS matching, to_charge_ms AS "to charge", fault FROM sessions WHERE id = ${session}`,
    }),
    series({
      title: 'Voltage, current, state of charge', unit: 'volt', overrides: { current: onTheRight('amp'), soc: onTheRight('percent') },
      query: `SELECT t.ts AS "time", t.voltage, t.current, t.soc FROM telemetry t WHERE t.session_id = ${session} AND $__timeFilter(t.ts) ORDER BY 1`,
    }),
    series({
      title: 'Asked for and delivered', unit: 'amp', help: 'What the car asked for, what it got, and the most that the charger offered.', overrides: { 'target voltage': onTheRight('volt'), voltage: onTheRight('volt') },
      query: `SELECT t.ts AS "time", t.target_current AS "target current", t.current, limits.most AS "offered", t.target_voltage AS "target voltage", t.voltage
FROM telemetry t LEFT JOIN LATERAL (
  SELECT (e.data->>'evseMaxA')::float8 AS most FROM session_events e WHERE e.session_id = ${session} AND e.type = 'charge.params' ORDER BY e.ts DESC LIMIT 1
) limits ON true WHERE t.session_id = ${session} AND $__timeFilter(t.ts) ORDER BY 1`,
    }),
    series({
      title: 'Power', unit: 'watt', help: 'The mean of each minute; it stays when the single measurements have gone.', overrides: { energy: onTheRight('watth') },
      query: `SELECT minute AS "time", power, max_power AS "most", energy_wh AS energy FROM telemetry_1m WHERE session_id = ${session} AND $__timeFilter(minute) ORDER BY 1`,
    }),
    dots({
      title: 'Power over state of charge', unit: 'watt',
      query: `SELECT t.soc AS "SoC", avg(t.power) AS power FROM telemetry t WHERE t.session_id = ${session} AND $__timeFilter(t.ts) AND t.soc IS NOT NULL GROUP BY 1 ORDER BY 1`,
    }),
    states({
      title: 'Phases', row: 'what', height: 5,
      query: `SELECT e.ts AS "time", 'phase' AS what, e.data->>'to' AS phase FROM session_events e WHERE e.session_id = ${session} AND $__timeFilter(e.ts) AND e.type = 'session.phase' ORDER BY 1`,
    }),
    rows({
      title: 'Events', width: 12,
      query: `SELECT e.ts AS "time", e.type, e.src AS "from", e.data::text AS data FROM session_events e WHERE e.session_id = ${session} AND $__timeFilter(e.ts) ORDER BY e.ts, e.seq LIMIT 1000`,
    }),
    rows({
      title: 'What the car waited for', width: 12, help: 'From a request to its answer, by message. Frames are kept for seven days unless told otherwise.', units: { p50: 'ms', p95: 'ms', most: 'ms' },
      query: `SELECT f.type AS message, count(*) AS answers, percentile_cont(0.5) WITHIN GROUP (ORDER BY f.latency_ms) AS p50, percentile_cont(0.95) WITHIN GROUP (ORDER BY f.latency_ms) AS p95, max(f.latency_ms) AS most
FROM frames f WHERE f.session_id = ${session} AND $__timeFilter(f.ts) AND f.latency_ms IS NOT NULL GROUP BY 1 ORDER BY min(f.ts)`,
    }),
  ],
});
