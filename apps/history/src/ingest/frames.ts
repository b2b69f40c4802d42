import type { PayloadOf, v2gFrames } from '@pilotwire/contracts';
import type { Database } from '../database/database.js';
import type { Partitions } from '../database/partitions.js';

type Frame = PayloadOf<typeof v2gFrames>['frames'][number];

/** One frame of an outlet. */
export interface FrameRow extends Frame {
  readonly station: string;
  readonly evse: number;
  readonly sessionId: string | undefined;
  readonly kind: 'slac' | 'v2g';
}

const insert = `
INSERT INTO frames (ts, station, evse, session_id, kind, dir, type, latency_ms, raw)
SELECT ts, station, evse, session_id, kind, dir, type, latency_ms, decode(hex, 'hex')
FROM unnest($1::timestamptz[], $2::text[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::real[], $9::text[])
  AS r(ts, station, evse, session_id, kind, dir, type, latency_ms, hex)`;

export async function storeFrames(db: Database, partitions: Partitions, frames: readonly FrameRow[], keepsOctets: boolean): Promise<void> {
  await partitions.ensure('frames', frames.map(({ ts }) => Date.parse(ts)));
  await db.query(insert, [
    frames.map(({ ts }) => ts), frames.map(({ station }) => station), frames.map(({ evse }) => evse), frames.map(({ sessionId }) => sessionId ?? null),
    frames.map(({ kind }) => kind), frames.map(({ dir }) => dir), frames.map(({ type }) => type), frames.map(({ latencyMs }) => latencyMs ?? null),
    frames.map(({ hex }) => (keepsOctets ? (hex ?? null) : null)),
  ]);
}
