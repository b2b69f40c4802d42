import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { memoryPair } from '@pilotwire/pair';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { expect, test } from 'vitest';
import { V2G_GATEWAY, v2gGatewayModule } from '../src/index.js';
import type { RunningGateway } from '../src/index.js';
import { settingsOf } from './site.js';

test('as a module it starts with the application and ends with it', async () => {
  const data = mkdtempSync(join(tmpdir(), 'pilotwire-module-'));
  const clock = systemClock({ background: true });
  const time = liveTimeline(clock, ({ kind }) => expect.fail(kind));
  const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1 });
  const lines: string[] = [];
  const options = {
    settings: settingsOf({ data, 'mqtt.url': 'mqtt://127.0.0.1:1', 'v2g.sdpPort': 0 }), version: '0', outlet, pair: memoryPair(clock).gateway,
    write: (line: string) => void lines.push(line),
  };
  const app = await NestFactory.createApplicationContext(v2gGatewayModule(options), { logger: false, abortOnError: false });
  const [gateway] = app.get<RunningGateway>(V2G_GATEWAY).gateways;
  expect([gateway?.charger !== undefined, gateway?.car]).toEqual([true, undefined]);
  await app.close();
  // Its ports are free again.
  expect(gateway?.charger?.server.connections).toBe(0);
  await expect(NestFactory.createApplicationContext(v2gGatewayModule({ ...options, settings: settingsOf({ data, 'v2g.host': 'nowhere' }) }), { logger: false, abortOnError: false })).rejects.toThrow('v2g.host: nowhere is no address');
  const again = await NestFactory.createApplicationContext(v2gGatewayModule(options), { logger: false, abortOnError: false });
  await again.close();
  time.stop();
  rmSync(data, { recursive: true });
  expect(lines.filter((line) => line.includes(' error '))).toEqual([]);
});
