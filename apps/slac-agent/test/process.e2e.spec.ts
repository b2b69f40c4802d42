import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, startBroker } from '@pilotwire/bus';
import { serviceStatus, slac } from '@pilotwire/contracts';
import { serveOutlet } from '@pilotwire/link';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { afterAll, describe, expect, test } from 'vitest';
import { freeUdpPort } from '../../../tools/ports.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-agent-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const agentPort = await freeUdpPort();

/** The built process, with what it says, and how it ends. */
function run(...flags: string[]) {
  const child = spawn(process.execPath, [main, '--data', join(scratch, 'data'), '--pair.agentPort', `${agentPort}`, ...flags], { cwd: scratch, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => child.once('close', (code) => resolve({ code, said })));
  return { child, ended };
}

if (!existsSync(main)) process.stderr.write('slac-agent is not built: npm run build\n');

describe.skipIf(!existsSync(main))('the process', () => {
  test('starts, says online, takes its ends of the outlet; SIGTERM says offline and ends it in order', async () => {
    const clock = systemClock();
    const time = liveTimeline(clock, () => undefined);
    const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 40 });
    const path = join(scratch, 'outlet.sock');
    const served = await serveOutlet(outlet, path, { clock, report: () => undefined });
    const broker = await startBroker();
    const watcher = await connectBus({
      url: broker.url, service: 'pilotwire', instance: 'test', version: '0.1.0', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined,
    });
    await watcher.whenConnected();
    const states: string[] = [];
    const online = new Promise<void>((done) => void watcher.subscribe(serviceStatus, { service: 'slac-agent', instance: 'main' }, ({ state }) => {
      states.push(state);
      done();
    }));
    const keyed = new Promise<void>((done) => void watcher.subscribe(slac, { station: 'demo', evse: 1 }, ({ state }) => void (state === 'idle' && done())));
    const { child, ended } = run('--mqtt.url', broker.url, '--outlet.url', `unix:${path}`);
    try {
      await Promise.all([online, keyed]);
      child.kill('SIGTERM');
      expect(await ended).toMatchObject({ code: 0, said: expect.stringContaining("the modem's port is there") as unknown });
      expect(states).toEqual(['online', 'offline']);
    } finally {
      child.kill('SIGKILL');
      time.stop();
      await watcher.close();
      await broker.close();
      await served.close();
    }
  });

  test('settings that are wrong end it with 2, and all of them are told', async () => {
    const { code, said } = await run('--outlet.ulr', 'unix:/x', '--evse', '0').ended;
    expect(code).toBe(2);
    expect(said).toMatch(/slac-agent: --outlet\.ulr: .*outlet\.url/);
    expect(said).toMatch(/slac-agent: --evse: /);
    expect(await run().ended).toEqual({ code: 2, said: expect.stringContaining('memory is for `pilotwire up`') as unknown });
  });
});
