import { describe, expect, test } from 'vitest';
import { type ConversationRecord, recordToJson } from '../src/index.js';
import { captures, decodersKnowing, type Expected, expectedOf, load, recordsOf } from './expected.js';

const ofKinds = <R extends { kind: string }>(records: readonly R[], ...kinds: string[]): R[] =>
  records.filter(({ kind }) => kinds.includes(kind));

/** Connections numbered in the order of their first message, since only same or different counts. */
function renumbered(records: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const numbers = new Map<unknown, number>();
  return records.map(({ conn, ...rest }) => {
    if (conn === undefined) return rest;
    if (!numbers.has(conn)) numbers.set(conn, numbers.size);
    return { ...rest, conn: numbers.get(conn) };
  });
}

/** A record as both sides have it; times are compared apart. */
const comparable = (record: Expected | ConversationRecord): Record<string, unknown> => {
  const fields = 'hex' in record ? { ...record } : recordToJson(record);
  const { n, dir, kind, schema, type = null, payloadType, conn, hex, decoded } = fields as Partial<Expected>;
  return { n, dir, kind, schema, type, payloadType, conn, hex, decoded };
};

describe.each(captures)('%s', (name) => {
  const expected = expectedOf(name);
  const { records, stats } = recordsOf(load(name), decodersKnowing(expected), 10_007);

  test.each([['homeplug'], ['sdp'], ['v2gtp']])('%s records are the expected ones', (kind) => {
    const ours = ofKinds(records, kind);
    const theirs = ofKinds(expected, kind);
    expect(renumbered(ours.map(comparable))).toEqual(renumbered(theirs.map(comparable)));
    for (const [i, { t }] of theirs.entries()) expect(Math.abs((ours[i]?.t ?? 0) - t)).toBeLessThan(2e-6);
  });

  test('nothing else is found but TLS, key logs, and what is told of lost bytes', () => {
    const count = (kind: 'homeplug' | 'sdp' | 'v2gtp'): number => ofKinds(expected, kind).length;
    const { homeplug, sdp, v2gtp, tls, keylog } = stats.records;
    expect({ homeplug, sdp, v2gtp }).toEqual({ homeplug: count('homeplug'), sdp: count('sdp'), v2gtp: count('v2gtp') });
    expect([tls > 0, keylog > 0]).toEqual([name.includes('TLS'), name.includes('TLS')]);
    expect(stats.errors).toBe(0);
  });
});
