import { describe, expect, test } from 'vitest';
import { dashboardFile, dashboards, defaultRange, expanded, problemOf } from './index.js';

const range = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z'), intervalS: 60, variables: { station: 'SELECT id FROM stations' } };

describe('what Grafana reads', () => {
  const files = Object.values(dashboards).map((one) => JSON.parse(JSON.stringify(one)) as { panels: unknown[] });

  test('each dashboard has what it is known by, once', () => {
    const read = files.map((file) => dashboardFile.parse(file));
    expect(new Set(read.map(({ uid }) => uid)).size).toBe(5);
    expect(new Set(read.map(({ schemaVersion }) => schemaVersion))).toEqual(new Set([42]));
    for (const { panels } of read) expect(panels.map(({ id }) => id)).toEqual(panels.map((_, at) => at + 1));
  });

  test('every query goes to our database, by its uid', () => {
    const named = JSON.stringify(files).match(/"datasource":\{[^}]*\}/g) ?? [];
    expect(named.length).toBeGreaterThan(100);
    expect(new Set(named)).toEqual(new Set(['"datasource":{"type":"grafana-postgresql-datasource","uid":"pilotwire-pg"}']));
  });

  test('panels stand beside each other, not upon each other', () => {
    for (const { panels } of files) {
      const cells = panels.flatMap((panel) => {
        const { gridPos: { x, y, w, h } } = panel as { gridPos: { x: number; y: number; w: number; h: number } };
        expect(x + w).toBeLessThanOrEqual(24);
        return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
      });
      expect(new Set(cells).size).toBe(cells.length);
    }
  });
});

describe('macros', () => {
  test.each([
    ['$__timeFilter(s.started_at)', "s.started_at BETWEEN '2026-03-01T00:00:00.000Z' AND '2026-03-02T00:00:00.000Z'"],
    ["$__timeGroupAlias(ts, '5m')", 'floor(extract(epoch from ts)/300)*300 AS "time"'],
    ['$__timeGroup(m.minute, $__interval)', 'floor(extract(epoch from m.minute)/60)*60'],
    ['$__timeTo()::timestamptz', "'2026-03-02T00:00:00.000Z'::timestamptz"],
    ['station IN ($station)', 'station IN (SELECT id FROM stations)'],
  ])('%s', (sql, sent) => {
    expect(expanded(sql, range)).toBe(sent);
  });

  test('one that is misspelt is found', () => {
    expect(() => expanded('$__timeFiler(ts)', range)).toThrow('$__timeFiler');
    expect(() => expanded("$__timeGroup(ts, '5 minutes')", range)).toThrow('no interval');
  });
});

describe('what a panel can show', () => {
  const [first] = dashboardFile.parse(JSON.parse(JSON.stringify(dashboards['latency.json']))).panels;
  const panel = first as NonNullable<typeof first>;

  test('a number is enough for a stat', () => {
    expect(problemOf(panel, [{ median: 4.2 }])).toBeUndefined();
    expect(problemOf(panel, [{ median: null }])).toBe('0 columns of numbers');
    expect(problemOf(panel, [])).toBe('no rows');
  });

  test('bars need the column of their axis, lines their time', () => {
    expect(problemOf({ ...panel, type: 'barchart', options: { xField: 'day' } }, [{ energy: 1 }])).toBe('no column day in energy');
    expect(problemOf({ ...panel, type: 'timeseries', targets: [{ ...panel.targets[0], format: 'time_series' } as (typeof panel.targets)[number]] }, [{ p50: 1 }])).toBe('no column time in p50');
  });

  test('at first a dashboard looks back as far as it says', () => {
    const { from, intervalS } = defaultRange(dashboardFile.parse(JSON.parse(JSON.stringify(dashboards['latency.json']))), range.to, '');
    expect([from.toISOString(), intervalS]).toEqual(['2026-03-01T18:00:00.000Z', 22]);
  });
});
