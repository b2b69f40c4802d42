import type { Database } from '../database/database.js';
import { assemble } from './assemble.js';
import type { StoredEvent } from './assemble.js';

/** So many at once. */
const most = 200;

const columns = `
  simulated boolean, started_at timestamptz, ended_at timestamptz, duration_s double precision, protocol text, v2g_session text, evccid text,
  ev_mac text, auth_by text, authorized boolean, phase text, outcome text, stop_reason text, stop_by text, detail text,
  energy_wh double precision, soc_start real, soc_end real, slac_ms double precision, to_charge_ms double precision,
  slac_avg_atten_db real, fault text, events integer`;
const names = columns.split(',').map((column) => column.trim().split(' ')[0] as string);

/** Locked in the order in which the ingest locks them. */
const update = `
WITH held AS MATERIALIZED (SELECT id FROM sessions WHERE id IN (SELECT id FROM jsonb_to_recordset($1::jsonb) AS i(id uuid)) ORDER BY id FOR NO KEY UPDATE)
UPDATE sessions s SET ${names.map((name) => `${name} = r.${name}`).join(', ')}, assembled = r.revision
FROM held JOIN jsonb_to_recordset($1::jsonb) AS r(id uuid, revision integer, ${columns}) ON r.id = held.id WHERE s.id = held.id`;

/** Tells sessions anew about which something was heard. Resolves to whether there may be more. */
export async function assembleSessions(db: Database): Promise<boolean> {
  const due = await db.query<{ id: string; revision: number }>(`SELECT id, revision FROM sessions WHERE assembled < revision LIMIT ${most}`);
  if (due.length === 0) return false;
  const rows = await db.query<StoredEvent & { session_id: string }>(
    'SELECT session_id, event_id, ts, src, seq, type, data FROM session_events WHERE session_id = ANY($1::uuid[])', [due.map(({ id }) => id)],
  );
  const bySession = new Map<string, StoredEvent[]>();
  for (const row of rows) bySession.set(row.session_id, [...(bySession.get(row.session_id) ?? []), row]);
  const stories = due.flatMap(({ id, revision }) => {
    const events = bySession.get(id);
    return events === undefined ? [] : [{ id, revision, ...assemble(events) }];
  });
  // A revision that came meanwhile stays due.
  await db.query(update, [JSON.stringify(stories)]);
  return stories.length === most;
}
