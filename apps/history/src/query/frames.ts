import { z } from 'zod';
import type { Database } from '../database/database.js';

export const frame = z.object({
  id: z.number(), ts: z.string(), kind: z.enum(['slac', 'v2g']), dir: z.string(), type: z.string(), latencyMs: z.number().nullable(),
  hex: z.string().nullable().describe('null where the octets may not be kept'),
});
export type StoredFrame = z.output<typeof frame>;

/** In the order of their time; `after` is the id of the last one of the page before. */
export function framesOf(db: Database, session: string, { limit, after = 0 }: { readonly limit: number; readonly after?: number }): Promise<readonly StoredFrame[]> {
  return db.query(
    `SELECT id, ts, kind, dir, type, latency_ms AS "latencyMs", upper(encode(raw, 'hex')) AS hex FROM frames
     WHERE session_id = $1 AND id > $2 ORDER BY id LIMIT ${limit}`, [session, after],
  );
}
