import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { loadSettings } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { events } from '@pilotwire/contracts';
import { startHistory } from '@pilotwire/history';
import type { RunningHistory } from '@pilotwire/history';
import { systemClock } from '@pilotwire/runtime';
import { connectionOf } from '@pilotwire/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { hasPostgres, postgres } from '../../../../tools/postgres.js';
import { freeTcp, startBroker } from './broker.js';
import type { Broker } from './broker.js';
import { composeFile, madeEnvironment, textOf } from './compose.js';

/** The lines by which docs/how-to/run-on-a-gateway.md has a person make the certificates, for a broker at this address. */
const lines = (name: string, address: string): string =>
  [...textOf('docs/how-to/run-on-a-gateway.md').matchAll(/^ {4}((?:openssl|printf) .*)$/gm)].map(([, line]) => line).join('\n').replaceAll('gateway.example', name).replaceAll('192.0.2.10', address);
const clock = systemClock({ background: true });
const at = '/api/v1/sessions?station=demo';

describe.skipIf(!hasPostgres() || !hasMosquitto())('the broker that others reach, by TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-tls-'));
  const closes: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const env = madeEnvironment();
  const given = composeFile('docker-compose.tls.yml', env).services['mosquitto']?.environment ?? {};
  const passwords: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(composeFile('docker-compose.yml', env).services['mosquitto']?.environment ?? {}).map(([key, value]) => [key, String(value)]).concat([['MQTT_PASSWORD_FLEET', 'of-all-gateways']]));
  let secured = 0;
  let central: Broker;
  let database: string;
  const authority = join(folder, 'authority', 'ca.pem');

  /** A broker with these certificates, as its container has them; `port` is that of its listener with TLS. */
  const broker = (name: string, port: number, more: Readonly<Record<string, string>>): Promise<Broker> => {
    const certs = join(folder, name, 'certs');
    mkdirSync(certs, { recursive: true });
    for (const file of ['ca.pem', 'server.pem', 'server.key']) copyFileSync(join(folder, 'authority', file), join(certs, file));
    return startBroker(join(folder, name), { ...passwords, ...(port > 0 && { ...given, MQTT_TLS_LISTENER: `${port} 127.0.0.1` }), ...more });
  };
  const settings = (user: string, over: Partial<Settings> = {}): Settings => ({
    ...loadSettings({ env: {} }).settings, data: join(folder, 'data'), 'mqtt.url': `mqtts://127.0.0.1:${secured}`, 'mqtt.ca': authority, 'mqtt.username': user,
    'mqtt.password': passwords[`MQTT_PASSWORD_${user.toUpperCase().replace('-', '_')}`], 'history.port': 0, 'history.database': database, 'history.readToken': env['PILOTWIRE_HISTORY_READ_TOKEN'], ...over,
  });
  /** A gateway's place on the bus. */
  const gateway = async (own: Settings): Promise<{ readonly bus: Bus; readonly refusals: string[] }> => {
    const refusals: string[] = [];
    const bus = await connectBus({
      ...connectionOf(own), service: 'v2g-gateway', instance: own.instance, version: '0.1.0', stations: ['demo'], mode: 'evse', simulated: true, clock,
      report: (one) => one.kind === 'down' && refusals.push(one.why),
    });
    closes.push(() => bus.close());
    return { bus, refusals };
  };
  const history = async (own: Settings): Promise<RunningHistory> => {
    const one = await startHistory({ settings: own, version: '0.1.0', write: () => undefined, clock });
    closes.push(() => one.close());
    return one;
  };
  const told = async ({ url }: RunningHistory, id: string): Promise<unknown> => {
    for (;;) {
      const answer = await fetch(`${url}${at}`, { headers: { authorization: `Bearer ${env['PILOTWIRE_HISTORY_READ_TOKEN']}` } });
      const { sessions } = (await answer.json()) as { sessions: readonly { readonly id: string }[] };
      const found = sessions.find((one) => one.id === id);
      if (found !== undefined) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  beforeAll(async () => {
    mkdirSync(join(folder, 'authority'));
    execFileSync('sh', ['-euc', lines('gateway.test', '127.0.0.1')], { cwd: join(folder, 'authority'), stdio: 'ignore' });
    const server = await postgres();
    closes.push(() => server.remove());
    await server.start();
    database = server.url;
    secured = await freeTcp();
    central = await broker('central', secured, {});
    closes.push(() => central.kill());
  }, 60_000);
  afterAll(async () => {
    for (const close of closes.splice(0).toReversed()) await close();
  }, 60_000);

  test('our services come in with the authority, and history tells what it heard to who has the token', async () => {
    const kept = await history(settings('history'));
    const { bus } = await gateway(settings('v2g-gateway'));
    await bus.whenConnected();
    const id = '019b7967-6d00-7000-8000-000000000001';
    await bus.event(events['session.started'], { station: 'demo', evse: 1 }, { simulated: true }, { sessionId: id });
    expect(await told(kept, id)).toMatchObject({ station: 'demo', evse: 1 });
    expect((await fetch(`${kept.url}${at}`)).status).toBe(401);
  }, 60_000);

  test.each<[string, () => Partial<Settings>, RegExp]>([
    ['an authority that is not known', () => ({ 'mqtt.ca': undefined }), /certificate/],
    ['a name that is not in the certificate', () => ({ 'mqtt.url': `mqtts://localhost:${secured}` }), /altnames/],
    ['no TLS', () => ({ 'mqtt.url': `mqtt://127.0.0.1:${secured}` }), /closed|ECONNRESET/],
    ['a wrong password', () => ({ 'mqtt.password': 'wrong' }), /Not authorized/],
  ])('%s: nobody is connected, and it is said why', async (_, over, why) => {
    const { bus, refusals } = await gateway(settings('v2g-gateway', { ...over(), instance: 'refused' }));
    while (refusals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(refusals[0]).toMatch(why);
    expect(bus.connected).toBe(false);
    await bus.close();
  }, 60_000);

  test('a gateway whose broker bridges by TLS is heard at the centre', async () => {
    const edge = await broker('gateway', 0, {
      MQTT_PASSWORD_FLEET: '', PILOTWIRE_STATION: 'demo', PILOTWIRE_INSTANCE: 'north', MQTT_BRIDGE_ADDRESS: `127.0.0.1:${secured}`, MQTT_BRIDGE_PASSWORD: passwords['MQTT_PASSWORD_FLEET'] as string,
      MQTT_BRIDGE_CA: authority,
    });
    closes.push(() => edge.kill());
    const kept = await history(settings('history', { instance: 'fleet' }));
    const { bus } = await gateway(settings('v2g-gateway', { 'mqtt.url': `mqtt://127.0.0.1:${edge.port}`, instance: 'north' }));
    await bus.whenConnected();
    const id = '019b7967-6d00-7000-8000-000000000002';
    await bus.event(events['session.started'], { station: 'demo', evse: 1 }, { simulated: true }, { sessionId: id });
    expect(await told(kept, id)).toMatchObject({ station: 'demo' });
  }, 60_000);
});
