import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fromHex } from '@pilotwire/wire';
import { sharedPath } from '../../../tools/shared.js';

/** A management message of a real capture, with what another decoder made of it. */
export interface HomeplugRecord {
  readonly file: string;
  readonly n: number;
  readonly dir: string;
  readonly type: string;
  readonly frame: Uint8Array;
  readonly decoded: Readonly<Record<string, unknown>>;
}

const folder = sharedPath('captures');

/** Whether the captures are at hand; without them the tests on them skip. */
export const haveCaptures = folder !== undefined;

export function homeplugRecords(): readonly HomeplugRecord[] {
  if (folder === undefined) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.expected.jsonl.gz'));
  return files.flatMap((file) =>
    gunzipSync(readFileSync(join(folder, file)))
      .toString('utf8')
      .split('\n')
      .filter((line) => line.includes('"homeplug"'))
      .map((line) => JSON.parse(line) as HomeplugRecord & { readonly hex: string })
      .map(({ hex, ...record }) => ({ ...record, file, frame: bytesOf(hex) })),
  );
}

export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`no hex: ${hex}`);
  return bytes;
}
