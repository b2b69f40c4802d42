import { isRequest } from '@pilotwire/simulation';
import type { RecordedMessage, RecordedSession } from '@pilotwire/simulation';
import type { CaptureRecord } from '../record.js';

/** The V2G connections of a capture. */
export interface Recording {
  readonly sessions: readonly RecordedSession[];
  /** What is not played, and why; one line each. */
  readonly passedOver: readonly string[];
}

/** Sorts the records of a capture into sessions, one for each TCP connection that speaks DIN SPEC 70121. */
export async function recordingOf(records: AsyncIterable<CaptureRecord>): Promise<Recording> {
  const connections = new Map<number, RecordedMessage[]>();
  const others = new Map<number, string>();
  const unread = new Map<number, number>();
  for await (const { kind, conn, schema, type, t, hex, decoded } of records) {
    if (kind !== 'v2gtp' || conn === undefined) continue;
    if (typeof type !== 'string' || t === null) {
      unread.set(conn, (unread.get(conn) ?? 0) + 1);
      continue;
    }
    if (schema !== 'din' && schema !== 'app') {
      others.set(conn, schema ?? 'unknown');
      continue;
    }
    const messages = connections.get(conn) ?? [];
    connections.set(conn, messages);
    // `decoded` is the value of the codec of `schema`: one of the two.
    const message = decoded as RecordedMessage['message'];
    messages.push({ type, at: 1_000 * t, payload: Buffer.from(hex, 'hex'), message });
  }
  const passedOver = [...others].map(([conn, schema]) => `connection ${conn}: ${schema}, not DIN SPEC 70121`);
  for (const [conn, count] of unread) {
    // A handshake that led to something unreadable led to another protocol.
    const din = connections.get(conn)?.some(({ message }) => 'V2G_Message' in message) === true;
    passedOver.push(`connection ${conn}: ${count} messages that could not be decoded${din ? '' : ', not DIN SPEC 70121'}`);
    if (!din) connections.delete(conn);
  }
  const sessions = [...connections].filter(([conn]) => !others.has(conn)).map(([, messages]) => messages);
  return { sessions: sessions.filter((messages) => messages.some(isRequest)), passedOver };
}
