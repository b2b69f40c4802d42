import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { bytesOf, hexOf, linesOf, sorted } from '../test/lines.js';
import { codecs, type MessageCodec } from './index.js';

interface Recorded {
  readonly n: number;
  readonly schema: string;
  readonly type: string;
  readonly hex: string;
  readonly decoded: unknown;
}

const known: Readonly<Record<string, MessageCodec<unknown>>> = codecs;
const folder = sharedPath('captures');
const files = folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.expected.jsonl.gz'));
/** Written by the car with one byte too many. */
const notCanonical = new Set(['2024-04-20_ModelY_pyPLC_stop_in_precharge.pcapng 144']);

describe.each(files)('%s', (file) => {
  test('every message, also those inside TLS, decodes to its value and encodes to its bytes', () => {
    const wrong: unknown[] = [];
    for (const { n, schema, type, hex, decoded } of linesOf<Recorded>(`${folder}/${file}`)) {
      const codec = known[schema];
      if (!codec || decoded === null) continue;
      const { value } = codec.decode(bytesOf(hex));
      const written = hexOf(codec.encode(value));
      const canonical = !notCanonical.has(`${file.replace('.expected.jsonl.gz', '')} ${n}`);
      const right = codec.typeOf(value) === type && JSON.stringify(sorted(value)) === JSON.stringify(sorted(decoded));
      if (!right || (written === hex) !== canonical) wrong.push({ n, type, hex, value, written });
    }
    expect(wrong).toEqual([]);
  });
});
