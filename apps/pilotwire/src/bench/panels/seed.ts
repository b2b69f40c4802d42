import { Partitions } from '@pilotwire/history';
import type { Database } from '@pilotwire/history';
import { outlets } from './ledger.js';
import type { Entry } from './ledger.js';

export interface Amount {
  /** Rows of telemetry, over all sessions that charged. */
  readonly telemetry: number;
  /** Of the last seven days, as long as they are kept. */
  readonly frames: number;
}

const day = 86_400_000;
const perStatement = 1_000;

/** Fills a database, which has its tables and is otherwise empty, with what a ledger says. What is not in it follows from it. */
export async function seed(db: Database, ledger: readonly Entry[], until: Date, { telemetry, frames }: Amount): Promise<void> {
  const partitions = new Partitions(db, () => until.getTime());
  const oldest = Date.parse((ledger[0] as Entry).started_at);
  const days = Array.from({ length: Math.ceil((until.getTime() - oldest) / day) + 1 }, (_, n) => oldest + n * day);
  for (const table of ['session_events', 'telemetry', 'frames', 'ocpp_messages'] as const) await partitions.ensure(table, days);
  for (const station of new Set(outlets.map((outlet) => outlet.station))) await db.query('INSERT INTO stations (id, time_zone) VALUES ($1, $2)', [station, 'Europe/Berlin']);
  for (const { station, evse } of outlets) await db.query('INSERT INTO evses (station, evse) VALUES ($1, $2)', [station, evse]);
  for (let at = 0; at < ledger.length; at += perStatement) await db.query(sessions, [JSON.stringify(ledger.slice(at, at + perStatement))]);
  const charged = ledger.filter(({ energy_wh: energy }) => energy > 0).length;
  const young = ledger.filter(({ started_at: at, energy_wh: energy }) => energy > 0 && Date.parse(at) > until.getTime() - 7 * day).length;
  await db.query(samples, [Math.ceil(telemetry / charged)]);
  await db.query(minutes);
  await db.query(events);
  await db.query(messages, [Math.ceil(frames / Math.max(1, young) / 2), new Date(until.getTime() - 7 * day).toISOString()]);
  await db.query(matches);
  await db.query(failures);
  await db.query(faults);
  await db.query(calls);
  await db.query(boots, [new Date(until.getTime() - 3_600_000).toISOString()]);
  await db.query(lines, [new Date(oldest).toISOString(), new Date(until.getTime() - 3_600_000).toISOString()]);
  await db.query(publishers, [until.toISOString()]);
  await db.query("INSERT INTO dead_letters (at, topic, problem, payload) VALUES ($1::timestamptz - interval '2 hours', 'pilotwire/v1/north/evse/1/telemetry/batch', 'no JSON', '{')", [until.toISOString()]);
  await db.query('ANALYZE');
}

const sessions = `
INSERT INTO sessions (id, station, evse, simulated, started_at, ended_at, duration_s, protocol, evccid, ev_mac, auth_by, authorized, phase, outcome, stop_reason, stop_by,
  energy_wh, soc_start, soc_end, max_power_w, max_voltage, max_current, slac_ms, to_charge_ms, slac_avg_atten_db, fault, events)
SELECT id, station, evse, false, started_at, ended_at, duration_s, 'urn:din:70121:2012:MsgDef', replace(ev_mac, ':', ''), ev_mac, 'free', true, phase, outcome, stop_reason, stop_by,
  energy_wh, soc_start, soc_end, peak, 400, peak / 400, slac_ms, CASE WHEN energy_wh > 0 THEN to_charge_ms END, attenuation, fault, 12
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, station text, evse int, started_at timestamptz, ended_at timestamptz, duration_s float8, ev_mac text, phase text, outcome text,
  stop_reason text, stop_by text, energy_wh float8, soc_start real, soc_end real, peak real, slac_ms float8, to_charge_ms float8, attenuation real, fault text)`;

/** From the first current to the end, in equal steps; the last says the whole energy. */
const samples = `
INSERT INTO telemetry (station, evse, ts, session_id, voltage, current, power, target_voltage, target_current, soc, energy_wh)
SELECT s.station, s.evse, s.started_at + interval '30 seconds' + (s.duration_s - 31) / $1::int * i * interval '1 second', s.id, 380 + 40.0 * i / $1::int, s.max_power_w / 400 * (1 - 0.6 * i / $1::int),
  (380 + 40.0 * i / $1::int) * s.max_power_w / 400 * (1 - 0.6 * i / $1::int), 420, s.max_power_w / 400, s.soc_start + (s.soc_end - s.soc_start) * i / $1::int, s.energy_wh * i / $1::int
FROM sessions s CROSS JOIN generate_series(1, $1::int) i WHERE s.energy_wh > 0 ORDER BY s.started_at, i`;

const minutes = `
INSERT INTO telemetry_1m (session_id, minute, station, evse, samples, voltage, current, power, max_power, soc, energy_wh)
SELECT session_id, date_trunc('minute', ts), min(station), min(evse), count(*), avg(voltage), avg(current), avg(power), max(power), max(soc), max(energy_wh)
FROM telemetry GROUP BY 1, 2 ORDER BY 2`;

const events = `
INSERT INTO session_events (event_id, ts, station, evse, session_id, type, src, boot, seq, data)
SELECT md5(s.id::text || e.n)::uuid, s.started_at + e.after * s.duration_s * interval '1 second', s.station, s.evse, s.id, e.type, 'v2g-gateway/main', md5(s.station)::uuid, 0, e.data
FROM sessions s CROSS JOIN (VALUES
  (1, 0.0, 'session.started', '{"simulated": false}'::jsonb), (2, 0.001, 'session.phase', '{"from": "plugged", "to": "matching"}'), (3, 0.004, 'session.phase', '{"from": "matching", "to": "linked"}'),
  (4, 0.005, 'charge.params', '{"evMaxV": 420, "evMaxA": 300, "evseMaxV": 1000, "evseMaxA": 400, "evseMaxW": 150000}'), (5, 0.006, 'session.phase', '{"from": "parameters", "to": "cable-check"}'),
  (6, 0.012, 'session.phase', '{"from": "cable-check", "to": "pre-charge"}'), (7, 0.016, 'session.phase', '{"from": "pre-charge", "to": "charging"}'), (8, 0.016, 'charging.started', '{"targetV": 420, "targetA": 300}'),
  (9, 0.99, 'charging.stopped', '{"by": "ev", "why": "completed", "energyWh": 1}'), (10, 0.995, 'session.phase', '{"from": "charging", "to": "session-stop"}'), (11, 1.0, 'session.ended', '{"reason": "completed", "by": "ev"}')
) AS e(n, after, type, data) ORDER BY s.started_at`;

/** A question and its answer each; one of them in a hundred is slow. */
const messages = `
INSERT INTO frames (ts, station, evse, session_id, kind, dir, type, latency_ms, raw)
SELECT s.started_at + interval '5 seconds' + (s.duration_s - 6) / $1::int * i * interval '1 second' + d.answer * interval '5 milliseconds', s.station, s.evse, s.id, 'v2g', CASE d.answer WHEN 1 THEN 'evse->ev' ELSE 'ev->evse' END,
  CASE WHEN i < 3 THEN 'SessionSetup' WHEN i < 8 THEN 'CableCheck' ELSE 'CurrentDemand' END || CASE d.answer WHEN 1 THEN 'Res' ELSE 'Req' END,
  CASE d.answer WHEN 1 THEN 1 + abs(hashtext(s.id::text || i)) % 900 / 100.0 + CASE abs(hashtext(s.id::text || i)) % 100 WHEN 0 THEN 120 ELSE 0 END END, decode(repeat('809a', 20), 'hex')
FROM sessions s CROSS JOIN generate_series(1, $1::int) i CROSS JOIN (VALUES (0), (1)) AS d(answer) WHERE s.energy_wh > 0 AND s.started_at > $2 ORDER BY 1`;

const matches = `
INSERT INTO slac_matches (event_id, ts, station, evse, session_id, result, attempt, ev_mac, nid, avg_atten_db, atten_groups, duration_ms)
SELECT md5(id::text || 'match')::uuid, started_at + interval '3 seconds', station, evse, id, 'matched', 1, ev_mac, '026BCBA5354E08', slac_avg_atten_db,
  (SELECT array_agg(slac_avg_atten_db + g / 10.0 - 2.85 ORDER BY g) FROM generate_series(0, 57) g), slac_ms FROM sessions WHERE phase <> 'matching'`;
const failures = `
INSERT INTO slac_matches (event_id, ts, station, evse, session_id, result, why, attempt)
SELECT md5(id::text || 'failed')::uuid, started_at + interval '3 seconds', station, evse, id, 'failed', CASE evse % 2 WHEN 0 THEN 'no-sounds' ELSE 'no-response' END, 1 + evse % 3 FROM sessions WHERE phase = 'matching'`;
const faults = `
INSERT INTO faults (station, evse, fault, raised_at, cleared_at, session_id)
SELECT station, evse, fault, ended_at, ended_at + interval '40 seconds', id FROM sessions WHERE fault IS NOT NULL`;

/** Six calls of each session, with their answers 80 ms later; one in twenty is refused. */
const calls = `
INSERT INTO ocpp_messages (ts, station, dir, kind, message_id, action, code, payload)
SELECT s.started_at + i * s.duration_s / 7 * interval '1 second' + a.answer * interval '80 milliseconds', s.station, CASE a.answer WHEN 1 THEN 'in' ELSE 'out' END,
  CASE WHEN a.answer = 0 THEN 'call' WHEN abs(hashtext(s.id::text || i)) % 20 = 0 THEN 'error' ELSE 'result' END, s.id || '-' || i,
  CASE WHEN i IN (1, 6) THEN 'TransactionEvent' WHEN i = 2 THEN 'StatusNotification' ELSE 'MeterValues' END,
  CASE WHEN a.answer = 1 AND abs(hashtext(s.id::text || i)) % 20 = 0 THEN 'InternalError' END, '{"evseId": 1}'
FROM sessions s CROSS JOIN generate_series(1, 6) i CROSS JOIN (VALUES (0), (1)) AS a(answer) ORDER BY 1`;
const boots = `
INSERT INTO ocpp_messages (ts, station, dir, kind, message_id, action, payload)
SELECT $1, id, 'out', 'call', 'boot-' || id, 'BootNotification', '{"reason": "PowerUp"}' FROM stations`;
/** Each station was away for ten minutes before it booted. */
const lines = `
INSERT INTO ocpp_states (station, ts, connected, protocol, registration, csms, why)
SELECT id, l.ts, l.connected, 'ocpp2.1', CASE WHEN l.connected THEN 'accepted' ELSE 'none' END, 'wss://csms.example/ocpp', CASE WHEN NOT l.connected THEN 'the CSMS does not answer' END
FROM stations CROSS JOIN (VALUES ($1::timestamptz, true), ($2::timestamptz - interval '10 minutes', false), ($2::timestamptz, true)) AS l(ts, connected)`;
const publishers = `
INSERT INTO ingest_state (src, station, boot, last_seq, gaps, at)
SELECT src, id, md5(src || id)::uuid, 120000, CASE id WHEN 'north' THEN '[{"from": 7, "to": 9}]'::jsonb ELSE '[]' END, $1 FROM stations CROSS JOIN (VALUES ('v2g-gateway/main'), ('slac-agent/main')) AS s(src)`;
