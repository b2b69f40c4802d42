import { decodeFragment, encodeFragment, isExiError } from '@pilotwire/exi';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { bytesOf, hexOf, linesOf, sorted } from '../test/lines.js';
import { soil } from '../test/soil.js';
import { AuthorizationReq } from './iso15118-2/contract-messages.js';
import { codecs, iso2Schema, type MessageCodec, SignedInfo, xmldsigSchema } from './index.js';

interface Vector {
  readonly schema: string;
  readonly type: string;
  readonly hex: string;
  readonly decoded: unknown;
  readonly decodeOnly?: boolean;
}

const known: Readonly<Record<string, MessageCodec<unknown>>> = codecs;
const folder = sharedPath('vectors');

/** Of each schema what all codecs agree on, and the corners where some fail; of WPT no corner is known. */
const schemas = Object.keys(codecs);
const files = [...schemas, ...schemas.filter((name) => name !== 'iso20-wpt').map((name) => `${name}.limits`), 'by-others'];

const vectors = (file: string) => linesOf<Vector>(`${folder}/${file}.jsonl.gz`);

describe.skipIf(folder === undefined)('messages on which independent codecs agree', () => {
  for (const file of files) {
    test(`${file}: every line decodes to its value and encodes to its bytes`, () => {
      let seen = 0;
      const wrong: unknown[] = [];
      for (const { schema, hex, decoded, decodeOnly } of vectors(file)) {
        const codec = known[schema];
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

  test('by-others: what is signed of ISO 15118-2 is a fragment of it', () => {
    const [vector] = vectors('by-others').filter(({ schema }) => schema === 'iso2-fragment');
    const { hex, decoded } = vector as Vector;
    const { name, value, anomalies } = decodeFragment(iso2Schema, bytesOf(hex));
    expect({ [name.name]: value }).toEqual(decoded);
    expect(anomalies).toEqual([]);
    expect(hexOf(encodeFragment(iso2Schema, AuthorizationReq, AuthorizationReq.type, value))).toBe(hex);
  });

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
