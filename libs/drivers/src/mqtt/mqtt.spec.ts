import { hardware } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mqttRig } from '../../test/mqtt-rig.js';
import { pilotSuite } from '../../test/pilot-suite.js';
import { powerSuite } from '../../test/power-suite.js';
import { take } from '../../test/rig.js';
import { mqttInlet } from './mqtt-inlet.js';
import { mqttLoad, mqttPilot } from './mqtt-pilot.js';
import { mqttPower } from './mqtt-power.js';
import { Transit } from './transit.js';

const place = { station: 'demo', evse: 1 } as const;
const devices = ['supply', 'contactors', 'meter', 'imd'] as const;

pilotSuite('mqtt', async () => {
  const rig = await mqttRig();
  return {
    ...rig,
    open: mqttPilot({ ...place, clock: rig.clock, bus: rig.agent }),
    signal: () => rig.world.signal,
    load: (volts) => void (rig.world.volts = volts),
  };
});

powerSuite('mqtt', async () => {
  const rig = await mqttRig();
  return {
    ...rig,
    open: mqttPower({ ...place, clock: rig.clock, bus: rig.gateway, devices }),
    on: () => rig.world.source || rig.world.closed,
    orders: { on: [{ kind: 'contactors.close' }, { kind: 'supply.set', voltage: 400, current: 10 }], off: [{ kind: 'supply.off' }, { kind: 'contactors.open' }] },
    kinds: ['supply', 'contactors', 'meter'],
  };
});

const at = async () => {
  const rig = await mqttRig();
  onTestFinished(() => rig.close());
  return rig;
};

test("a car's load, and what its inlet sees", async () => {
  const rig = await at();
  const car = take(mqttLoad({ ...place, clock: rig.clock, bus: rig.agent }));
  rig.world.duty = 5;
  car.send({ load: 'C' });
  await rig.advance(100);
  expect([rig.world.load, car.statuses, car.heard.at(-1)]).toEqual(['C', [{ state: 'up' }], { plugged: true, duty: 5 }]);
  rig.world.duty = undefined;
  rig.silence(true);
  await rig.advance(100);
  expect(car.statuses.at(-1)).toMatchObject({ state: 'down' });
  rig.silence(false);
  await rig.advance(100);
  expect(car.heard.at(-1)).toEqual({ plugged: true, duty: undefined });
  car.close();
  await rig.advance(20);
  expect(rig.world.load).toBe('B');
});

test("a car's battery and contactors: told again and again, closed only while it is heard of, and open at last", async () => {
  const rig = await at();
  const orders: string[] = [];
  await rig.played.subscribe(hardware.vehicleOrder, place, ({ kind }) => void orders.push(kind));
  const battery = {
    soc: 42, batteryVoltage: 362, targetVoltage: 400, targetCurrent: 80, contactors: 'open', complete: false, bulkComplete: false, remainingToFull: 2_700, remainingToBulk: 1_500,
  } as const;
  const say = async (times: number, more: { readonly inletVoltage?: number } = {}): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await rig.played.publish(hardware.vehicle, place, { clock: rig.clockOf(), ageMs: 1, ...battery, ...more });
      await rig.advance(100);
    }
  };
  const car = take(mqttInlet({ ...place, clock: rig.clock, bus: rig.gateway, car: 'ioniq' }));
  car.send({ kind: 'inlet.close' });
  await rig.advance(200);
  expect(new Set(orders)).toEqual(new Set(['inlet.open']));
  await say(2);
  await say(1, { inletVoltage: 350 });
  expect([car.statuses.at(-1), car.heard[0], car.heard.at(-1)]).toEqual([{ state: 'up' }, { vehicle: battery, car: 'ioniq' }, { vehicle: { ...battery, inletVoltage: 350 }, car: 'ioniq' }]);
  orders.length = 0;
  car.send({ kind: 'inlet.close' });
  await say(3);
  expect(orders.length).toBeGreaterThanOrEqual(3);
  expect(new Set(orders)).toEqual(new Set(['inlet.close']));
  await rig.advance(600);
  expect(car.statuses.at(-1)).toMatchObject({ state: 'down' });
  car.close();
  await rig.advance(20);
  expect(orders.at(-1)).toBe('inlet.open');
});

test('it tells which device is missing, and a broker that is', async () => {
  const rig = await at();
  const power = take(mqttPower({ ...place, clock: rig.clock, bus: rig.gateway, devices: ['supply', 'meter'] }));
  await rig.advance(200);
  rig.silence(true);
  for (let i = 0; i < 8; i++) {
    await rig.played.publish(hardware.power, place, { clock: rig.clockOf(), ageMs: 0, kind: 'supply', voltage: 0, fault: false });
    await rig.advance(100);
  }
  expect(power.statuses).toEqual([{ state: 'up' }, { state: 'down', why: 'the hardware on MQTT says nothing of its meter' }]);
  rig.broker.kill();
  await rig.advance(1_100);
  expect(power.statuses.at(-1)).toEqual({ state: 'down', why: 'no connection to the broker, behind which the hardware is' });
  rig.silence(false);
  rig.broker.revive();
  await rig.advance(300);
  expect(power.statuses.at(-1)).toEqual({ state: 'up' });
});

test('it passes on nothing that keeps power on once its holder was away for longer than the hardware waits', async () => {
  const rig = await at();
  const power = take(mqttPower({ ...place, clock: rig.clock, bus: rig.gateway, devices }));
  const passed: string[] = [];
  await rig.played.subscribe(hardware.powerOrder, place, ({ kind }) => void passed.push(kind));
  await rig.advance(300);
  const say = (...kinds: ('supply' | 'contactors')[]): void => {
    for (const kind of kinds) power.send(kind === 'supply' ? { kind: 'supply.set', voltage: 400, current: 10 } : { kind: 'contactors.close' });
  };
  power.send({ kind: 'supply.off' });
  power.send({ kind: 'contactors.open' });
  say('contactors', 'supply');
  await rig.advance(79);
  say('contactors', 'supply');
  await rig.advance(80);
  passed.splice(0);
  say('contactors', 'supply');
  power.send({ kind: 'contactors.open' });
  say('contactors', 'supply');
  await rig.advance(5);
  expect(passed).toEqual(['contactors.open', 'contactors.close']);
});

test('measurements carry the instant they were made at', async () => {
  const rig = await at();
  const power = take(mqttPower({ ...place, clock: rig.clock, bus: rig.gateway, devices }));
  await rig.advance(205);
  rig.silence(true);
  const now = rig.clock.now();
  await rig.played.publish(hardware.power, place, { clock: rig.clockOf(), ageMs: 120, kind: 'imd', selfTest: 'passed', resistance: 1e6 });
  await rig.advance(1);
  expect(power.heard.at(-1)).toEqual({ kind: 'imd', at: now - 120, selfTest: 'passed', resistance: 1e6 });
  const heard = power.heard.length;
  await rig.played.publish(hardware.power, place, { clock: rig.clockOf(), ageMs: 500, kind: 'imd', selfTest: 'passed', resistance: 1e6 });
  await rig.advance(1);
  expect(power.heard.length).toBe(heard);
});

test('what a network held and hands out late is not taken for a measurement of now', async () => {
  const rig = await at();
  const pilot = take(mqttPilot({ ...place, clock: rig.clock, bus: rig.agent }));
  await rig.advance(100);
  rig.silence(true);
  await rig.advance(300);
  const heard = pilot.heard.length;
  // Every message of the last 300 ms, at once: fresh when it was sent.
  for (let late = 300; late >= 0; late -= 10) {
    await rig.played.publish(hardware.pilot, place, { clock: rig.clockOf() - late, ageMs: 1, volts: late > 100 ? 6 : 9, pwm: true });
  }
  await rig.advance(1);
  expect(pilot.heard.slice(heard).map(({ volts }) => volts)).toEqual(Array.from({ length: 6 }, () => 9));
  expect(pilot.statuses.at(-1)).toEqual({ state: 'up' });
});

test('hardware whose messages all come late is down, and that is said', async () => {
  const rig = await at();
  const pilot = take(mqttPilot({ ...place, clock: rig.clock, bus: rig.agent }));
  await rig.advance(50);
  rig.silence(true);
  await rig.advance(500);
  for (let i = 0; i < 20; i++) {
    await rig.played.publish(hardware.pilot, place, { clock: rig.clockOf() - 400, ageMs: 1, volts: 6, pwm: true });
    await rig.advance(10);
  }
  expect(pilot.statuses.at(-1)).toEqual({ state: 'down', why: expect.stringMatching(/^the hardware on MQTT says nothing of its pilot, and what it says comes (399|400) ms late$/) as string });
});

describe('how late a message comes', () => {
  const instant = (value: number) => value as Instant;

  test('is measured against the quickest, whatever the two clocks show', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 50 }), (shift, delays) => {
        const transit = new Transit();
        transit.late(0, instant(shift));
        let arrived = shift;
        delays.forEach((delay, i) => {
          const sent = (i + 1) * 10;
          // In the order of sending.
          arrived = Math.max(arrived, sent + shift + delay);
          const late = arrived - shift - sent;
          expect(transit.late(sent, instant(arrived))).toBeGreaterThanOrEqual(late - 1);
          expect(transit.late(sent, instant(arrived))).toBeLessThanOrEqual(late);
        });
      }),
      { seed: 1 },
    );
  });

  test('clocks that run apart are no delay, and one that goes back has begun anew', () => {
    const transit = new Transit();
    for (let sent = 0; sent < 3_600_000; sent += 1_000) expect(transit.late(sent, instant(sent * 1.0002))).toBeLessThan(ms(1));
    expect(transit.late(5, instant(3_700_000))).toBe(0);
  });
});
