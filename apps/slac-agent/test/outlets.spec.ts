import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, startBroker } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { commands, pilot } from '@pilotwire/contracts';
import { serveOutlet } from '@pilotwire/link';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { expect, test } from 'vitest';
import { Inbox } from '../../../tools/inbox.js';
import { freeUdpPort } from '../../../tools/ports.js';
import { startSlacAgent } from '../src/index.js';

test('one process for two outlets: a car is plugged in at one of them', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-outlets-'));
  const clock = systemClock({ background: true });
  const time = liveTimeline(clock, (mishap) => {
    throw new Error(mishap.kind, { cause: mishap });
  });
  const numbers = [1, 2] as const;
  const paths = numbers.map((evse) => join(scratch, `outlet-${evse}.sock`));
  const outlets = numbers.map((seed) => new SimulatedOutlet(time, { seed, charger: 'default', car: 'default', soc: 20, until: 80, speed: 40, quick: true }));
  const served = await Promise.all(outlets.map((outlet, i) => serveOutlet(outlet, paths[i] as string, { clock, report: () => undefined })));
  const broker = await startBroker();
  const watcher = await connectBus({
    url: broker.url, service: 'pilotwire', instance: 'test', version: '0.1.0', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined,
  });
  await watcher.whenConnected();
  const settingsOf = (more: Readonly<Record<string, unknown>>): Settings =>
    resolve(keys, [Object.entries({ data: scratch, 'mqtt.url': broker.url, 'log.level': 'error', ...more }).map(([key, value]) => ({ key, value, where: 'test' }))]).settings;
  const ports = await Promise.all([0, 1, 2, 3].map(freeUdpPort));
  const agent = await startSlacAgent({
    settings: settingsOf({}), version: '0.1.0', write: () => undefined,
    outlets: numbers.map((evse, i) => settingsOf({ evse, 'outlet.url': `unix:${paths[i]}`, 'pair.agentPort': ports[2 * i], 'pair.gatewayPort': ports[2 * i + 1] })),
  });
  try {
    const levels = new Inbox<string>();
    await watcher.subscribe(pilot, { station: 'demo' }, ({ level = '?' }, { params: { evse } }) => levels.put(`${evse} ${level}`));
    const last = (evse: number) => (all: readonly string[]): string | undefined => all.findLast((one) => one.startsWith(`${evse} `));
    await levels.until((all) => numbers.every((evse) => last(evse)(all) === `${evse} A`));
    expect(await watcher.request(commands.plug, { station: 'demo', evse: 2 }, {})).toMatchObject({ code: 'done' });
    const all = await levels.until((seen) => last(2)(seen) === '2 B');
    expect(last(1)(all)).toBe('1 A');
    expect(agent.problems).toEqual(['EVSE 1: the gateway is silent', 'EVSE 2: the gateway is silent']);
  } finally {
    await agent.close();
    await watcher.close();
    await broker.close();
    for (const one of served) await one.close();
    time.stop();
    rmSync(scratch, { recursive: true });
  }
});
