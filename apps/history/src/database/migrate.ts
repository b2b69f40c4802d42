import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database, Query } from './database.js';
import { embeddedProgram } from './embedded.js';
import { DatabaseError } from './error.js';

/** The number that `prisma migrate` locks with: who comes second waits. */
const lock = 72_707_369;

/** As `prisma migrate` makes it. */
const table = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`;

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, as Prisma has it. */
  readonly checksum: string;
}

/** `prisma/migrations` of this checkout. */
export const migrationsFolder = (): string => join(dirname(embeddedProgram()), '..', '..', '..', 'prisma', 'migrations');

export const migrationsIn = (folder: string): readonly Migration[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'));
      return { name, sql: sql.toString('utf8'), checksum: createHash('sha256').update(sql).digest('hex') };
    });

interface Recorded {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: string | null;
  readonly rolled_back_at: string | null;
}

/**
 * Applies the migrations that are not in the database yet, and records each as `prisma migrate deploy` would, so that both
 * can take turns. Resolves to the names of those that it applied. Throws `DatabaseError` `migration` where one failed before, or
 * was changed after it was applied, and what a migration throws.
 */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<readonly string[]> {
  return db.transaction(async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [lock]);
    await query(table);
    const recorded = await query<Recorded & Record<string, unknown>>('SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations ORDER BY started_at');
    const failed = recorded.find(({ finished_at: finished, rolled_back_at: undone }) => finished === null && undone === null);
    if (failed !== undefined) throw new DatabaseError('migration', `${failed.migration_name} failed before; see https://pris.ly/d/migrate-resolve`);
    const done = new Map(recorded.filter(({ rolled_back_at: undone }) => undone === null).map(({ migration_name: name, checksum }) => [name, checksum]));
    const applied: string[] = [];
    for (const migration of migrations) {
      const known = done.get(migration.name);
      if (known !== undefined && known !== migration.checksum) throw new DatabaseError('migration', `${migration.name} is not what was applied to this database`);
      if (known !== undefined) continue;
      await apply(query, migration);
      applied.push(migration.name);
    }
    return applied;
  });
}

async function apply(query: Query, { name, sql, checksum }: Migration): Promise<void> {
  await query(sql);
  await query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, clock_timestamp(), 1)',
    [randomUUID(), checksum, name],
  );
}
