import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { DatabaseError, exportHistory, forgetIdentities, historyFolder, historySettings, importHistory, migrate, migrationsFolder, migrationsIn, openDatabase, privacyKey, TransferError } from '@pilotwire/history';
import type { Database } from '@pilotwire/history';
import { systemClock } from '@pilotwire/runtime';
import { CliError, UsageError } from '../errors.js';
import { siteCommand } from '../site/settings.js';

export const history = siteCommand({
  summary: 'Moves a history to a file or out of one, or forgets a car or a token.',
  usage: ['export FILE [--KEY VALUE]...', 'import FILE [--KEY VALUE]...', 'forget IDENTITY... [--KEY VALUE]...'],
  options: {},
  notes: `The database is that of history.database. The embedded one has one user at a time: end the service before. A file is JSON in lines, packed with gzip;
to move to Postgres, export, then import with --history.database postgres://... An IDENTITY is an EVCCID, a MAC or a token.`,
  run: async ({ settings }, _, [verb, ...words], io) => {
    const { url, hashed } = historySettings(settings);
    const folder = historyFolder(settings);
    const [file] = words;
    if ((verb !== 'export' && verb !== 'import' && verb !== 'forget') || file === undefined || (verb !== 'forget' && words.length > 1)) throw new UsageError('history export FILE, history import FILE or history forget IDENTITY...');
    if (verb === 'forget' && words.some((word) => word.trim() === '')) throw new UsageError('history forget: an IDENTITY is empty');
    try {
      const db = await openDatabase({ url, folder, clock: systemClock(), trouble: () => undefined });
      try {
        await migrate(db, migrationsIn(migrationsFolder()));
        if (verb === 'export') await io.out.line(`${await toFile(db, file)} rows in ${file}`);
        else if (verb === 'import') await io.out.line(`${await importHistory(db, linesOf(file))} rows of ${file}`);
        else await io.out.line(`${await forgetIdentities(db, words, hashed ? privacyKey(folder) : undefined)} sessions know them no more`);
        return 0;
      } finally {
        await db.close();
      }
    } catch (error) {
      if (error instanceof DatabaseError || error instanceof TransferError) throw new CliError(error.message);
      if (error instanceof Error && ('syscall' in error || 'code' in error)) throw new CliError(error.message);
      throw error;
    }
  },
});

/** Only its owner may read it: it says who charged when. */
async function toFile(db: Database, file: string): Promise<number> {
  const packed = createGzip();
  const written = pipeline(packed, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  // Awaited below; until then its failure is nobody's surprise.
  written.catch(() => undefined);
  const count = await exportHistory(db, async (line) => {
    if (!packed.write(`${line}\n`)) await Promise.race([new Promise((resolve) => void packed.once('drain', resolve)), written]);
  });
  packed.end();
  await written;
  return count;
}

/** Rejects with what reading or unpacking throws. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  // A file that cannot be read breaks what is read from it, below.
  pipeline(createReadStream(file), unpacked).catch(() => undefined);
  let rest = '';
  for await (const text of unpacked.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
