import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '@pilotwire/grafana';
import { openDatabase } from '@pilotwire/history';
import type { Database } from '@pilotwire/history';
import { systemClock } from '@pilotwire/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, postgres } from '../../../../tools/postgres.js';
import type { Postgres } from '../../../../tools/postgres.js';
import type { Entry } from '../../src/bench/panels/ledger.js';
import { dashboardFiles, fill, lastCharge, panelQueries } from '../../src/bench/panels/panels.js';

const until = new Date('2026-04-02T20:30:00Z');
const inRange = (days: number) => ({ started_at: at }: Entry): boolean => Date.parse(at) >= until.getTime() - days * 86_400_000;
const good = ({ outcome }: Entry): boolean => ['completed', 'stopped', 'ended-by-car'].includes(outcome);

describe.skipIf(!hasPostgres())('the dashboards, on a Postgres with a month of charges', () => {
  let server: Postgres;
  let db: Database;
  let ledger: readonly Entry[];
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-dashboards-'));

  beforeAll(async () => {
    server = await postgres();
    await server.start();
    db = await openDatabase({ url: server.url, folder, clock: systemClock(), trouble: () => undefined });
    ledger = await fill(db, until, { sessions: 1_200, telemetry: 60_000, frames: 12_000 });
  }, 120_000);
  afterAll(async () => {
    await db.close();
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** As the role that may only look. */
  const ask = (sql: string): Promise<readonly Record<string, unknown>[]> =>
    db.transaction(async (query) => {
      await query('SET LOCAL ROLE grafana_ro');
      return query(sql);
    });
  const rowsOf = (dashboard: string, title: string): Promise<readonly Record<string, unknown>[]> => {
    const found = panelQueries(until, lastCharge(ledger)).find((one) => one.dashboard.uid === dashboard && one.panel.title === title);
    if (found === undefined) throw new Error(`no panel ${title}`);
    return ask(found.sql);
  };

  test('every panel gets rows with the columns that it needs', async () => {
    const wrong: string[] = [];
    for (const { dashboard, panel, sql } of panelQueries(until, lastCharge(ledger))) {
      const problem = await ask(sql).then((rows) => problemOf(panel, rows), (error: unknown) => String(error));
      if (problem !== undefined) wrong.push(`${dashboard.title}, ${panel.title}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  test('every choice above the panels, and the marks of the events, can be asked for', async () => {
    const session = panelQueries(until, lastCharge(ledger));
    expect(session.length).toBeGreaterThan(40);
    for (const { templating, annotations } of dashboardFiles()) {
      for (const sql of [...templating.list.map(({ query }) => query), ...annotations.list.map(({ target }) => target.rawSql)]) {
        const rows = await ask(sql.replace(/\$__timeFilter\((.*?)\)/, "$1 < '2026-04-02T20:30:00Z'").replaceAll('$station', 'SELECT id FROM stations').replaceAll('$session', lastCharge(ledger)));
        expect(rows.length, sql).toBeGreaterThan(0);
      }
    }
  });

  test('who looks may look, and nothing else', async () => {
    await expect(ask('DELETE FROM sessions')).rejects.toThrow('permission denied');
    await expect(ask('SELECT * FROM _prisma_migrations')).rejects.toThrow('permission denied');
  });

  test('they hold before there is anything', async () => {
    for (const { sql } of panelQueries(new Date('2021-01-01T00:00:00Z'), '')) await ask(sql);
    expect(await ask('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  // One panel of each dashboard against what the ledger says.
  test('overview: energy by day', async () => {
    const days = new Map<string, number>();
    const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' });
    for (const { started_at: at, energy_wh: energy } of ledger.filter(inRange(7))) days.set(dayOf.format(new Date(at)), (days.get(dayOf.format(new Date(at))) ?? 0) + energy / 1_000);
    const rows = await rowsOf('pilotwire-overview', 'Energy by day');
    expect(rows.map(({ day, energy }) => [day, Number((energy as number).toFixed(6))])).toEqual([...days].sort().map(([day, energy]) => [day, Number(energy.toFixed(6))]));
  });
  test('session: what came of it', async () => {
    const id = lastCharge(ledger);
    const { station, energy_wh: energy, outcome } = ledger.find((one) => one.id === id) as Entry;
    expect(await rowsOf('pilotwire-session', 'What came of it')).toEqual([expect.objectContaining({ station, energy, outcome })]);
  });
  test('reliability: sessions that succeed', async () => {
    const month = ledger.filter(inRange(30));
    const [row] = await rowsOf('pilotwire-reliability', 'Sessions that succeed');
    expect(row?.['rate']).toBeCloseTo(month.filter(good).length / month.length, 9);
  });
  test('services: calls by action', async () => {
    const rows = await rowsOf('pilotwire-services', 'Calls by action');
    const starts = (share: number): number => ledger.filter(({ started_at: at, duration_s: took }) => Date.parse(at) + took * 1_000 * share >= until.getTime() - 86_400_000).length;
    expect(rows.find(({ action }) => action === 'StatusNotification')?.['calls']).toBe(starts(2 / 7));
  });
  test('latency: answers', async () => {
    const [row] = await rowsOf('pilotwire-latency', 'Answers');
    const young = ledger.filter((one) => one.energy_wh > 0 && inRange(7)(one));
    const each = Math.ceil(12_000 / young.length / 2);
    const times = young.flatMap(({ started_at: at, duration_s: took }) => Array.from({ length: each }, (_, i) => Date.parse(at) + 5_005 + ((took - 6) / each) * (i + 1) * 1_000));
    expect(row?.['answers']).toBe(times.filter((at) => at >= until.getTime() - 6 * 3_600_000).length);
  });
});
