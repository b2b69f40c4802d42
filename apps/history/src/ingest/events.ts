import type { Position } from '@pilotwire/bus';
import type { AnyEvent } from '@pilotwire/contracts';
import type { Database, Query } from '../database/database.js';
import type { Partitions } from '../database/partitions.js';
import type { Privacy } from './privacy.js';

export interface EventStoreOptions {
  readonly db: Database;
  readonly partitions: Partitions;
  readonly privacy: Privacy;
  readonly timeZone: string;
}

/** The event, how far its publisher has come, and that its session has to be assembled again: of one transaction. */
const insertEvent = `
WITH event AS (
  INSERT INTO session_events (event_id, ts, station, evse, session_id, type, src, boot, seq, data)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING 1
), session AS (
  INSERT INTO sessions (id, station, evse, started_at, revision)
  SELECT $5::uuid, $3, $4, $2::timestamptz, 1 WHERE $5::uuid IS NOT NULL
  ON CONFLICT (id) DO UPDATE SET revision = sessions.revision + 1
), position AS (
  INSERT INTO ingest_state (src, station, boot, last_seq) VALUES ($7, $3, $8, $9)
  ON CONFLICT (src, station, boot) DO UPDATE SET last_seq = greatest(ingest_state.last_seq, excluded.last_seq), at = now()
)
SELECT count(*) AS stored FROM event`;

const insertGap = `
INSERT INTO ingest_state (src, station, boot, last_seq, gaps) VALUES ($1, $2, $3, $5, jsonb_build_array(jsonb_build_object('from', $4::bigint, 'to', $5::bigint)))
ON CONFLICT (src, station, boot) DO UPDATE
SET last_seq = greatest(ingest_state.last_seq, excluded.last_seq), gaps = ingest_state.gaps || excluded.gaps, at = now()`;

/** Lives of one publisher that are remembered. */
const mostBoots = 8;

export class EventStore {
  readonly #options: EventStoreOptions;
  readonly #outlets = new Set<string>();

  constructor(options: EventStoreOptions) {
    this.#options = options;
  }

  /** Where to go on. */
  async positions(): Promise<readonly Position[]> {
    const { db } = this.#options;
    const rows = await db.query<{ src: string; station: string; boot: string; last_seq: number }>('SELECT src, station, boot, last_seq FROM ingest_state ORDER BY at');
    return rows.map(({ last_seq: seq, ...rest }) => ({ ...rest, seq }));
  }

  /** Resolves, once it is committed, to whether it was new. */
  async store(event: AnyEvent): Promise<boolean> {
    const { db, partitions, privacy } = this.#options;
    const { id, ts, st, evse, sessionId, type, src, boot, seq } = event;
    const data = privacy.clean(event.data);
    await partitions.ensure('session_events', [Date.parse(ts)]);
    const values = [id, ts, st, evse, sessionId ?? null, type, src, boot, seq, JSON.stringify(data)];
    const insert = async (query: Query): Promise<boolean> => ((await query<{ stored: number }>(insertEvent, values))[0]?.stored ?? 0) > 0;
    const outlet = `${st} ${evse}`;
    const beside = besides[type];
    if (this.#outlets.has(outlet) && beside === undefined) return insert(db.query);
    const stored = await db.transaction(async (query) => {
      if (!this.#outlets.has(outlet)) await this.#introduce(query, st, evse);
      const fresh = await insert(query);
      await beside?.(query, { ...event, data });
      return fresh;
    });
    this.#outlets.add(outlet);
    return stored;
  }

  /** Events that nobody has any more. */
  async lost({ src, station, boot, fromSeq, toSeq }: Omit<Position, 'seq'> & { readonly fromSeq: number; readonly toSeq: number }): Promise<void> {
    await this.#options.db.query(insertGap, [src, station, boot, fromSeq, toSeq]);
  }

  /** Counts of publishers that began anew long ago. */
  async forgetOldBoots(): Promise<void> {
    await this.#options.db.query(
      `DELETE FROM ingest_state s USING (
         SELECT src, station, boot, row_number() OVER (PARTITION BY src, station ORDER BY at DESC) AS n FROM ingest_state
       ) o WHERE (s.src, s.station, s.boot) = (o.src, o.station, o.boot) AND o.n > ${mostBoots} AND s.gaps = '[]'`,
    );
  }

  async #introduce(query: Query, station: string, evse: number): Promise<void> {
    await query('INSERT INTO stations (id, time_zone) VALUES ($1, $2) ON CONFLICT DO NOTHING', [station, this.#options.timeZone]);
    await query('INSERT INTO evses (station, evse) VALUES ($1, $2) ON CONFLICT DO NOTHING', [station, evse]);
  }
}

type Beside = (query: Query, event: AnyEvent) => Promise<unknown>;
type Fields = Readonly<Record<string, string | number | undefined>>;

const matched = (result: string): Beside => (query, { id, ts, st, evse, sessionId, data }) => {
  const { why, attempt, ev, nid, attenuationDb, tookMs } = data as Fields;
  return query(
    `INSERT INTO slac_matches (event_id, ts, station, evse, session_id, result, why, attempt, ev_mac, nid, avg_atten_db, duration_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
    [id, ts, st, evse, sessionId ?? null, result, why ?? null, attempt ?? null, ev ?? null, nid ?? null, attenuationDb ?? null, tookMs ?? null],
  );
};

/** A fault is over with the first word of its end after it; the words may come in any order. */
const pairFault = `
UPDATE faults f SET cleared_at = (
  SELECT min(e.ts) FROM session_events e
  WHERE e.type = 'fault.cleared' AND e.station = f.station AND e.evse = f.evse AND e.data->>'fault' = f.fault AND e.ts >= f.raised_at
) WHERE f.station = $1 AND f.evse = $2 AND f.fault = $3 AND f.cleared_at IS NULL`;

/** What some events say besides, for itself. */
const besides: Readonly<Record<string, Beside>> = {
  'slac.matched': matched('matched'),
  'slac.failed': matched('failed'),
  async 'fault.raised'(query, { ts, st, evse, sessionId, data }) {
    const { fault, detail } = data as Fields;
    await query(
      'INSERT INTO faults (station, evse, fault, raised_at, session_id, detail) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      [st, evse, fault, ts, sessionId ?? null, detail ?? null],
    );
    await query(pairFault, [st, evse, fault]);
  },
  'fault.cleared': (query, { st, evse, data }) => query(pairFault, [st, evse, (data as Fields)['fault']]),
};
