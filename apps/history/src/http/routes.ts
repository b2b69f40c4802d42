import { BusError } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { commands, ContractError } from '@pilotwire/contracts';
import { z } from 'zod';
import type { Database } from '../database/database.js';
import type { Privacy } from '../ingest/privacy.js';
import { captureOf } from '../query/capture.js';
import { csv } from '../query/csv.js';
import { energyBy, energyQuery, energyRow } from '../query/energy.js';
import { countFrames, frame, framesOf } from '../query/frames.js';
import { message, messageFilter, messagesOf } from '../query/messages.js';
import { evse, findSessions, instant, name, point, powerCurve, session, sessionDetail, sessionFilter, sessionOf, sessionPages, transaction } from '../query/sessions.js';
import { HttpError, json, route } from './route.js';
import type { Route } from './route.js';

export interface RoutesOptions {
  readonly db: Database;
  readonly bus: Bus;
  readonly privacy: Privacy;
  readonly health: () => Promise<{ readonly problems: readonly string[] }>;
  readonly metrics: () => Promise<string>;
  readonly counters: () => Readonly<Record<string, number>>;
}

const api = <const Path extends string>(path: Path) => `/api/v1/${path}` as const;
const none = z.strictObject({});
const id = z.uuid();
const oneSession = z.strictObject({ id });
const page = { limit: z.coerce.number().int().min(1).max(1_000).default(100) };
/** Rows of an export: of more the memory that a container gives us has no room. They are asked for in spans. */
const mostRows = 25_000;
const mostFrames = 200_000;

export function routes({ db, bus, privacy, health, metrics, counters }: RoutesOptions): readonly Route[] {
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new HttpError(404, `there is no ${what}`);
    return value;
  };
  return [
    route({ method: 'GET', path: '/health', scope: 'open', doc: 'Whether the service can do its task.', query: none, answer: z.object({ status: z.string(), problems: z.array(z.string()) }) }, async () => {
      const { problems } = await health();
      return json({ status: problems.length === 0 ? 'ok' : 'not ready', problems }, problems.length === 0 ? 200 : 503);
    }),
    route({ method: 'GET', path: '/metrics', scope: 'read', doc: 'Figures for Prometheus.', query: none, answer: 'text/plain; version=0.0.4; charset=utf-8' }, async () => ({ type: 'text/plain; version=0.0.4; charset=utf-8', body: await metrics() })),

    route({ method: 'GET', path: api('stations'), scope: 'read', doc: 'Stations that were heard, and their outlets.', query: none, answer: z.object({ stations: z.array(z.object({ id: z.string(), timeZone: z.string(), evses: z.array(z.number()) })) }) }, async () => ({
      stations: await db.query('SELECT s.id, s.time_zone AS "timeZone", coalesce((SELECT json_agg(e.evse ORDER BY e.evse) FROM evses e WHERE e.station = s.id), \'[]\') AS evses FROM stations s ORDER BY s.id'),
    })),
    route({
      method: 'PUT', path: api('stations/{station}/time-zone'), scope: 'command', doc: 'Where a station stands: its days and months begin and end there.',
      query: z.strictObject({ station: name }), body: z.strictObject({ timeZone: z.string().max(64).refine(isTimeZone, 'is no time zone; they are called as Europe/Berlin') }), answer: z.object({ timeZone: z.string() }),
    }, async ({ station }, { timeZone }) => {
      const changed = await db.query('UPDATE stations SET time_zone = $2 WHERE id = $1 RETURNING id', [station, timeZone]);
      found(changed[0], `station ${station}`);
      return { timeZone };
    }),

    route({
      method: 'GET', path: api('sessions'), scope: 'read', doc: 'Sessions, the newest first. `next` is the cursor of the next page.',
      query: sessionFilter.extend({ ...page, cursor: z.string().max(200).optional() }), answer: z.object({ sessions: z.array(session), next: z.string().nullable() }),
    }, async ({ limit, cursor, ...filter }) => {
      const sessions = await findSessions(db, filter, { limit, ...(cursor !== undefined && { after: readCursor(cursor) }) }, privacy.identity);
      const last = sessions.at(-1);
      return { sessions, next: last === undefined || sessions.length < limit ? null : writeCursor(last) };
    }),
    route({
      method: 'GET', path: api('export/sessions'), scope: 'read', doc: 'Sessions as a file.',
      query: sessionFilter.extend({ format: z.enum(['csv', 'json']).default('csv') }), answer: 'text/csv',
    }, async ({ format, ...filter }) => {
      const columns = Object.keys(session.shape).filter((column) => column !== 'verdict');
      const parts: string[] = [];
      let count = 0;
      for await (const page of sessionPages(db, filter, privacy.identity)) {
        if ((count += page.length) > mostRows) throw new HttpError(400, `more than ${mostRows} sessions: narrow it down by from and to`);
        parts.push(format === 'json' ? page.map((one) => JSON.stringify(one)).join() : csv(columns, page, parts.length > 0));
      }
      if (format === 'json') return { type: 'application/json; charset=utf-8', body: `[${parts.filter((part) => part !== '').join()}]`, file: 'sessions.json' };
      return { type: 'text/csv; charset=utf-8', body: parts.join(''), file: 'sessions.csv' };
    }),
    route({ method: 'GET', path: api('sessions/{id}'), scope: 'read', doc: 'One session with its events, transactions, faults and matchings.', query: oneSession, answer: session.extend({ transactions: z.array(transaction) }).loose() }, async ({ id: wanted }) => found(await sessionDetail(db, wanted), `session ${wanted}`)),
    route({
      method: 'GET', path: api('sessions/{id}/curve'), scope: 'read', doc: 'What a session measured. `resolutionS`: 0, each sample; otherwise means of so many seconds.',
      query: oneSession, answer: z.object({ resolutionS: z.number(), points: z.array(point) }),
    }, async ({ id: wanted }) => {
      found(await sessionOf(db, wanted), `session ${wanted}`);
      return powerCurve(db, wanted);
    }),
    route({
      method: 'GET', path: api('sessions/{id}/messages'), scope: 'read', doc: 'SLAC and V2G messages of a session, while they are kept. `next` goes on.',
      query: oneSession.extend({ ...page, after: z.coerce.number().int().min(0).optional() }), answer: z.object({ messages: z.array(frame), next: z.number().nullable() }),
    }, async ({ id: wanted, limit, after }) => {
      found(await sessionOf(db, wanted), `session ${wanted}`);
      const messages = await framesOf(db, wanted, { limit, ...(after !== undefined && { after }) });
      return { messages, next: messages.length < limit ? null : (messages.at(-1)?.id ?? null) };
    }),
    route({ method: 'GET', path: api('sessions/{id}/capture'), scope: 'read', doc: `The same as a capture for Wireshark and \`pilotwire decode\`, of ${mostFrames} messages at most; those of a longer session in parts, by \`from\` and \`to\`.`, query: oneSession.extend({ from: instant.optional().describe('said at that time or later'), to: instant.optional().describe('said before that time') }), answer: 'application/x-pcapng' }, async ({ id: wanted, from, to }) => {
      found(await sessionOf(db, wanted), `session ${wanted}`);
      const count = await countFrames(db, wanted, { most: mostFrames + 1, from, to });
      if (count > mostFrames) throw new HttpError(400, `more than ${mostFrames} messages: narrow it down by from and to`);
      if (count === 0) throw new HttpError(404, `no frames of session ${wanted} are kept${from === undefined && to === undefined ? '' : ' of that time'}`);
      return { type: 'application/x-pcapng', body: await captureOf(await framesOf(db, wanted, { limit: mostFrames, from, to })), file: `${wanted}.pcapng` };
    }),
    route({
      method: 'GET', path: api('ocpp/messages'), scope: 'read', doc: 'What was said to the CSMS and by it, the newest first, while it is kept. `next` is `before` of the next page.',
      query: messageFilter.extend({ ...page, before: z.coerce.number().int().min(1).optional() }), answer: z.object({ messages: z.array(message), next: z.number().nullable() }),
    }, async ({ limit, before, ...filter }) => {
      const messages = await messagesOf(db, filter, { limit, ...(before !== undefined && { before }) });
      return { messages, next: messages.length < limit ? null : (messages.at(-1)?.id ?? null) };
    }),
    route({ method: 'GET', path: api('energy'), scope: 'read', doc: 'Energy by day or month, where the station stands.', query: energyQuery, answer: z.object({ energy: z.array(energyRow) }) }, async (query) => ({ energy: await energyBy(db, query) })),

    route({
      method: 'GET', path: api('ingest'), scope: 'read', doc: 'How far the events of each publisher have come, and what is missing.', query: none,
      answer: z.object({ publishers: z.array(z.object({ src: z.string(), station: z.string(), boot: z.string(), lastSeq: z.number(), gaps: z.array(z.object({ from: z.number(), to: z.number() })), at: z.string() })), counters: z.record(z.string(), z.number()) }),
    }, async () => ({ publishers: await db.query('SELECT src, station, boot, last_seq AS "lastSeq", gaps, at FROM ingest_state ORDER BY at DESC LIMIT 1000'), counters: counters() })),
    route({
      method: 'GET', path: api('dead-letters'), scope: 'read', doc: 'What could not be read, or not be kept; the newest first.', query: z.strictObject(page),
      answer: z.object({ letters: z.array(z.object({ id: z.number(), at: z.string(), topic: z.string(), problem: z.string(), payload: z.string().nullable() })) }),
    }, async ({ limit }) => ({ letters: await db.query(`SELECT id, at, topic, problem, payload FROM dead_letters ORDER BY id DESC LIMIT ${limit}`) })),
    route({
      method: 'POST', path: api('stations/{station}/evses/{evse}/commands/{command}'), scope: 'command', doc: 'Sends a command to an outlet, and tells its result.',
      query: z.strictObject({ station: name, evse, command: z.enum(Object.keys(commands) as [keyof typeof commands]) }), body: z.record(z.string(), z.json()),
      answer: z.object({ status: z.string(), code: z.string(), message: z.string().optional() }),
    }, async ({ station, evse: outlet, command }, args) => {
      try {
        // The contract checks what belongs to this command.
        return await bus.request(commands[command] as (typeof commands)['stop'], { station, evse: outlet }, args as Record<string, never>, { source: 'history' });
      } catch (error) {
        if (error instanceof ContractError) throw new HttpError(400, error.message);
        if (error instanceof BusError) throw new HttpError(error.code === 'no-answer' ? 504 : 503, error.message);
        throw error;
      }
    }),
  ];
}

const writeCursor = ({ startedAt, id: last }: { readonly startedAt: string; readonly id: string }): string => Buffer.from(`${startedAt} ${last}`).toString('base64url');

function readCursor(cursor: string): { readonly startedAt: string; readonly id: string } {
  const [startedAt = '', last = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (Number.isNaN(Date.parse(startedAt)) || !id.safeParse(last).success) throw new HttpError(400, 'cursor: is none of ours');
  return { startedAt, id: last };
}

/** Not by its letters: to Postgres CET is an hour, all year, and to us a place whose clocks change. */
export function isTimeZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '' && /^(\w+\/|UTC$)/.test(zone);
  } catch {
    return false;
  }
}
