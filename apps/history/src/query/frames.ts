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
export function framesOf(db: Database, session: string, { limit, after = 0, ...span }: Span & { readonly limit: number; readonly after?: number }): Promise<readonly StoredFrame[]> {
  return db.query(
    `WITH said AS MATERIALIZED (SELECT * FROM frames WHERE ${inSpan} AND id > $4)
     SELECT id, ts, kind, dir, type, latency_ms AS "latencyMs", upper(encode(raw, 'hex')) AS hex FROM said ORDER BY id LIMIT ${limit}`, [...valuesOf(session, span), after],
  );
}

/** How many there are, as far as `most`. */
export async function countFrames(db: Database, session: string, { most, ...span }: Span & { readonly most: number }): Promise<number> {
  const [row] = await db.query<{ n: number }>(`SELECT count(*) AS n FROM (SELECT FROM frames WHERE ${inSpan} LIMIT ${most}) said`, valuesOf(session, span));
  return row?.n ?? 0;
}

/** From then on, and before then; ISO 8601. */
interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const inSpan = `session_id = $1 AND ts >= coalesce($2::timestamptz, '-infinity') AND ts < coalesce($3::timestamptz, 'infinity')`;
const valuesOf = (session: string, { from, to }: Span): readonly unknown[] => [session, from ?? null, to ?? null];
