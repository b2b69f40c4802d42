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

test('who was refused and stays on the line keeps nobody from closing', async () => {
  const tokens = { read: 'reading-reading-reading', command: undefined };
  const bus = await memoryBus(memoryBroker(), { service: 'history', instance: 'main', version: '0.1.0', stations: [], mode: 'evse', simulated: false, clock, report: () => undefined });
  onTestFinished(() => bus.close());
  const host = '127.0.0.1';
  const http = await serveHttp({ host, port: 0, tokens, routes: [], log });
  const live = await serveLive({ server: http.server, host, tokens, bus, clock, stations: undefined });
  const stranger = connect({ host, port: Number(new URL(http.url).port), allowHalfOpen: true });
  onTestFinished(() => void stranger.destroy());
  stranger.write(`GET /api/v1/live HTTP/1.1\r\nHost: ${new URL(http.url).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  const [answer] = (await once(stranger, 'data')) as [Buffer];
  expect(answer.toString()).toContain('401 Unauthorized');
  live.close();
  await http.close();
}, 5_000);
