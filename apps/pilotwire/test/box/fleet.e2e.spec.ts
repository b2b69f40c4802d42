import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Inbox } from '../../../../tools/inbox.js';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { startBroker } from './broker.js';
import type { Broker } from './broker.js';

const passwords = { MQTT_PASSWORD_V2G_GATEWAY: 'gateway-secret', MQTT_PASSWORD_HISTORY: 'history-secret', MQTT_PASSWORD_PILOTWIRE: 'person-secret', MQTT_PASSWORD_FLEET: 'fleet-secret' };

describe.skipIf(!hasMosquitto())('a gateway whose broker bridges to a central one', () => {
  let [central, gateway]: [Broker | undefined, Broker | undefined] = [undefined, undefined];

  const client = async (broker: Broker, username: string, password: string): Promise<MqttClient> => {
    const one = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username, password, protocolVersion: 4, reconnectPeriod: 0 });
    one.on('error', () => undefined);
    onTestFinished(() => one.endAsync(true).catch(() => undefined));
    return one;
  };
  /** What somebody hears, as `topic payload`. */
  const ears = async (broker: Broker, ...topics: string[]): Promise<{ next(): Promise<string> }> => {
    const inbox = new Inbox<string>();
    const one = await client(broker, 'history', 'history-secret');
    one.on('message', (at, payload) => inbox.put(`${at} ${payload.toString()}`));
    await one.subscribeAsync(topics, { qos: 1 });
    let heard = 0;
    return { next: async () => (await inbox.until((items) => items.length > heard))[heard++] as string };
  };

  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-fleet-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    central = await startBroker(join(folder, 'central'), passwords);
    onTestFinished(central.kill);
    gateway = await startBroker(join(folder, 'gateway'), {
      ...passwords, MQTT_PASSWORD_FLEET: '', PILOTWIRE_STATION: 'north', PILOTWIRE_INSTANCE: 'north-1', MQTT_BRIDGE_ADDRESS: `127.0.0.1:${central.port}`, MQTT_BRIDGE_PASSWORD: 'fleet-secret', MQTT_BRIDGE_TLS: 'no',
    });
    onTestFinished(gateway.kill);
  }, 60_000);

  test('what its services say comes to the centre; of what is said there, commands alone come in', async () => {
    const [here, there] = [gateway as Broker, central as Broker];
    const [heardThere, heardHere] = [await ears(there, 'pilotwire/v1/#'), await ears(here, 'pilotwire/v1/north/#', 'pilotwire/v1/south/#', 'pilotwire/v1/svc/#')];
    expect(await heardThere.next()).toBe('pilotwire/v1/bridge/north/state 1');
    const service = await client(here, 'v2g-gateway', 'gateway-secret');
    for (const [topic, text] of [['north/evse/1/state', 'a'], ['north/evse/1/event/session.started', 'b'], ['svc/v2g-gateway/north-1/status', 'c'], ['north/evse/1/telemetry/batch', 'd']] as const) {
      await service.publishAsync(`pilotwire/v1/${topic}`, text, { qos: 1 });
      expect(await heardThere.next()).toBe(`pilotwire/v1/${topic} ${text}`);
      expect(await heardHere.next()).toBe(`pilotwire/v1/${topic} ${text}`);
    }
    // Somebody at the centre who may say anything.
    const fleet = await client(there, 'fleet', 'fleet-secret');
    await fleet.publishAsync('pilotwire/v1/north/evse/1/state', 'forged', { qos: 1 });
    await fleet.publishAsync('pilotwire/v1/north/evse/1/limit', 'forged', { qos: 1 });
    const person = await client(there, 'pilotwire', 'person-secret');
    await person.publishAsync('pilotwire/v1/south/evse/1/cmd/stop', 'for another', { qos: 1 });
    await person.publishAsync('pilotwire/v1/north/evse/1/cmd/stop', 'e', { qos: 1 });
    // They come in order: had one of the others come in, it would be here first.
    expect(await heardHere.next()).toBe('pilotwire/v1/north/evse/1/cmd/stop e');
  }, 60_000);

  test('a gateway that is away is said to be so', async () => {
    const state = await ears(central as Broker, 'pilotwire/v1/bridge/+/state');
    expect(await state.next()).toBe('pilotwire/v1/bridge/north/state 1');
    await gateway?.kill();
    expect(await state.next()).toBe('pilotwire/v1/bridge/north/state 0');
    const later = await ears(central as Broker, 'pilotwire/v1/bridge/+/state');
    expect(await later.next()).toBe('pilotwire/v1/bridge/north/state 0');
  }, 60_000);

  test('without a password nobody comes in', async () => {
    await expect(client(central as Broker, 'fleet', 'wrong')).rejects.toThrow('Not authorized');
    await expect(connectAsync(`mqtt://127.0.0.1:${(central as Broker).port}`, { protocolVersion: 4, reconnectPeriod: 0 })).rejects.toThrow('Not authorized');
  });
});
