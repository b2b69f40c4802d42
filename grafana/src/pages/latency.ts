import { dashboard } from '../dashboard.js';
import { heatmap, rows, series, stat } from '../panels.js';
import { chosen } from '../query.js';

const answers = `frames f WHERE f.kind = 'v2g' AND f.latency_ms IS NOT NULL AND $__timeFilter(f.ts) AND ${chosen('f')}`;
const share = (of: number): string => `percentile_cont(${of}) WITHIN GROUP (ORDER BY f.latency_ms)`;

/** Upper bounds in ms; the car waits 250 ms in the charging loop, and 2 s for most others. */
const buckets = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1_000, 2_000];
const counts = [...buckets.map((below, i) => `count(*) FILTER (WHERE f.latency_ms < ${below}${i === 0 ? '' : ` AND f.latency_ms >= ${buckets[i - 1]}`}) AS "${below}"`), `count(*) FILTER (WHERE f.latency_ms >= ${buckets.at(-1)}) AS "+Inf"`];

/** How long cars wait for our answers. */
export const latency = dashboard({
  uid: 'pilotwire-latency', title: 'V2G latency', help: 'From the last octet of a request to the first of its answer, as our side saw it.', from: 'now-6h', refresh: '1m', choices: ['station', 'evse'],
  panels: [
    stat({ title: 'Median', unit: 'ms', width: 6, query: `SELECT ${share(0.5)} AS "median" FROM ${answers}` }),
    stat({ title: 'p99', unit: 'ms', width: 6, steps: [[null, 'green'], [100, 'orange'], [250, 'red']], query: `SELECT ${share(0.99)} AS "p99" FROM ${answers}` }),
    stat({
      title: 'Too late in the charging loop', width: 6, help: 'Answers to CurrentDemandReq after 250 ms, when a car gives up.', steps: [[null, 'green'], [1, 'red']],
      query: `SELECT count(*) FILTER (WHERE f.type LIKE 'CurrentDemand%' AND f.latency_ms > 250) AS "late" FROM ${answers}`,
    }),
    stat({ title: 'Answers', width: 6, query: `SELECT count(*) AS "answers" FROM ${answers}` }),
    series({
      title: 'Over time', unit: 'ms', steps: [[null, 'green'], [250, 'red']],
      query: `SELECT $__timeGroupAlias(f.ts, $__interval), ${share(0.5)} AS "p50", ${share(0.95)} AS "p95", ${share(0.99)} AS "p99" FROM ${answers} GROUP BY 1 ORDER BY 1`,
    }),
    heatmap({ title: 'How many answers took how long', help: 'A row is called by its upper bound in ms.', query: `SELECT $__timeGroupAlias(f.ts, $__interval), ${counts.join(', ')} FROM ${answers} GROUP BY 1 ORDER BY 1` }),
    rows({
      title: 'By message', width: 12, height: 10, units: { p50: 'ms', p95: 'ms', p99: 'ms', most: 'ms' },
      query: `SELECT f.type AS message, count(*) AS answers, ${share(0.5)} AS p50, ${share(0.95)} AS p95, ${share(0.99)} AS p99, max(f.latency_ms) AS most FROM ${answers} GROUP BY 1 ORDER BY 5 DESC`,
    }),
    rows({
      title: 'The slowest', width: 12, height: 10, units: { latency: 'ms' },
      links: { session: { title: 'This session', url: '/d/pilotwire-session?var-session=${__data.fields.session}' } },
      query: `SELECT f.ts AS "time", f.station, f.evse, f.type AS message, f.latency_ms AS latency, f.session_id::text AS session FROM ${answers} ORDER BY f.latency_ms DESC LIMIT 50`,
    }),
    series({
      title: 'Frames', width: 24,
      query: `SELECT $__timeGroupAlias(f.ts, $__interval), f.kind AS metric, count(*) AS frames FROM frames f WHERE $__timeFilter(f.ts) AND ${chosen('f')} GROUP BY 1, 2 ORDER BY 1`,
    }),
  ],
});
