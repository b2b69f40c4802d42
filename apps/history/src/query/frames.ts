import { z } from 'zod';
import type { Database } from '../database/database.js';

export const frame = z.object({
  id: z.number(), ts: z.string(), kind: z.enum(['slac', 'v2g']), dir: z.string(), type: z.string(), latencyMs: z.number().nullable(),
  hex: z.string().nullable().describe('null where the octets may not be kept'),
});
export type StoredFrame = z.output<typeof frame>;

/**
 * In the order in which they came; `after` is the id of the last one of the page before. Those of the session are found first: by the order
 * of the ids, which a database takes for the shorter way, it goes through all frames of all sessions.
 */
export function framesOf(db: Database, session: string, { limit, after = 0, from, to }: FramesWanted): Promise<readonly StoredFrame[]> {
  return db.query(
    `WITH said AS MATERIALIZED (SELECT * FROM frames WHERE session_id = $1 AND id > $2 AND ts >= coalesce($3::timestamptz, '-infinity') AND ts < coalesce($4::timestamptz, 'infinity'))
     SELECT id, ts, kind, dir, type, latency_ms AS "latencyMs", upper(encode(raw, 'hex')) AS hex FROM said ORDER BY id LIMIT ${limit}`, [session, after, from ?? null, to ?? null],
  );
}

interface FramesWanted {
  readonly limit: number;
  readonly after?: number;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
