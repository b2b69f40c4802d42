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

/**
 * Events, how far their publishers have come, and that their sessions have to be assembled again: of one transaction. Rows
 * that others lock too are taken in one order by all.
 */
const insertEvents = `
WITH rows AS (
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::int[], $5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::bigint[], $10::text[])
    AS r(event_id, ts, station, evse, session_id, type, src, boot, seq, data)
), stored AS (
  INSERT INTO session_events (event_id, ts, station, evse, session_id, type, src, boot, seq, data)
  SELECT event_id, ts, station, evse, session_id, type, src, boot, seq, data::jsonb FROM rows ON CONFLICT DO NOTHING RETURNING 1
), session AS (
  INSERT INTO sessions (id, station, evse, started_at, revision)
  SELECT session_id, min(station), min(evse), min(ts), count(*) FROM rows WHERE session_id IS NOT NULL GROUP BY session_id ORDER BY session_id
  ON CONFLICT (id) DO UPDATE SET revision = sessions.revision + excluded.revision
), position AS (
  INSERT INTO ingest_state (src, station, boot, last_seq) SELECT src, station, boot, max(seq) FROM rows GROUP BY src, station, boot ORDER BY src, station, boot
  ON CONFLICT (src, station, boot) DO UPDATE SET last_seq = greatest(ingest_state.last_seq, excluded.last_seq), at = now()
)
SELECT count(*) AS stored FROM stored`;

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

  /** Stores them in one transaction. Of a later version one may have no data, which no column takes when it is read from an export. Resolves, once it is committed, to how many were new. */
  async store(events: readonly AnyEvent[]): Promise<number> {
    const { db, partitions, privacy } = this.#options;
    const clean = events.map((event) => ({ ...event, data: privacy.clean(event.data) }));
    await partitions.ensure('session_events', clean.map(({ ts }) => Date.parse(ts)));
    const values = [
      clean.map(({ id }) => id), clean.map(({ ts }) => ts), clean.map(({ st }) => st), clean.map(({ evse }) => evse), clean.map(({ sessionId }) => sessionId ?? null),
      clean.map(({ type }) => type), clean.map(({ src }) => src), clean.map(({ boot }) => boot), clean.map(({ seq }) => seq), clean.map(({ data }) => JSON.stringify(data ?? {})),
    ];
    const insert = async (query: Query): Promise<number> => (await query<{ stored: number }>(insertEvents, values))[0]?.stored ?? 0;
    const outlets = new Map(clean.filter(({ st, evse }) => !this.#outlets.has(`${st} ${evse}`)).map(({ st, evse }) => [`${st} ${evse}`, { st, evse }]));
    const spoken = clean.filter(({ type }) => besides[type] !== undefined);
    if (outlets.size === 0 && spoken.length === 0) return insert(db.query);
    const stored = await db.transaction(async (query) => {
      for (const { st, evse } of outlets.values()) await this.#introduce(query, st, evse);
      const fresh = await insert(query);
      for (const event of spoken) await besides[event.type]?.(query, event);
      return fresh;
    });
    for (const outlet of outlets.keys()) this.#outlets.add(outlet);
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
