import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, events, ocppMessage } from '@pilotwire/contracts';
import { uuidv7 } from '@pilotwire/bus';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { freshDatabase } from '../../../tools/fresh-database.js';
import { historyFolder, startHistory } from '../src/index.js';
import type { RunningHistory } from '../src/index.js';
import { get, place, station, until } from './place.js';
import type { Place } from './place.js';

describe('the service', () => {
  let here: Place;
  afterEach(() => here.close());

  test.each([
    [{ 'history.database': 'mysql://x' }, /history\.database/], [{ 'history.timeZone': 'Mars/Olympus' }, /no time zone/], [{ 'history.timeZone': 'CET' }, /no time zone/], [{ 'history.host': '0.0.0.0' }, /history\.readToken and history\.commandToken/],
  ] as const)('refuses %o', async (over, problem) => {
    here = await place('embedded');
    await expect(here.history(over)).rejects.toMatchObject({ name: 'ConfigurationError', message: expect.stringMatching(problem) as string });
  });

  test('waits for a Postgres that is away, says so, and answers meanwhile', async () => {
    here = await place('postgres://nobody:secret@127.0.0.1:1/nothing');
    const { url } = await here.history();
    const { status, body } = await get<{ problems: string[] }>(url, '/health');
    expect([status, body.problems]).toEqual([503, [expect.stringMatching(/^database: connect ECONNREFUSED/)]]);
    expect((await get(url, '/api/v1/sessions')).status).toBe(503);
    expect(here.lines.join('')).not.toContain('secret');
  });
});

describe('with tokens and hashes', () => {
  let here: Place;
  let history: RunningHistory;
  const tokens = { 'history.readToken': 'reading-reading-reading', 'history.commandToken': 'command-command-command' } as const;
  beforeAll(async () => {
    here = await place('embedded');
    await freshDatabase(historyFolder(here.settings()));
    history = await here.history({ ...tokens, 'history.privacy': 'hashed' });
  }, 60_000);
  afterAll(() => here.close(), 30_000);

  test('who has none sees nothing but whether it is well, and how to ask', async () => {
    expect((await get(history.url, '/health')).status).toBe(200);
    expect((await get(history.url, '/api/v1/openapi.json')).status).toBe(200);
    for (const path of ['/api/v1/sessions', '/metrics', '/api/v1/dead-letters']) expect([path, (await get(history.url, path)).status]).toEqual([path, 401]);
    expect((await get(history.url, '/api/v1/sessions', tokens['history.readToken'])).status).toBe(200);
    const refused = await new Promise<string>((resolve) => void new WebSocket(`${history.url.replace('http', 'ws')}/api/v1/live`).once('error', ({ message }) => resolve(message)));
    expect(refused).toContain('401');
  });

  test('a command needs its own token, and its answer comes back', async () => {
    const gateway = await here.gateway();
    await gateway.serve(commands.limit, { station }, ({ maxW }) => ({ code: 'done', message: `${maxW} W` }));
    const ask = async (token: string, body: object | string): Promise<[number, unknown]> => {
      const response = await fetch(`${history.url}/api/v1/stations/${station}/evses/1/commands/limit`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: typeof body === 'string' ? body : JSON.stringify(body) });
      return [response.status, await response.json()];
    };
    expect(await ask(tokens['history.readToken'], { maxW: 1_000 })).toEqual([401, { error: expect.stringContaining('command') as string }]);
    expect(await ask(tokens['history.commandToken'], { maxW: 1_000 })).toEqual([200, expect.objectContaining({ status: 'done', message: '1000 W' })]);
    expect(await ask(tokens['history.commandToken'], { colour: 'red' })).toEqual([400, { error: expect.stringContaining('colour') as string }]);
    expect(await ask(tokens['history.commandToken'], `{"maxW":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)).toEqual([400, { error: 'body: nested too deep' }]);
    await gateway.close();
  });

  test.each([
    ['/api/v1/sessions?limit=0', 400], ['/api/v1/sessions?colour=red', 400], ['/api/v1/sessions?cursor=xyz', 400], ['/api/v1/sessions/nonsense', 400],
    ['/api/v1/sessions/019b7967-6d00-7000-8000-000000000001', 404], ['/api/v1/nothing', 404], ['/api/v1/energy?station=demo', 400], ['/api/v1/sessions/%ff', 400],
    ['/api/v1/sessions?evccid=%00', 400], ['/api/v1/sessions?from=0000-01-01T00:00:00Z', 400], ['/api/v1/energy?station=demo&from=0000-01-01&to=2026-01-01', 400],
  ])('%s is answered with %i', async (path, status) => {
    const answer = await get<{ error: string }>(history.url, path, tokens['history.readToken']);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(/\w/);
  });

  test('nobody is in the database but as a hash, and is found by what he is called', async () => {
    const gateway = await here.gateway({ instance: 'other' });
    const sessionId = uuidv7(Date.now());
    await gateway.event(events['v2g.session-setup'], { station, evse: 1 }, { evccid: '0200000000AB', v2gSession: '01', resumed: false }, { sessionId });
    const found = await until(() => get<{ sessions: { id: string; evccid: string }[] }>(history.url, '/api/v1/sessions?evccid=0200000000AB', tokens['history.readToken']), ({ body }) => body.sessions.length === 1);
    expect(found.body.sessions[0]).toMatchObject({ id: sessionId, evccid: expect.stringMatching(/^h:[0-9a-f]{32}$/) as string });
    const rows = await history.db.query('SELECT data::text FROM session_events');
    expect(JSON.stringify(rows)).not.toContain('0200000000AB');
  });

  test('a token that the bridge shows is kept as a hash', async () => {
    const bridge = await here.bridge();
    const ts = new Date().toISOString();
    await bridge.publish(ocppMessage, { station }, {
      ts, dir: 'out', kind: 'call', id: 'm-1', action: 'TransactionEvent',
      payload: { eventType: 'Started', timestamp: ts, transactionInfo: { transactionId: 'T' }, evse: { id: 1 }, idToken: { idToken: 'CARD-1234', type: 'ISO14443' } },
    });
    const [row] = await until(() => history.db.query<{ id_token: string; payload: string }>('SELECT t.id_token, m.payload::text FROM transactions t JOIN ocpp_messages m USING (station)'), ({ length }) => length === 1);
    expect(row?.id_token).toMatch(/^h:[0-9a-f]{32}$/);
    expect(row?.payload).toContain(row?.id_token);
    expect(row?.payload).not.toContain('CARD-1234');
  });

  test('the document names every route, and each answer in it has a schema', async () => {
    const { body } = await get<{ openapi: string; paths: Record<string, Record<string, { responses: Record<string, unknown> }>> }>(history.url, '/api/v1/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/api/v1/sessions', '/api/v1/sessions/{id}/capture', '/api/v1/energy', '/api/v1/ocpp/messages', '/api/v1/openapi.json']));
    for (const methods of Object.values(body.paths)) for (const { responses } of Object.values(methods)) expect(JSON.stringify(responses['200'])).toContain('"schema"');
  });

  test('an embedded database that the system kills is started again, and nothing of meanwhile is missing', async () => {
    const gateway = await here.gateway({ instance: 'third' });
    const { pid } = JSON.parse(readFileSync(join(historyFolder(here.settings()), 'database', 'lock'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const { body } = await until(() => get<{ problems: string[] }>(history.url, '/health'), ({ status }) => status === 503);
    expect(body.problems).toEqual(['database: the embedded database ended with SIGKILL; it is started again']);
    const sessionId = uuidv7(Date.now());
    await gateway.event(events['session.started'], { station, evse: 1 }, events['session.started'].example.data, { sessionId });
    await until(() => get(history.url, '/health'), ({ status }) => status === 200);
    await until(() => get(history.url, `/api/v1/sessions/${sessionId}`, tokens['history.readToken']), ({ status }) => status === 200);
    expect(here.lines.join('')).toContain('it is there again');
  }, 30_000);

  test('a second process does not get the same folder', async () => {
    const settings = here.settings({ ...tokens, instance: 'main' });
    await expect(startHistory({ settings, version: '0.1.0', write: () => undefined })).rejects.toMatchObject({ name: 'DatabaseError', code: 'locked', message: expect.stringMatching(/^process \d+ has the database in /) as string });
  });
});
