import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus, followEvents } from '@pilotwire/bus';
import { commands } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import { beforeEach, describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { Inbox } from '../../../../tools/inbox.js';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { clock, pause, Rig } from './rig.js';

const charge = ['plugged', 'matching', 'linked', 'handshake', 'session-setup', 'service-discovery', 'authorization', 'parameters', 'cable-check', 'pre-charge', 'power-delivery', 'charging'];

describe.runIf(hasMosquitto())('slac-agent, v2g-gateway, the car and Mosquitto, each in a process of its own', () => {
  let rig: Rig;
  // One for each try: sessions are counted, the broker is killed.
  beforeEach(async () => {
    rig = await Rig.start(['--car.soc', '20', '--car.until', '21', '--outlet.speed', '200']);
    onTestFinished(() => rig.stop(), 30_000);
    onTestFailed(() => console.warn(rig.said));
  }, 60_000);

  /** From plug to plug; resolves with how it ended. */
  const chargeOnce = async (): Promise<AnyEvent['data']> => {
    const from = rig.events.items.length;
    await rig.plugUntil('session-stop');
    await rig.order('unplug');
    return (await rig.event(({ type }) => type === 'session.ended', from)).data;
  };

  test('three charges in a row, each from plug to plug', async () => {
    for (let i = 0; i < 3; i++) {
      const from = rig.events.items.length;
      expect(await chargeOnce()).toMatchObject({ reason: 'completed', by: 'ev', soc: expect.toBeOneOf([21, 22]) as number });
      const phases = rig.events.items.slice(from).flatMap(({ type, data }) => (type === 'session.phase' ? [(data as { to: string }).to] : []));
      expect(phases.slice(0, charge.length)).toEqual(charge);
      expect(rig.isOn('supply')).toBe(false);
      expect(rig.isOn('contactors')).toBe(false);
    }
    expect(new Set(rig.events.items.flatMap(({ type, sessionId }) => (type === 'session.ended' ? [sessionId] : []))).size).toBe(3);
  });

  test('what they keep is nobody else\'s to read', async () => {
    await chargeOnce();
    const data = join(rig.folder, 'data');
    const modes = [data, ...readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => join(data, name))]
      .map((path) => ({ path, stat: statSync(path) }))
      .map(({ path, stat }) => ({ path, mode: stat.mode & 0o777, own: stat.isDirectory() ? 0o700 : 0o600 }));
    expect(modes.length).toBeGreaterThan(5);
    expect(modes.filter(({ mode, own }) => mode !== own)).toEqual([]);
  });

  test('a broker that is killed in the middle of a charge costs it nothing, and a persistent subscriber no event', async () => {
    const got = new Inbox<AnyEvent>();
    const lost: unknown[] = [];
    const follower = await connectBus({
      url: `mqtt://127.0.0.1:${rig.broker.port}`, service: 'history', instance: 'main', version: '0', stations: [], mode: 'evse', simulated: true, clock,
      report: () => undefined, session: 'persistent',
      setup: (self) => void followEvents(self, { clock, station: 'demo', from: 'now', onLost: (span) => void lost.push(span), onEvent: got.put }),
    });
    await follower.whenConnected();
    const from = rig.events.items.length;
    await rig.bus.request(commands.plug, { station: 'demo', evse: 1 }, { soc: 20, until: 90 });
    const { sessionId } = await rig.reach('charging', from);
    await rig.broker.kill();
    await pause(3_000);
    expect(rig.isOn('supply')).toBe(true);
    await rig.broker.start();
    await rig.bus.whenConnected();
    expect(await rig.order('stop')).toMatchObject({ status: expect.stringMatching(/done|accepted/) as unknown });
    // What comes before, from where the publisher's head was last said, is of the charges before.
    const ofThis = (): AnyEvent[] => got.items.filter((event) => event.sessionId === sessionId && event.src === 'v2g-gateway/main');
    await got.until(() => ofThis().some(({ type, data }) => type === 'session.phase' && (data as { to: string }).to === 'session-stop'));
    await rig.order('unplug');
    await got.until(() => ofThis().some(({ type }) => type === 'session.ended'));
    // Nobody fell off the charge: it was ended by the person who said so.
    expect(ofThis()[0]?.type).toBe('session.started');
    expect(ofThis().at(-1)).toMatchObject({ type: 'session.ended', data: { reason: 'operator-stop', by: 'person' } });
    expect(lost).toEqual([]);
    expect(new Set(got.items.map(({ id }) => id)).size).toBe(got.items.length);
    for (const src of new Set(got.items.map((one) => one.src))) {
      const numbers = got.items.filter((one) => one.src === src).map(({ seq }) => seq);
      expect(numbers).toEqual(Array.from(numbers, (_, i) => (numbers[0] as number) + i));
    }
    await follower.close();
  });
});
