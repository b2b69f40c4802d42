import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsFolder, migrationsIn, openDatabase } from '@pilotwire/history';
import type { Database } from '@pilotwire/history';
import { systemClock } from '@pilotwire/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, postgres } from '../../../../tools/postgres.js';
import { fill } from '../../src/bench/panels/panels.js';

/** Debian has the programs beside the server. */
const program = (name: string): string => {
  const debian = '/usr/lib/postgresql';
  const folders = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')) : [];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
};

describe.skipIf(!hasPostgres())('a backup, as docs/operating.md says it', () => {
  test('is restored into an empty database, to the last row, and history goes on with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-backup-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const server = await postgres();
    onTestFinished(() => server.remove(), 60_000);
    await server.start();
    const open = async (url: string): Promise<Database> => {
      const db = await openDatabase({ url, folder, clock: systemClock(), trouble: () => undefined });
      onTestFinished(() => db.close());
      return db;
    };
    const from = await open(server.url);
    await fill(from, new Date('2026-04-02T20:30:00Z'), { sessions: 60, telemetry: 3_000, frames: 600 });
    const restored = server.url.replace('/postgres?', '/restored?');
    const dump = join(folder, 'pilotwire.dump');
    execFileSync(program('pg_dump'), ['-Fc', '-f', dump, server.url]);
    execFileSync(program('psql'), ['-q', '-c', 'CREATE DATABASE restored', server.url]);
    execFileSync(program('pg_restore'), ['-d', restored, '--exit-on-error', dump]);
    const to = await open(restored);
    const counts = `SELECT ${['sessions', 'session_events', 'telemetry', 'telemetry_1m', 'frames', 'ocpp_messages', 'slac_matches', 'faults'].map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')}, (SELECT sum(energy_wh) FROM sessions) AS energy`;
    const [before] = await from.query(counts);
    expect(before?.['telemetry']).toBeGreaterThanOrEqual(3_000);
    expect(await to.query(counts)).toEqual([before]);
    expect(await migrate(to, migrationsIn(migrationsFolder()))).toEqual([]);
    // Who may only look may look here, too.
    await to.query('SET ROLE grafana_ro');
    expect(await to.query('SELECT count(*) AS n FROM sessions')).toEqual([{ n: 60 }]);
  }, 120_000);
});
