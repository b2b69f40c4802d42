import { Hand } from '../src/hand.js';
import { memoryBroker, memoryBus } from '@pilotwire/bus';
import { commands } from '@pilotwire/contracts';
import { systemClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { serveHand } from '../src/publish/commands.js';
import { site } from './site.js';

const where = { station: 'demo', evse: 1 };

/** The hand at an outlet, and whoever asks over a bus. */
async function asked(simulated = true) {
  const place = site({ charger: false, car: false });
  const broker = memoryBroker();
  const common = { instance: 'main', version: '0.1.0', mode: 'evse', clock: systemClock(), report: (): void => undefined } as const;
  const bus = await memoryBus(broker, { ...common, service: 'slac-agent', stations: ['demo'], simulated });
  const asker = await memoryBus(broker, { ...common, service: 'pilotwire', stations: [], simulated });
  await Promise.all([bus.whenConnected(), asker.whenConnected()]);
  await serveHand(bus, where, new Hand(place.time, place.outlet.hand));
  /** Time passes while the answer is on its way. */
  const ask = async (command: 'plug' | 'unplug' | 'fault', args: object, wait = 0): Promise<unknown> => {
    const result = asker.request(commands[command] as typeof commands.plug, where, args);
    let done = false;
    void result.finally(() => (done = true));
    for (let i = 0; i < 100 && !done; i++) {
      await new Promise((turn) => setImmediate(turn));
      place.clock.advance(i === 50 ? wait : 0);
    }
    const { code, message } = await result;
    return message === undefined ? code : [code, message];
  };
  return { ...place, ask };
}

test('plug, unplug and fault are carried out by the hand, and answered', async () => {
  const { ask, outlet, hand } = await asked();
  hand.close();
  expect(await ask('unplug', {})).toEqual(['not-now', 'no car is plugged in']);
  expect(await ask('plug', { car: 'lada' })).toEqual(['unknown-target', expect.stringContaining('no car lada; there are default, ioniq') as unknown]);
  expect(await ask('plug', { car: 'ioniq', soc: 40, until: 60 })).toBe('done');
  expect(outlet.pilot.load).toBe('B');
  expect(await ask('plug', {})).toEqual(['not-now', 'a car is plugged in already']);
  expect(await ask('fault', { fault: 'pilot-e' })).toBe('done');
  expect(outlet.pilot.broken).toBe('E');
  expect(await ask('fault', { fault: 'pilot-e', mend: true })).toBe('done');
  expect(outlet.pilot.broken).toBeUndefined();
  expect(await ask('fault', { fault: 'gremlins' })).toEqual(['unknown-target', expect.stringContaining('supply-fault') as unknown]);
  expect(await ask('unplug', {})).toBe('done');
});

test('while somebody else holds the hand it is not now', async () => {
  const { ask, hand } = await asked();
  expect(await ask('plug', {})).toEqual(['not-now', 'somebody else holds this end']);
  hand.close();
  expect(await ask('plug', {})).toBe('done');
});

test('an outlet that does not answer is waited for two seconds', async () => {
  const { time, clock } = site({ charger: false, car: false });
  let closed = 0;
  const hand = new Hand(time, (listener) => {
    time.schedule(() => listener.status({ state: 'up' }));
    return { send: () => undefined, close: () => void closed++ };
  });
  let verdict: unknown;
  void hand.order({ kind: 'unplug' }).then((one) => (verdict = one));
  clock.advance(1_999);
  await Promise.resolve();
  expect(verdict).toBeUndefined();
  clock.advance(1);
  await Promise.resolve();
  expect(verdict).toEqual({ code: 'not-now', message: 'the outlet did not answer within 2 s' });
  clock.advance(10);
  expect(closed).toBe(1);
});

test('an end that is gone and back in one moment is not given an order that was answered already', async () => {
  const { time, clock } = site({ charger: false, car: false });
  const sent: unknown[] = [];
  const hand = new Hand(time, (listener) => {
    time.schedule(() => {
      listener.status({ state: 'down', why: 'somebody else holds this end' });
      listener.status({ state: 'up' });
    });
    return { send: (order) => void sent.push(order), close: () => undefined };
  });
  let verdict: unknown;
  void hand.order({ kind: 'plug' }).then((one) => (verdict = one));
  clock.advance(100);
  await Promise.resolve();
  expect([verdict, sent]).toEqual([{ code: 'not-now', message: 'somebody else holds this end' }, []]);
});

test('only a simulated outlet has a hand', async () => {
  const { ask, hand } = await asked(false);
  hand.close();
  expect(await ask('plug', {})).toEqual(['not-simulated', 'only a simulation can do that']);
});
