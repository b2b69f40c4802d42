import { once } from 'node:events';
import { connect } from 'node:net';
import { memoryBroker, memoryBus } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { events, session, v2gFrames } from '@pilotwire/contracts';
import { memoryFolder } from '@pilotwire/journal';
import { systemClock } from '@pilotwire/runtime';
import { lineLog } from '@pilotwire/service';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { Inbox } from '../../../../tools/inbox.js';
import { privacy } from '../ingest/privacy.js';
import { serveLive } from './live.js';
import { serveHttp } from './server.js';

const clock = systemClock({ background: true });
const log = lineLog({ name: 'history', level: 'error', wallClock: Date.now, write: () => undefined });

/** A server with a live view, closed by the test or after it. */
async function served(hidden = privacy(undefined)) {
  const tokens = { read: 'reading-reading-reading', command: undefined };
  const broker = memoryBroker();
  const busOf = async (service: 'history' | 'v2g-gateway'): Promise<Bus> => {
    const bus = await memoryBus(broker, { service, instance: 'main', version: '0.1.0', stations: service === 'history' ? [] : ['demo'], mode: 'evse', simulated: false, clock, report: () => undefined, journal: () => Promise.resolve(memoryFolder()) });
    onTestFinished(() => bus.close());
    return bus;
  };
  const [bus, gateway] = [await busOf('history'), await busOf('v2g-gateway')];
  const host = '127.0.0.1';
  const http = await serveHttp({ host, port: 0, tokens, routes: [], log });
  const live = await serveLive({ server: http.server, host, tokens, bus, clock, stations: undefined, privacy: hidden });
  const close = async (): Promise<void> => {
    live.close();
    await http.close();
  };
  onTestFinished(close);
  /** What is answered to whoever asks for that; he stays on the line. */
  const answerTo = async (path: string, headers: string): Promise<string> => {
    const stranger = connect({ host, port: Number(new URL(http.url).port), allowHalfOpen: true });
    onTestFinished(() => void stranger.destroy());
    stranger.write(`GET ${path} HTTP/1.1\r\nHost: ${new URL(http.url).host}\r\n${headers}\r\n`);
    const [answer] = (await once(stranger, 'data')) as [Buffer];
    return answer.toString();
  };
  return { answerTo, close, gateway, url: http.url, token: tokens.read };
}

const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';

test('who was refused and stays on the line keeps nobody from closing', async () => {
  const { answerTo, close } = await served();
  expect(await answerTo('/api/v1/live', upgrade)).toContain('401 Unauthorized');
  await close();
}, 5_000);

test.each([['of a WebSocket', upgrade], ['of a page', '']])('what is no address at all is refused, and the service goes on: %s', async (_, headers) => {
  const { answerTo } = await served();
  expect(await answerTo('//', headers)).toContain('400 Bad Request');
  expect(await answerTo('/api/v1/live', upgrade)).toContain('401 Unauthorized');
}, 5_000);

test('where nobody is to be known nobody who looks on learns who charges, nor from the octets', async () => {
  const { gateway, url, token } = await served(privacy(new Uint8Array(32)));
  const outlet = { station: 'demo', evse: 1 } as const;
  await gateway.publish(session, outlet, session.example);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live?token=${token}`);
  onTestFinished(() => socket.terminate());
  const told = new Inbox<string>();
  socket.on('message', (data: Buffer) => told.put(data.toString('utf8')));
  await told.until((all) => all.some((one) => one.includes('"evccid":"h:')));
  await gateway.event(events['v2g.session-setup'], outlet, events['v2g.session-setup'].example.data);
  await gateway.publish(v2gFrames, outlet, v2gFrames.example);
  const all = await told.until((so) => so.some((one) => one.includes('v2g.session-setup')) && so.some((one) => one.includes('SessionStopRes')));
  expect(all.join()).not.toMatch(/020000000002|809A0200/);
}, 10_000);
