import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { fromHex } from '@pilotwire/wire';
import { CliError } from '../errors.js';
import { projectFolder } from '../project.js';

/** A message as it was recorded, and its value parsed from JSON. */
export interface Recorded {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly value: unknown;
}

/** The folder of captures beside the project, or where PILOTWIRE_SHARED says. Throws a CliError where there is none. */
export function capturesFolder(): string {
  const shared = process.env['PILOTWIRE_SHARED'] ?? fileURLToPath(new URL('../shared', projectFolder));
  const folder = join(shared, 'captures');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new CliError(`no recorded charges in ${folder}: set PILOTWIRE_SHARED to the folder that holds captures`);
}

/** The captures themselves, in the order of their names. */
export function captureFiles(folder: string): string[] {
  return named(folder, '.pcapng');
}

/** Every message of one schema that was recorded, in the order of file names and frames. */
export function recordedMessages(folder: string, schema: string): Recorded[] {
  return named(folder, '.expected.jsonl.gz').flatMap((file) =>
    gunzipSync(readFileSync(file)).toString('utf8').split('\n').flatMap((line) => {
      const record = line === '' ? undefined : JSON.parse(line);
      if (record?.schema !== schema || record.decoded === null) return [];
      const bytes = fromHex(record.hex);
      if (!bytes) throw new CliError(`${file}: frame ${record.n}: not hex`);
      return [{ type: record.type, bytes, value: record.decoded }];
    }),
  );
}

function named(folder: string, ending: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(ending)).toSorted().map((name) => join(folder, name));
}
