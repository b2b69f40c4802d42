import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { expect, test } from 'vitest';
import { ownBroker } from './broker.js';
import { freeUdpPort } from './ports.js';

test('a UDP port that is taken gives another, one that is free is had', async () => {
  const taken = createSocket('udp4').bind(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  const other = await freeUdpPort(port, '127.0.0.1');
  expect(other).not.toBe(port);
  expect(await freeUdpPort(other, '127.0.0.1')).toBe(other);
  taken.close();
  await expect(freeUdpPort(0, '192.0.2.1')).rejects.toThrow('EADDRNOTAVAIL');
});

const settings = (more: Readonly<Record<string, unknown>>): Settings =>
  resolve(keys, [Object.entries(more).map(([key, value]) => ({ key, value, where: 'test' }))]).settings;

test('the embedded broker is at its port, or at a free one; another broker is left to its owner', async () => {
  const first = await ownBroker(settings({ 'mqtt.port': 0 }));
  const second = await ownBroker(settings({ 'mqtt.port': first?.port ?? 0 }));
  expect([first?.moved, second?.moved]).toEqual([false, true]);
  expect(second?.port).not.toBe(first?.port);
  expect(await ownBroker(settings({ 'mqtt.url': 'mqtt://broker.example' }))).toBeUndefined();
  await first?.close();
  await second?.close();
});
