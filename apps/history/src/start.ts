import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@pilotwire/configuration';
import { ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { connectionOf, startService, wordsOf } from '@pilotwire/service';
import type { Service } from '@pilotwire/service';
import { openDatabase } from './database/database.js';
import type { Database } from './database/database.js';
import { DatabaseError } from './database/error.js';
import { migrate, migrationsFolder, migrationsIn } from './database/migrate.js';
import { Partitions } from './database/partitions.js';
import { sizeOf, strangeRows } from './database/retention.js';
import { Housekeeping } from './housekeeping.js';
import { serveLive } from './http/live.js';
import { openApi } from './http/openapi.js';
import { json, route } from './http/route.js';
import type { Route } from './http/route.js';
import { routes as routesOf } from './http/routes.js';
import { serveHttp } from './http/server.js';
import { Ingest } from './ingest/ingest.js';
import { privacy } from './ingest/privacy.js';
import { metricsOf } from './metrics.js';
import { historySettings } from './settings.js';
import { z } from 'zod';

export interface HistoryOptions {
  readonly settings: Settings;
  readonly version: string;
  /** Where log lines go; by default standard error. */
  readonly write?: (line: string) => void;
  readonly clock?: Clock;
}

export interface RunningHistory {
  readonly service: Service;
  readonly db: Database;
  /** `http://127.0.0.1:8330` */
  readonly url: string;
  /** Resolves once what was stored is told: sessions and minutes. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

/** The folder where an instance of history keeps what is its own. */
export const historyFolder = ({ data, instance }: Pick<Settings, 'data' | 'instance'>): string => join(data, `history-${instance}`);

const retry = ms(2_000);

/**
 * History: what is heard on the bus goes into the database, and questions are answered. It waits neither for a broker nor for a
 * Postgres that is away: that is in its health. Throws `ConfigurationError`, `DatabaseError` of the embedded database, and
 * what `startService` and listening throw.
 */
export async function startHistory(options: HistoryOptions): Promise<RunningHistory> {
  const { settings, version, write, clock: given } = options;
  const own = historySettings(settings);
  const service = await startService({ name: 'history', version, settings, stations: [], mode: settings.mode, simulated: false, ...(write !== undefined && { write }), ...(given !== undefined && { clock: given }) });
  const { log, clock, time, wallClock, bus } = service;
  const closes: (() => unknown)[] = [() => service.close()];
  const close = async (): Promise<void> => {
    for (const one of closes.splice(0).toReversed()) await one();
  };
  try {
    const folder = historyFolder(settings);
    let broken: string | undefined;
    const db = await openDatabase({
      url: own.url, folder, clock,
      trouble: (why) => log.warn(`database: ${why}`),
      away: (why) => {
        broken = why;
        if (why === undefined) log.info('database: it is there again');
        else log.error(`database: ${why}`);
      },
    });
    closes.push(() => db.close());
    const partitions = new Partitions(db, wallClock);
    const cleaner = privacy(own.hashed ? privacyKey(folder) : undefined);
    const housekeeping = new Housekeeping({ db, partitions, keep: own.keep, time, wallClock, log });
    const ingest = new Ingest({
      db, partitions, privacy: cleaner, timeZone: own.timeZone, stations: own.stations, instance: settings.instance, clock, wallClock, log,
      connection: { ...connectionOf(settings), version }, heard: () => housekeeping.heard(),
      report: (report) => report.kind === 'handler' && log.error(`${report.topic}: ${wordsOf(report.error)}`),
    });
    closes.push(() => housekeeping.stop(), () => ingest.close());

    let waitsFor: string | undefined = 'the database is not ready yet';
    const problems = (): readonly string[] => [broken ?? waitsFor ?? ingest.trouble].flatMap((one) => (one === undefined ? [] : [`database: ${one}`]));
    const counters = (): Readonly<Record<string, number>> => ({ ...ingest.counters });
    service.problems = problems;
    service.counters = counters;
    let ended = false;
    closes.push(() => (ended = true));
    const begin = async (): Promise<void> => {
      try {
        const applied = await migrate(db, migrationsIn(migrationsFolder()));
        for (const one of applied) log.info(`${db.where}: applied ${one}`);
        if (ended) return;
        await partitions.ahead();
        await ingest.start();
        housekeeping.start();
        waitsFor = undefined;
      } catch (error) {
        if (ended) return;
        // A database that another has to see to; everything else passes.
        if (waitsFor !== wordsOf(error)) log.error(`${db.where}: ${wordsOf(error)}${error instanceof DatabaseError ? '' : '; trying on'}`);
        waitsFor = wordsOf(error);
        if (!(error instanceof DatabaseError)) time.schedule(() => void begin(), retry);
      }
    };

    const health = (): Promise<{ problems: readonly string[] }> => Promise.resolve({ problems: problems() });
    let clients = (): number => 0;
    const metrics = metricsOf({
      counters,
      gauges: async () => ({ live_clients: clients(), waiting: ingest.waiting, database_bytes: await sizeOf(db), strange_rows: await strangeRows(db, wallClock()) }),
    });
    const routes = routesOf({ db, bus, privacy: cleaner, health, metrics, counters });
    const document: Route = route({ method: 'GET', path: '/api/v1/openapi.json', scope: 'open', doc: 'This document.', query: z.strictObject({}), answer: z.looseObject({}) }, () => Promise.resolve(json(openApi([...routes, document], version))));
    const http = await serveHttp({ host: own.host, port: own.port, tokens: own.tokens, routes: [...routes, document], log });
    closes.push(() => http.close());
    const live = await serveLive({ server: http.server, host: own.host, tokens: own.tokens, bus, clock, stations: own.stations, privacy: cleaner });
    closes.push(() => live.close());
    clients = () => live.clients;
    log.info(`answers at ${http.url}; keeps what is heard in ${db.kind === 'embedded' ? folder : db.where}`);
    await begin();
    return { service, db, url: http.url, catchUp: () => housekeeping.catchUp(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Made once, and kept beside the data: with another one the same car would be a stranger. */
export function privacyKey(folder: string): Uint8Array {
  const path = join(folder, 'privacy.key');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, randomBytes(32), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path);
}
