import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeFragment, encodeFragment, isExiError } from '@pilotwire/exi';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { soil } from '../test/soil.js';
import { app, din, SignedInfo, xmldsigSchema } from './index.js';

interface Vector {
  readonly schema: string;
  readonly type: string;
  readonly hex: string;
  readonly decoded: unknown;
  readonly decodeOnly?: boolean;
}

const codecs = { app, din } as const;
const folder = sharedPath('vectors');

function vectors(file: string): Vector[] {
  return gunzipSync(readFileSync(`${folder}/${file}.jsonl.gz`))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);
}

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe.skipIf(folder === undefined)('messages on which independent codecs agree', () => {
  for (const file of ['app', 'app.limits', 'din', 'din.limits', 'by-others']) {
    test(`${file}: every line decodes to its value and encodes to its bytes`, () => {
      let seen = 0;
      const wrong: unknown[] = [];
      for (const { schema, hex, decoded, decodeOnly } of vectors(file)) {
        const codec = codecs[schema as keyof typeof codecs] as typeof din | undefined;
        if (!codec) continue;
        seen++;
        try {
          const { value, anomalies } = codec.decode(bytesOf(hex));
          if (decoded === null) wrong.push({ hex, value, anomalies });
          else if (JSON.stringify(sorted(value)) !== JSON.stringify(sorted(decoded))) wrong.push({ hex, value, decoded });
          else if (!decodeOnly) {
            soil();
            const written = hexOf(codec.encode(codec.check(decoded)));
            if (written !== hex) wrong.push({ hex, written });
          }
        } catch (error) {
          if (!isExiError(error) || decoded !== null) wrong.push({ hex, error, decoded: JSON.stringify(decoded) });
        }
      }
      expect(wrong.slice(0, 3), `${wrong.length} of ${seen}`).toEqual([]);
      expect(seen).toBeGreaterThan(0);
    });
  }

  test('by-others: what is signed of XML Signature is a fragment of it', () => {
    const [vector] = vectors('by-others').filter(({ schema }) => schema === 'iso2-xmldsig');
    const { hex, decoded } = vector as Vector;
    const { name, value, anomalies } = decodeFragment(xmldsigSchema, bytesOf(hex));
    // The file has a lone Transform without its array.
    const unwrapped = (_: string, of: unknown) => (Array.isArray(of) && typeof of[0] === 'object' && 'Algorithm' in of[0] ? (of[0] as unknown) : of);
    expect({ [name.name]: JSON.parse(JSON.stringify(value), unwrapped) as unknown }).toEqual(decoded);
    expect(anomalies).toEqual([]);
    expect(hexOf(encodeFragment(xmldsigSchema, SignedInfo, SignedInfo.type, value))).toBe(hex);
  });
});

/** Members in the order of their names: the files' order of attributes is not the schema's. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, sorted(of)]));
}
