import { z } from 'zod';
import type { Database } from '../database/database.js';

export const instant = z.iso.datetime({ offset: true }).max(40);
export const name = z.string().regex(/^[A-Za-z0-9_.-]{1,48}$/);
export const evse = z.coerce.number().int().min(1).max(9_999);

/** What is looked for. */
export const sessionFilter = z.strictObject({
  station: name.optional(),
  evse: evse.optional(),
  from: instant.optional().describe('begun at that time or later'),
  to: instant.optional().describe('begun before that time'),
  outcome: z.enum(['completed', 'stopped', 'ended-by-car', 'fault', 'aborted', 'running']).optional(),
  evccid: z.string().max(64).optional(),
  simulated: z.enum(['true', 'false']).optional(),
});
export type SessionFilter = z.output<typeof sessionFilter>;

const stamp = z.string().describe('UTC, ISO 8601');
export const session = z.object({
  id: z.uuid(), station: z.string(), evse: z.number(), simulated: z.boolean().nullable(), startedAt: stamp, endedAt: stamp.nullable(),
  durationS: z.number().nullable(), protocol: z.string().nullable(), evccid: z.string().nullable(), evMac: z.string().nullable(),
  authBy: z.string().nullable(), authorized: z.boolean().nullable(), phase: z.string().nullable(), outcome: z.string().nullable(),
  stopReason: z.string().nullable(), stopBy: z.string().nullable(), detail: z.string().nullable(), energyWh: z.number(),
  socStart: z.number().nullable(), socEnd: z.number().nullable(), maxPowerW: z.number().nullable(), maxVoltage: z.number().nullable(),
  maxCurrent: z.number().nullable(), slacMs: z.number().nullable(), toChargeMs: z.number().nullable(), slacAvgAttenDb: z.number().nullable(),
  fault: z.string().nullable(), events: z.number(), verdict: z.unknown().nullable(),
});
export type Session = z.output<typeof session>;

export const sessionColumns = `
  id, station, evse, simulated, started_at AS "startedAt", ended_at AS "endedAt", duration_s AS "durationS", protocol, evccid, ev_mac AS "evMac",
  auth_by AS "authBy", authorized, phase, outcome, stop_reason AS "stopReason", stop_by AS "stopBy", detail, energy_wh AS "energyWh",
  soc_start AS "socStart", soc_end AS "socEnd", max_power_w AS "maxPowerW", max_voltage AS "maxVoltage", max_current AS "maxCurrent",
  slac_ms AS "slacMs", to_charge_ms AS "toChargeMs", slac_avg_atten_db AS "slacAvgAttenDb", fault, events, verdict`;

/** The newest first. `after`: the last one of the page before. */
export async function findSessions(
  db: Database, filter: SessionFilter, { limit, after }: { readonly limit: number; readonly after?: { readonly startedAt: string; readonly id: string } },
  identity: (text: string) => string,
): Promise<readonly Session[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const also = (condition: (value: string) => string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  also((value) => `station = ${value}`, filter.station);
  also((value) => `evse = ${value}`, filter.evse);
  also((value) => `started_at >= ${value}`, filter.from);
  also((value) => `started_at < ${value}`, filter.to);
  if (filter.outcome === 'running') conditions.push('ended_at IS NULL');
  else also((value) => `outcome = ${value}`, filter.outcome);
  also((value) => `evccid IN (${value}, upper($${values.length + 1}))`, filter.evccid === undefined ? undefined : identity(filter.evccid));
  if (filter.evccid !== undefined) values.push(filter.evccid);
  also((value) => `simulated = ${value}`, filter.simulated === undefined ? undefined : filter.simulated === 'true');
  if (after !== undefined) {
    values.push(after.startedAt, after.id);
    conditions.push(`(started_at, id) < ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return db.query<Session>(`SELECT ${sessionColumns} FROM sessions ${where} ORDER BY started_at DESC, id DESC LIMIT ${limit}`, values);
}

/** Sessions of a page of an export. */
const atOnce = 1_000;

/** All of them, page by page: who else is in this process has a charge to run, and none waits for a hundred thousand rows. */
export async function* sessionPages(db: Database, filter: SessionFilter, identity: (text: string) => string): AsyncGenerator<readonly Session[]> {
  for (let after: Session | undefined; ;) {
    const page = await findSessions(db, filter, { limit: atOnce, ...(after !== undefined && { after }) }, identity);
    yield page;
    if (page.length < atOnce) return;
    after = page.at(-1);
  }
}

export async function sessionOf(db: Database, id: string): Promise<Session | undefined> {
  return (await db.query<Session>(`SELECT ${sessionColumns} FROM sessions WHERE id = $1`, [id]))[0];
}

export const transaction = z.object({
  id: z.string(), ocpp: z.string().nullable(), evse: z.number().nullable(), idToken: z.string().nullable().describe('null where it is hidden'),
  startedAt: stamp.nullable(), endedAt: stamp.nullable(), meterStartWh: z.number().nullable(), meterStopWh: z.number().nullable(),
  energyWh: z.number().nullable().describe('so far, where it runs'), reason: z.string().nullable(),
});

const transactionsOf = `
SELECT t.id, ocpp, evse, id_token AS "idToken", started_at AS "startedAt", ended_at AS "endedAt", meter_start_wh AS "meterStartWh", meter_stop_wh AS "meterStopWh",
  coalesce(meter_stop_wh, (SELECT max(m.value) FROM meter_values m WHERE m.station = t.station AND m.transaction_id = t.id AND m.measurand = 'Energy.Active.Import.Register')) - meter_start_wh AS "energyWh", reason
FROM transactions t WHERE session_id = $1 ORDER BY started_at`;

/** Everything about one session but what it measured and said. */
export async function sessionDetail(db: Database, id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const found = await sessionOf(db, id);
  if (found === undefined) return undefined;
  const [events, transactions, faults, slac] = [
    await db.query('SELECT event_id AS id, ts, type, src, seq, data FROM session_events WHERE session_id = $1 ORDER BY ts, src, seq LIMIT 2000', [id]),
    await db.query(transactionsOf, [id]),
    await db.query('SELECT fault, raised_at AS "raisedAt", cleared_at AS "clearedAt", detail FROM faults WHERE session_id = $1 ORDER BY raised_at', [id]),
    await db.query('SELECT ts, result, why, attempt, ev_mac AS "evMac", nid, avg_atten_db AS "avgAttenDb", atten_groups AS "attenGroups", duration_ms AS "durationMs" FROM slac_matches WHERE session_id = $1 ORDER BY ts', [id]),
  ];
  return { ...found, timeline: events, transactions, faults, slac };
}

export const point = z.object({
  ts: stamp, voltage: z.number(), current: z.number(), power: z.number(), targetCurrent: z.number().nullable(), soc: z.number().nullable(), energyWh: z.number(),
});

/** Points of a curve at most; a longer session has its means. */
const mostPoints = 2_000;

/** What a session measured: each sample where there are few, means where there are many, minutes where the samples, or the first of them, are gone. */
export async function powerCurve(db: Database, id: string): Promise<{ readonly resolutionS: number; readonly points: readonly unknown[] }> {
  const [span] = await db.query<{ count: number; seconds: number | null; cut: boolean | null }>(
    `SELECT count(*) AS count, extract(epoch FROM max(ts) - min(ts))::float8 AS seconds, date_trunc('minute', min(ts)) > (SELECT min(minute) FROM telemetry_1m WHERE session_id = $1) AS cut
     FROM telemetry WHERE session_id = $1`, [id],
  );
  if (span === undefined || span.count === 0 || span.cut === true) {
    const points = await db.query(
      'SELECT minute AS ts, voltage, current, power, NULL AS "targetCurrent", soc, energy_wh AS "energyWh" FROM telemetry_1m WHERE session_id = $1 ORDER BY minute', [id],
    );
    return { resolutionS: 60, points };
  }
  if (span.count <= mostPoints) {
    const points = await db.query(
      'SELECT ts, voltage, current, power, target_current AS "targetCurrent", soc, energy_wh AS "energyWh" FROM telemetry WHERE session_id = $1 ORDER BY ts', [id],
    );
    return { resolutionS: 0, points };
  }
  const step = Math.ceil((span.seconds ?? 0) / mostPoints) || 1;
  const points = await db.query(
    `SELECT date_bin(make_interval(secs => $2), ts, '2000-01-01Z') AS ts, avg(voltage)::float8 AS voltage, avg(current)::float8 AS current, avg(power)::float8 AS power,
       avg(target_current)::float8 AS "targetCurrent", max(soc) AS soc, max(energy_wh) AS "energyWh"
     FROM telemetry WHERE session_id = $1 GROUP BY 1 ORDER BY 1`, [id, step],
  );
  return { resolutionS: step, points };
}
