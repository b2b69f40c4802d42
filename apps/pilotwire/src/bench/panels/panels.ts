import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dashboardFile, defaultRange, expanded } from '@pilotwire/grafana';
import type { DashboardFile } from '@pilotwire/grafana';
import { migrate, migrationsFolder, migrationsIn, openDatabase } from '@pilotwire/history';
import type { Database } from '@pilotwire/history';
import { systemClock } from '@pilotwire/runtime';
import { UsageError } from '../../errors.js';
import { projectFolder } from '../../project.js';
import { figure, repeated } from '../figure.js';
import type { Figure } from '../figure.js';
import { ownDatabase } from '../own-database.js';
import { makeLedger } from './ledger.js';
import type { Entry } from './ledger.js';
import { seed } from './seed.js';

const folder = new URL('grafana/dashboards/', projectFolder);

/** As they are shipped. Throws what zod throws for a file that Grafana could not read. */
export const dashboardFiles = (): readonly DashboardFile[] =>
  readdirSync(folder).sort().map((name) => dashboardFile.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));

export interface Size {
  readonly sessions: number;
  readonly telemetry: number;
  readonly frames: number;
}

/** A database of its own gets its tables and a month of charges. */
export async function fill(db: Database, until: Date, { sessions, telemetry, frames }: Size): Promise<readonly Entry[]> {
  const ledger = makeLedger({ sessions, days: 31, until, seed: 7 });
  await migrate(db, migrationsIn(migrationsFolder()));
  await seed(db, ledger, until, { telemetry, frames });
  return ledger;
}

/** The last session with a curve: what a person looks at. */
export const lastCharge = (ledger: readonly Entry[]): string => (ledger.findLast(({ energy_wh: energy }) => energy > 0) as Entry).id;

export interface PanelQuery {
  readonly dashboard: DashboardFile;
  readonly panel: DashboardFile['panels'][number];
  /** Ready to be sent. */
  readonly sql: string;
}

/** Every query of every panel, for what each dashboard shows at first. */
export const panelQueries = (until: Date, session: string): readonly PanelQuery[] =>
  dashboardFiles().flatMap((dashboard) => {
    const range = defaultRange(dashboard, until, dashboard.uid === 'pilotwire-session' ? session : '');
    return dashboard.panels.flatMap((panel) => panel.targets.map(({ rawSql }) => ({ dashboard, panel, sql: expanded(rawSql, range) })));
  });

/** How long each panel's query takes, warm, and the slowest once more; in a database of its own on the Postgres at `url`. */
export async function* panelsOn(url: string | undefined, size = '1000,200000,50000'): AsyncGenerator<Figure> {
  const [, sessions, telemetry, frames] = /^([1-9]\d*),([1-9]\d*),([1-9]\d*)$/.exec(size) ?? [];
  if (url === undefined) throw new UsageError('bench panels needs a Postgres: --postgres postgres://...');
  if (sessions === undefined) throw new UsageError(`--size ${size}: three counts, as 1000,200000,50000`);
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-bench-'));
  const own = await ownDatabase(url, folder);
  const db = await openDatabase({ url: own.url, folder, clock: systemClock(), trouble: () => undefined });
  try {
    yield* panelFigures(db, { sessions: Number(sessions), telemetry: Number(telemetry), frames: Number(frames) });
  } finally {
    await db.close();
    await own.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* panelFigures(db: Database, size: Size): AsyncGenerator<Figure> {
  const until = new Date();
  const ledger = await fill(db, until, size);
  let slowest: Figure | undefined;
  for (const { dashboard, panel, sql } of panelQueries(until, lastCharge(ledger))) {
    await db.query(sql);
    const runs = await repeated(async () => {
      const begin = performance.now();
      await db.query(sql);
      return performance.now() - begin;
    });
    const one = figure(`panel.${dashboard.uid.replace('pilotwire-', '')}.${panel.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`, 'ms', runs);
    if (slowest === undefined || one.value > slowest.value) slowest = one;
    yield one;
  }
  if (slowest !== undefined) yield { ...slowest, name: `panel.slowest (${slowest.name.replace('panel.', '')})` };
}
