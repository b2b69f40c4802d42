import { codecs } from '@pilotwire/v2g-messages';
import { describe, expect, test } from 'vitest';
import { type ConversationRecord, recordToJson, standardDecoders } from '../src/index.js';
import { captures, type Expected, expectedOf, load, recordsOf } from './expected.js';

/** What is compared of a record that our own codecs decoded; the facts of HomePlug messages have a test of their own. */
function comparable(record: Expected): Record<string, unknown> {
  const { n, dir, kind, schema, type = null, payloadType, hex, decoded } = record;
  if (kind === 'homeplug') return { n, dir, kind, type, hex };
  // The dialects there is no codec for yet are shown by name and bytes.
  const read = kind === 'sdp' || Object.hasOwn(codecs, schema);
  return { n, dir, kind, schema, type: read ? type : null, payloadType, hex, decoded: read ? decoded : null };
}

describe.each(captures)('%s', (name) => {
  test('our codecs decode every record to its expected value', () => {
    const { records } = recordsOf(load(name), standardDecoders);
    const chosen = records.filter(({ kind }: ConversationRecord) => ['homeplug', 'sdp', 'v2gtp'].includes(kind));
    const ours = chosen.map((record) => comparable(recordToJson(record) as unknown as Expected));
    expect(ours).toEqual(expectedOf(name).map(comparable));
  });
});
