import { dashboard } from '../dashboard.js';
import { barsOf, rows, series, stat, states } from '../panels.js';

const here = 'o.station IN ($station)';
/** A call and what came back. */
const calls = `ocpp_messages o JOIN ocpp_messages a ON a.station = o.station AND a.message_id = o.message_id AND a.kind IN ('result', 'error') AND a.dir <> o.dir AND $__timeFilter(a.ts) AND a.ts >= o.ts
WHERE o.kind = 'call' AND $__timeFilter(o.ts) AND ${here}`;

/** The line to the back office, the services, and what they lost. */
export const services = dashboard({
  uid: 'pilotwire-services', title: 'OCPP and services', help: 'The line to the back office, the services, and what they lost.', from: 'now-24h', refresh: '1m', choices: ['station'],
  panels: [
    stat({
      title: 'Last word of the CSMS', unit: 's', width: 6, steps: [[null, 'green'], [600, 'orange'], [3_600, 'red']],
      query: `SELECT extract(epoch FROM $__timeTo()::timestamptz - max(o.ts))::float8 AS "ago" FROM ocpp_messages o WHERE o.dir = 'in' AND $__timeFilter(o.ts) AND ${here}`,
    }),
    stat({ title: 'Errors', width: 6, steps: [[null, 'green'], [1, 'orange']], query: `SELECT count(*) AS "errors" FROM ocpp_messages o WHERE o.kind = 'error' AND $__timeFilter(o.ts) AND ${here}` }),
    stat({
      title: 'Events that nobody has any more', width: 6, steps: [[null, 'green'], [1, 'red']], help: 'Numbers that a publisher gave and that could not be replayed.',
      query: `SELECT coalesce(sum((g->>'to')::bigint - (g->>'from')::bigint + 1), 0)::float8 AS "lost" FROM ingest_state i CROSS JOIN LATERAL jsonb_array_elements(i.gaps) g WHERE i.station IN ($station)`,
    }),
    stat({ title: 'Dead letters', width: 6, steps: [[null, 'green'], [1, 'orange']], help: 'What history could not read or keep.', query: 'SELECT count(*) AS "letters" FROM dead_letters WHERE $__timeFilter(at)' }),
    states({
      title: 'Connected to the CSMS', row: 'station', height: 5, help: 'What the CSMS says of the boot, while there is a line to it.',
      query: `SELECT greatest(o.ts, $__timeFrom()::timestamptz) AS "time", o.station, CASE WHEN o.connected THEN o.registration ELSE 'not connected' END AS state FROM ocpp_states o
WHERE o.ts <= $__timeTo()::timestamptz AND ${here}
  AND o.ts >= coalesce((SELECT max(b.ts) FROM ocpp_states b WHERE b.station = o.station AND b.ts <= $__timeFrom()::timestamptz), $__timeFrom()::timestamptz) ORDER BY 1`,
    }),
    series({
      title: 'OCPP messages', help: 'Where nothing comes in, the CSMS is away.',
      query: `SELECT $__timeGroupAlias(o.ts, '5m'), o.station || CASE o.dir WHEN 'in' THEN ' from the CSMS' ELSE ' to the CSMS' END AS metric, count(*) AS messages FROM ocpp_messages o WHERE $__timeFilter(o.ts) AND ${here} GROUP BY 1, 2 ORDER BY 1`,
    }),
    series({
      title: 'What a call waits for its answer', unit: 'ms',
      query: `SELECT $__timeGroupAlias(o.ts, '15m'), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.ts - o.ts) * 1000) AS "p50", percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM a.ts - o.ts) * 1000) AS "p95"
FROM ${calls} GROUP BY 1 ORDER BY 1`,
    }),
    rows({
      title: 'Calls by action', width: 12, units: { p50: 'ms', p95: 'ms' },
      query: `SELECT o.action, o.dir AS direction, count(*) AS calls, count(*) FILTER (WHERE a.kind = 'error') AS errors,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.ts - o.ts) * 1000) AS p50, percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM a.ts - o.ts) * 1000) AS p95
FROM ${calls} GROUP BY 1, 2 ORDER BY 3 DESC`,
    }),
    rows({
      title: 'Errors of calls', width: 12,
      query: `SELECT e.ts AS "time", e.station, o.action, e.code, e.payload::text AS payload FROM ocpp_messages e
LEFT JOIN ocpp_messages o ON o.station = e.station AND o.message_id = e.message_id AND o.kind = 'call' AND o.dir <> e.dir AND $__timeFilter(o.ts)
WHERE e.kind = 'error' AND $__timeFilter(e.ts) AND e.station IN ($station) ORDER BY 1 DESC LIMIT 200`,
    }),
    rows({
      title: 'Boots', width: 12,
      query: `SELECT o.ts AS "time", o.station, o.payload::text AS payload FROM ocpp_messages o WHERE o.action = 'BootNotification' AND o.kind = 'call' AND $__timeFilter(o.ts) AND ${here} ORDER BY 1 DESC LIMIT 100`,
    }),
    rows({
      title: 'Publishers', width: 12, help: 'How far the events of each service have come.', units: { 'last heard': 'dateTimeFromNow' },
      query: `SELECT i.src AS service, i.station, i.last_seq AS events, jsonb_array_length(i.gaps) AS gaps, i.at AS "last heard", i.boot::text AS life FROM ingest_state i WHERE i.station IN ($station) ORDER BY i.at DESC LIMIT 100`,
    }),
    rows({
      title: 'Dead letters', width: 12, query: 'SELECT at AS "time", topic, problem, left(payload, 200) AS payload FROM dead_letters WHERE $__timeFilter(at) ORDER BY 1 DESC LIMIT 100',
    }),
    barsOf({
      title: 'Size of the tables', unit: 'bytes', x: 'table',
      query: `SELECT c.relname AS "table", CASE c.relkind WHEN 'p' THEN (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(c.oid)) ELSE pg_total_relation_size(c.oid) END::float8 AS bytes
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 2 DESC`,
    }),
  ],
});
