import type { PayloadOf } from '@pilotwire/contracts';
import { homeAssistantDevice, homeAssistantLimit, homeAssistantState, homeAssistantStatus, homeAssistantStop } from '@pilotwire/contracts';
import { ms, VirtualTime } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { HomeAssistant } from '../src/publish/home-assistant.js';
import { BusSite } from './site.js';

type Options = ConstructorParameters<typeof HomeAssistant>[0];

async function seen() {
  const time = new VirtualTime();
  const told: { topic: string; payload: unknown }[] = [];
  const heard = new Map<string, (payload: never) => void>();
  const asked: (number | 'stop')[] = [];
  let power = 0;
  const bus = {
    publish: (contract: { topic: string; write(payload: unknown): string }, _: unknown, payload: unknown) => {
      contract.write(payload);
      told.push({ topic: contract.topic, payload });
      return Promise.resolve();
    },
    subscribe: (contract: { topic: string }, _: unknown, handler: (payload: never) => void) => {
      heard.set(contract.topic, handler);
      return Promise.resolve({ unsubscribe: () => Promise.resolve() });
    },
  } as unknown as Options['bus'];
  const one = new HomeAssistant({
    bus, outlet: { station: 'garage.north', evse: 2 }, instance: 'two', version: '0.1.0', time, wallClock: () => time.now, maxPower: 150_000,
    look: () => ({ power, energyWh: 1_240, soc: null, plugged: 'ON', fault: 'OFF', limitW: 150_000 }), stop: () => asked.push('stop'), limit: (maxW) => asked.push(maxW), failed: (error) => expect.fail(String(error)),
  });
  await one.open();
  const say = (contract: { topic: string }, payload: unknown): void => heard.get(contract.topic)?.(payload as never);
  const topics = (contract: { topic: string }): unknown[] => told.filter(({ topic }) => topic === contract.topic).map(({ payload }) => payload);
  return { time, one, say, topics, asked, charge: (watts: number) => (power = watts) };
}

test('an outlet introduces itself, and again whenever Home Assistant has started', async () => {
  const { say, topics, time } = await seen();
  expect(topics(homeAssistantDevice)).toHaveLength(1);
  const [device] = topics(homeAssistantDevice) as [{ dev: { ids: string[] }; avty: unknown[]; cmps: Record<string, { uniq_id: string; cmd_t?: string }> }];
  expect(device.dev.ids).toEqual(['pilotwire_garage-north_2']);
  expect(device.avty).toEqual([{ t: 'pilotwire/v1/svc/v2g-gateway/two/status', val_tpl: '{{ value_json.state }}' }]);
  expect(Object.keys(device.cmps)).toEqual(['power', 'energy', 'soc', 'plugged', 'fault', 'stop', 'limit']);
  expect(new Set(Object.values(device.cmps).map(({ uniq_id: id }) => id)).size).toBe(7);
  expect([device.cmps['stop']?.cmd_t, device.cmps['limit']?.cmd_t]).toEqual(['pilotwire/v1/garage.north/evse/2/ha/stop/set', 'pilotwire/v1/garage.north/evse/2/ha/limit/set']);
  say(homeAssistantStatus, 'offline');
  expect(topics(homeAssistantDevice)).toHaveLength(1);
  say(homeAssistantStatus, 'online');
  time.advance(5_000);
  expect([topics(homeAssistantDevice), topics(homeAssistantState)].map(({ length }) => length)).toEqual([2, 2]);
});

test('what it shows is told at most every 5 s, and only where it changed', async () => {
  const { time, charge, topics } = await seen();
  time.advance(60_000);
  expect(topics(homeAssistantState)).toHaveLength(1);
  for (let second = 0; second < 20; second++) {
    charge(second);
    time.advance(ms(1_000));
  }
  expect(topics(homeAssistantState).length).toBe(5);
});

test('its button stops, its slider limits; after the end it hears nothing more', async () => {
  const { say, asked, one, time, charge, topics } = await seen();
  say(homeAssistantStop, 'stop');
  say(homeAssistantLimit, 11_000);
  expect(asked).toEqual(['stop', 11_000]);
  one.close();
  charge(7);
  time.advance(60_000);
  expect(topics(homeAssistantState)).toHaveLength(1);
});

test('what is no number is no limit; what is neither online nor offline is no word of it', () => {
  expect([homeAssistantLimit.read('11 kW').ok, homeAssistantLimit.read(-1).ok, homeAssistantLimit.read(0).ok]).toEqual([false, false, true]);
  expect([homeAssistantStatus.read('online'), homeAssistantStatus.read({ online: true }).ok]).toEqual([{ ok: true, payload: 'online' }, false]);
});

test('at a charger: what it shows is what is, its limit holds for the session, its button ends it', async () => {
  const site = await BusSite.open({ 'homeAssistant.discovery': 'yes' }, { speed: 1 });
  const outlet = { station: 'demo', evse: 1 };
  const shown: PayloadOf<typeof homeAssistantState>[] = [];
  let devices = 0;
  await site.homeAssistant.subscribe(homeAssistantState, outlet, (payload) => void shown.push(payload));
  await site.homeAssistant.subscribe(homeAssistantDevice, {}, () => void devices++);
  await site.advance(6_000);
  expect([devices, shown.at(-1)]).toEqual([1, expect.objectContaining({ power: 0, plugged: 'OFF', fault: 'OFF', soc: null, limitW: 150_000 })]);
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  await site.homeAssistant.publish(homeAssistantLimit, outlet, 10_000);
  await site.advance(10_000);
  expect(shown.at(-1)).toMatchObject({ plugged: 'ON', limitW: 10_000 });
  expect(shown.at(-1)?.power).toBeGreaterThan(5_000);
  expect(shown.at(-1)?.power).toBeLessThan(10_500);
  await site.homeAssistant.publish(homeAssistantStop, outlet, 'stop');
  expect(await site.until(() => site.phase === 'ended')).toBe(true);
  expect(site.last(1, 'charging.stopped')).toMatchObject({ by: 'person', why: 'operator-stop' });
  await site.order({ kind: 'unplug' });
  await site.advance(10_000);
  expect(shown.at(-1)).toMatchObject({ power: 0, plugged: 'OFF', limitW: 150_000 });
});

test('unless it is told to, a charger says nothing of the kind', async () => {
  const site = await BusSite.open();
  let heard = 0;
  await site.homeAssistant.subscribe(homeAssistantDevice, {}, () => void heard++);
  await site.advance(10_000);
  expect(heard).toBe(0);
});
