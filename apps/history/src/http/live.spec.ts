import { once } from 'node:events';
import { connect } from 'node:net';
import { memoryBroker, memoryBus } from '@pilotwire/bus';
import { systemClock } from '@pilotwire/runtime';
import { lineLog } from '@pilotwire/service';
import { expect, onTestFinished, test } from 'vitest';
import { serveLive } from './live.js';
import { serveHttp } from './server.js';

const clock = systemClock({ background: true });
const log = lineLog({ name: 'history', level: 'error', wallClock: Date.now, write: () => undefined });

/** A server with a live view, closed by the test or after it. */
async function served() {
  const tokens = { read: 'reading-reading-reading', command: undefined };
  const bus = await memoryBus(memoryBroker(), { service: 'history', instance: 'main', version: '0.1.0', stations: [], mode: 'evse', simulated: false, clock, report: () => undefined });
  onTestFinished(() => bus.close());
  const host = '127.0.0.1';
  const http = await serveHttp({ host, port: 0, tokens, routes: [], log });
  const live = await serveLive({ server: http.server, host, tokens, bus, clock, stations: undefined });
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
  return { answerTo, close };
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
