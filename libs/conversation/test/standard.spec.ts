import { describe, expect, test } from 'vitest';
import { type ConversationRecord, recordToJson, standardDecoders } from '../src/index.js';
import { captures, type Expected, expectedOf, load, recordsOf } from './expected.js';

/** What is compared of a record that our own codecs decoded; the facts of HomePlug messages have a test of their own. */
function comparable(record: Expected): Record<string, unknown> {
  const { n, dir, kind, schema, type = null, payloadType, hex, decoded } = record;
  if (kind === 'homeplug') return { n, dir, kind, type, hex };
  return { n, dir, kind, schema, type, payloadType, hex, decoded };
}

describe.each(captures)('%s', (name) => {
  test('our codecs decode every record to its expected value', () => {
    const { records } = recordsOf(load(name), standardDecoders);
    const chosen = records.filter(({ kind }: ConversationRecord) => ['homeplug', 'sdp', 'v2gtp'].includes(kind));
    const ours = chosen.map((record) => comparable(recordToJson(record) as unknown as Expected));
    expect(ours).toEqual(expectedOf(name).map(comparable));
  });
});

test.skipIf(captures.length === 0)('signatures that were repeated on later messages are told as stale, and no other', () => {
  const noted = captures.flatMap((name) => {
    const { records } = recordsOf(load(name), standardDecoders);
    return records.filter((record) => record.kind === 'v2gtp' && JSON.stringify(record.anomalies)?.includes('signature-')).map(({ n }) => `${name.slice(0, 12)} ${n}`);
  });
  expect(noted).toEqual([172, 176, 180, 184, 196, 200, 204, 208].map((n) => `ISO-2_AC_PnC ${n}`));
});
