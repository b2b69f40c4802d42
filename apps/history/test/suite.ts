import { events, slacFrames, telemetryBatch, v2gFrames } from '@pilotwire/contracts';
import { uuidv7 } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { historyFolder } from '../src/index.js';
import { sessionPages } from '../src/query/sessions.js';
import type { RunningHistory } from '../src/index.js';
import { keepingTests } from './keeping.js';
import { officeTests } from './office.js';
import { get, place, station, until } from './place.js';
import type { Place } from './place.js';
import { freshDatabase } from '../../../tools/fresh-database.js';

const outlet = { station, evse: 1 };
type Row = Readonly<Record<string, unknown>>;
const sample = { n: 0, voltage: 400, current: 1, power: 400, energyWh: 10 };

/** Says a whole charge; `at`: milliseconds since 1970. */
export async function charge(bus: Bus, sessionId: string, { from = 0, wh = 1_000, samples = 10, at }: { readonly from?: number; readonly wh?: number; readonly samples?: number; readonly at: number }): Promise<void> {
  const session = { sessionId };
  await bus.event(events['session.started'], outlet, { simulated: true }, session);
  await bus.event(events['v2g.handshake'], outlet, { protocol: 'urn:din:70121:2012:MsgDef', major: 2, minor: 0 }, session);
  await bus.event(events['v2g.session-setup'], outlet, { evccid: '0200000000AB', v2gSession: '4A1B2C3D4E5F6071', resumed: false }, session);
  await bus.event(events['charging.started'], outlet, { targetV: 400, targetA: 100, soc: 20 }, session);
  const readings = Array.from({ length: samples }, (_, n) => ({
    n, ts: new Date(at + n * 1_000).toISOString(), voltage: 400, current: 100, power: 40_000 + n, soc: 20 + n, energyWh: from + ((n + 1) * (wh - from)) / samples,
  }));
  for (let n = 0; n < samples; n += 5) await bus.publish(telemetryBatch, outlet, { id: uuidv7(at), sessionId, samples: readings.slice(n, n + 5) });
  await bus.event(events['charging.stopped'], outlet, { by: 'ev', why: 'completed', energyWh: wh, soc: 80 }, session);
  await bus.event(events['session.ended'], outlet, { reason: 'completed', by: 'ev', phase: 'session-stop', energyWh: wh, durationS: 60, soc: 80 }, session);
}

/** An empty database, as `history.database` names it, and a broker that knows nothing; without one it is the embedded one. */
export interface Ground {
  readonly database: string;
  readonly brokerUrl?: string;
  remove?(): Promise<void>;
}

/** The same questions to every database. */
export function historySuite(title: string, newGround: () => Promise<Ground>): void {
  describe(`history ${title}`, () => {
    let ground: Ground;
    let here: Place;
    let history: RunningHistory;
    let gateway: Bus;
    let now: number;
    const opens = async (): Promise<void> => {
      history = await here.history({ 'history.keepTelemetry': 0, 'history.keepFrames': 0 });
    };
    const begin = async (): Promise<void> => {
      now = Date.UTC(2026, 2, 2, 12);
      ground = await newGround();
      here = await place(ground.database, ground.brokerUrl);
      await opens();
      gateway = await here.gateway({ time: () => now });
    };
    const end = async (): Promise<void> => {
      await here.close();
      await ground.remove?.();
    };
    beforeAll(begin, 60_000);
    // All share one history; but what a try has left that failed, the next must not find.
    beforeEach(async ({ task }) => {
      if ((task.result?.retryCount ?? 0) === 0) return;
      await end();
      await begin();
    }, 60_000);
    afterAll(end, 30_000);

    const told = async (id: string): Promise<Row> => {
      const { body } = await until(() => get<Row>(history.url, `/api/v1/sessions/${id}`), ({ status, body: { endedAt } }) => status === 200 && endedAt !== null);
      return body;
    };

    test('a charge is told: the session, its events, its curve', async () => {
      const id = uuidv7(now);
      await charge(gateway, id, { at: now });
      expect(await told(id)).toMatchObject({
        station, evse: 1, simulated: true, outcome: 'completed', energyWh: 1_000, evccid: '0200000000AB', protocol: 'urn:din:70121:2012:MsgDef',
        socStart: 20, socEnd: 80, stopBy: 'ev', durationS: 60, events: 6, timeline: expect.arrayContaining([expect.objectContaining({ type: 'session.ended', seq: 6 })]) as unknown,
      });
      const { body: { points, resolutionS } } = await until(() => get<{ points: Row[]; resolutionS: number }>(history.url, `/api/v1/sessions/${id}/curve`), ({ body }) => body.points.length === 10);
      expect([resolutionS, points[9]]).toEqual([0, { ts: new Date(now + 9_000).toISOString(), voltage: 400, current: 100, power: 40_009, targetCurrent: null, soc: 29, energyWh: 1_000 }]);
      await history.catchUp();
      expect((await get<Row>(history.url, `/api/v1/sessions/${id}`)).body).toMatchObject({ maxPowerW: 40_009, maxVoltage: 400, maxCurrent: 100 });
    });

    test('what comes twice is there once, and sessions are found by what they are, page by page', async () => {
      now += 86_400_000;
      const ids = Array.from({ length: 5 }, (_, n) => uuidv7(now + n));
      for (const id of ids) {
        now += 60_000;
        await charge(gateway, id, { at: now, samples: 5 });
        await gateway.publish(telemetryBatch, outlet, { id: uuidv7(now), sessionId: id, samples: [{ n: 4, ts: new Date(now + 4_000).toISOString(), voltage: 1, current: 1, power: 1, energyWh: 1_000 }] });
      }
      for (const id of ids) await told(id);
      const [rows] = await until(() => history.db.query<{ n: number }>('SELECT count(*) AS n FROM telemetry WHERE session_id = ANY($1)', [ids]), ([row]) => row?.n === 25);
      expect(rows).toEqual({ n: 25 });
      const seen: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: { readonly body: { sessions: Row[]; next: string | null } } = await get(history.url, `/api/v1/sessions?limit=2&from=${new Date(now - 360_000).toISOString()}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        seen.push(...body.sessions.map(({ id }) => id));
        cursor = body.next;
      }
      expect(seen).toEqual(ids.toReversed());
      expect((await get<{ sessions: Row[] }>(history.url, '/api/v1/sessions?outcome=fault')).body.sessions).toEqual([]);
      expect((await get<{ sessions: Row[] }>(history.url, '/api/v1/sessions?evccid=0200000000ab&limit=1')).body.sessions).toHaveLength(1);
      const { body: text, headers } = await get<string>(history.url, `/api/v1/export/sessions?from=${new Date(now - 360_000).toISOString()}`);
      expect(text.split('\r\n').slice(0, 2)).toEqual([expect.stringMatching(/^id,station,evse,simulated,startedAt/), expect.stringContaining(ids[4] as string)]);
      expect(headers.get('content-disposition')).toBe('attachment; filename="sessions.csv"');
    });

    test('an export of many sessions has each once, and is read page by page', async () => {
      await history.db.query(`INSERT INTO sessions (id, station, evse, started_at) SELECT md5(n::text)::uuid, 'busy', 1, timestamptz '2026-02-01Z' + n / 2 * interval '1 s' FROM generate_series(1, 2000) n`);
      const pages: number[] = [];
      for await (const page of sessionPages(history.db, { station: 'busy' }, (text) => text)) pages.push(page.length);
      expect(pages).toEqual([1_000, 1_000, 0]);
      const { body: text } = await get<string>(history.url, '/api/v1/export/sessions?station=busy');
      expect(new Set(text.trim().split('\r\n')).size).toBe(2_001);
      expect((await get<Row[]>(history.url, '/api/v1/export/sessions?station=busy&format=json')).body).toHaveLength(2_000);
      await history.db.query(`DELETE FROM sessions WHERE station = 'busy'`);
    });

    test.each([
      // In Berlin the 29th of March 2026 has 23 hours, the 25th of October 25.
      ['in spring', '2026-03-29', Date.UTC(2026, 2, 28, 23), 23],
      ['in autumn', '2026-10-25', Date.UTC(2026, 9, 24, 22), 25],
    ])('energy by day is by the days of the station, also when the clocks change %s', async (_, date, begins, hours) => {
      const ids = [uuidv7(begins), uuidv7(begins + 1)] as const;
      // The first begins an hour before the day and goes on into it, the other ends after it.
      for (const [session, first, last] of [[ids[0], begins - 3_600_000, begins + 3_600_000], [ids[1], begins + (hours - 1) * 3_600_000, begins + (hours + 1) * 3_600_000]] as const) {
        now = first;
        await gateway.event(events['session.started'], outlet, { simulated: true }, { sessionId: session });
        for (let minute = 0; minute < 120; minute += 20) {
          await gateway.publish(telemetryBatch, outlet, {
            id: uuidv7(now), sessionId: session,
            samples: Array.from({ length: 20 }, (__, i) => ({ n: minute + i, ts: new Date(first + (minute + i) * 60_000 + 30_000).toISOString(), voltage: 400, current: 1, power: 400, energyWh: (minute + i + 1) * 10 })),
          });
        }
        now = last;
        await gateway.event(events['session.ended'], outlet, { reason: 'completed', by: 'ev', phase: 'session-stop', energyWh: 1_207.5, durationS: 7_200 }, { sessionId: session });
      }
      for (const id of ids) await told(id);
      await until(() => history.db.query<{ n: number }>('SELECT count(*) AS n FROM telemetry WHERE session_id = ANY($1)', [ids]), ([row]) => row?.n === 240);
      await history.catchUp();
      const days = [-1, 0, 1].map((n) => new Date(Date.parse(date) + n * 86_400_000).toISOString().slice(0, 10));
      const { body } = await get<{ energy: Row[] }>(history.url, `/api/v1/energy?station=${station}&from=${days[0]}&to=${days[2]}`);
      // What no sample tells, 7.5 Wh, counts where the session ended.
      expect(body.energy).toEqual([
        { date: days[0], energyWh: 600, sessions: 0 }, { date: days[1], energyWh: 600 + 7.5 + 600, sessions: 1 }, { date: days[2], energyWh: 600 + 7.5, sessions: 1 },
      ]);
    });

    test('frames are kept, and offered as a capture', async () => {
      const id = uuidv7(now);
      await charge(gateway, id, { at: now });
      const ts = new Date(now).toISOString();
      await gateway.publish(v2gFrames, outlet, { ts, sessionId: id, dropped: 0, frames: [{ ts, dir: 'ev->evse', type: 'SDPReq', hex: '1000' }, { ts, dir: 'evse->ev', type: 'SessionStopRes', hex: '809A0200', latencyMs: 0.75 }] });
      await gateway.publish({ ...slacFrames, writers: 'each' }, outlet, { ts, sessionId: id, dropped: 0, frames: [{ ts, dir: 'evse->ev', type: 'CM_SET_KEY.REQ' }] });
      const { body } = await until(() => get<{ messages: Row[] }>(history.url, `/api/v1/sessions/${id}/messages`), ({ body: { messages } }) => messages?.length === 3);
      expect(body.messages.map(({ type, hex, latencyMs }) => [type, hex, latencyMs])).toEqual([['SDPReq', '1000', null], ['SessionStopRes', '809A0200', 0.75], ['CM_SET_KEY.REQ', null, null]]);
      const capture = await fetch(`${history.url}/api/v1/sessions/${id}/capture`);
      expect([capture.status, capture.headers.get('content-type')]).toEqual([200, 'application/x-pcapng']);
      expect(Buffer.from(await capture.arrayBuffer()).subarray(0, 4).toString('hex')).toBe('0a0d0d0a');
      const later = new Date(now + 3_600_000).toISOString();
      expect((await get(history.url, `/api/v1/sessions/${id}/capture?from=${later}`)).status).toBe(404);
      expect((await get(history.url, `/api/v1/sessions/${id}/capture?to=${later}`)).status).toBe(200);
    });

    test('faults are paired with their end in whatever order they come', async () => {
      now += 1_000;
      const raisedAt = now;
      await gateway.event(events['fault.raised'], outlet, { fault: 'isolation-low' });
      now += 5_000;
      await gateway.event(events['fault.cleared'], outlet, { fault: 'isolation-low' });
      now = raisedAt - 60_000;
      await gateway.event(events['fault.cleared'], outlet, { fault: 'isolation-low' });
      const rows = await until(() => history.db.query('SELECT raised_at, cleared_at FROM faults'), ([row]) => row?.['cleared_at'] !== undefined && row['cleared_at'] !== null);
      expect(rows).toEqual([{ raised_at: new Date(raisedAt).toISOString(), cleared_at: new Date(raisedAt + 5_000).toISOString() }]);
      now = raisedAt + 10_000;
    });

    test('a history that was away goes on where it was, and misses nothing', async () => {
      await history.close();
      const id = uuidv7(now);
      await charge(gateway, id, { at: now });
      await opens();
      expect(await told(id)).toMatchObject({ energyWh: 1_000, events: 6 });
      const { body } = await until(() => get<{ points: Row[] }>(history.url, `/api/v1/sessions/${id}/curve`), ({ body: { points } }) => points.length === 10);
      expect(body.points).toHaveLength(10);
      const { body: { publishers } } = await get<{ publishers: { lastSeq: number; gaps: unknown[] }[] }>(history.url, '/api/v1/ingest');
      expect(publishers).toHaveLength(1);
      expect(publishers[0]?.gaps).toEqual([]);
    });

    test('telemetry that was said before the broker knew who stores it is sent again when it comes', async () => {
      // A command expires, so its clock is that of the machine.
      const other = await here.gateway({ instance: 'other' });
      onTestFinished(() => other.close());
      await history.close();
      // Whatever comes of this: the next asks history again.
      onTestFinished(opens, 30_000);
      const id = uuidv7(now);
      await other.publish(telemetryBatch, outlet, { id, sessionId: id, samples: [{ ...sample, ts: new Date(now).toISOString() }] });
      // For this one the broker has kept nothing, also where the test is tried again.
      const instance = `late-${id.slice(-12)}`;
      await freshDatabase(historyFolder(here.settings({ instance })));
      const late = await here.history({ instance, 'history.keepTelemetry': 0 });
      onTestFinished(() => late.close());
      const { body } = await until(() => get<{ points?: Row[] }>(late.url, `/api/v1/sessions/${id}/curve`), ({ status }) => status === 200);
      expect(body.points).toHaveLength(1);
    });

    test('what nobody can read is kept for people to look at', async () => {
      await gateway.publish({ ...telemetryBatch, write: () => '{"id":"nonsense"}' }, outlet, telemetryBatch.example);
      const { body } = await until(() => get<{ letters: Row[] }>(history.url, '/api/v1/dead-letters'), ({ body: { letters } }) => letters.length > 0);
      expect(body.letters[0]).toMatchObject({ topic: 'pilotwire/v1/demo/evse/1/telemetry/batch', payload: '{"id":"nonsense"}' });
    });

    test('a letter has no secrets, and what Postgres keeps no text of is kept all the same', async () => {
      for (const text of ['{"id":1,"nmk":"AB12"}', '{"nmk":AB12}', '\0\0']) await gateway.publish({ ...telemetryBatch, write: () => text }, outlet, telemetryBatch.example);
      const kept = await until(() => history.db.query('SELECT payload, problem FROM dead_letters'), (all) => ['{"id":1,"nmk":"***"}', '***', '��'].every((one) => all.some(({ payload }) => payload === one)));
      expect(JSON.stringify([kept, here.lines])).not.toContain('AB12');
    });

    test('where the database takes what comes again history is well again, whatever it was that came', async () => {
      const ts = new Date(now).toISOString();
      await history.db.query('ALTER TABLE frames RENAME TO gone');
      await gateway.publish(v2gFrames, outlet, { ts, sessionId: uuidv7(now), dropped: 0, frames: [{ ts, dir: 'ev->evse', type: 'SDPReq', hex: '1000' }] });
      const { body } = await until(() => get<{ problems: string[] }>(history.url, '/health'), ({ status }) => status === 503);
      expect(body.problems).toEqual(['database: relation "frames" does not exist']);
      await history.db.query('ALTER TABLE gone RENAME TO frames');
      await until(() => get(history.url, '/health'), ({ status }) => status === 200);
    });

    test('an event of the year 1970 is kept, and counted as strange', async () => {
      const before = now;
      now = 5_000;
      await gateway.event(events['v2g.warning'], outlet, { what: 'garbage' });
      now = before;
      await until(() => history.db.query<{ n: number }>(`SELECT count(*) AS n FROM session_events_default`), ([row]) => row?.n === 1);
      const { body } = await get<string>(history.url, '/metrics');
      expect(body).toMatch(/^pilotwire_history_strange_rows 1$/m);
      expect(body).toMatch(/^pilotwire_history_lost_total 0$/m);
    });

    test('live: what is retained, then what comes', async () => {
      // What comes is heard from then on at which all is asked for.
      await until(() => get(history.url, '/health'), ({ status }) => status === 200);
      const socket = new WebSocket(`${history.url.replace('http', 'ws')}/api/v1/live`);
      const heard: { topic: string; retained: boolean }[] = [];
      const wanted = (topic: string): Promise<void> => new Promise((resolve) => socket.on('message', (data: Buffer) => {
        const one = JSON.parse(data.toString('utf8')) as (typeof heard)[number];
        heard.push(one);
        if (one.topic.includes(topic)) resolve();
      }));
      const [first, second] = [wanted('svc/v2g-gateway/main/status'), wanted('event/v2g.warning')];
      await first;
      await gateway.event(events['v2g.warning'], outlet, { what: 'garbage' });
      await second;
      socket.close();
      expect(heard.find(({ topic }) => topic.endsWith('v2g-gateway/main/status'))?.retained).toBe(true);
      expect(heard.find(({ topic }) => topic === 'pilotwire/v1/demo/evse/1/event/v2g.warning')?.retained).toBe(false);
    });

    officeTests({ history: () => history, here: () => here, charged: (id, at) => charge(gateway, id, { at: (now = at) }) });
    keepingTests({
      database: () => history.db,
      async charged() {
        const id = uuidv7(now);
        await charge(gateway, id, { at: now });
        await told(id);
      },
    });
  });
}
