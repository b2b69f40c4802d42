import { expect, onTestFinished, test } from 'vitest';
import { fakeGpio } from '../test/fake-gpio.js';
import { mqttRig } from '../test/mqtt-rig.js';
import { powerSuite } from '../test/power-suite.js';
import { take } from '../test/rig.js';
import { assembledPower } from './assembled-power.js';
import { gpioContactors } from './gpio/contactors.js';
import { emergencyStop } from './gpio/emergency-stop.js';
import { mqttPower } from './mqtt/mqtt-power.js';

const chip = '/dev/gpiochip0';
const [coil, contact, stop] = [17, 5, 22];

/** A source and a meter that are a process somewhere, contactors and an emergency stop at GPIO lines. */
async function rigOf() {
  const rig = await mqttRig();
  const { clock, gateway: bus } = rig;
  const gpio = fakeGpio();
  gpio.put(stop, true);
  gpio.follow(() => gpio.put(contact, gpio.level(coil)));
  const { lines } = gpio;
  const open = assembledPower(clock, [
    { of: ['supply', 'meter', 'imd'], open: mqttPower({ station: 'demo', evse: 1, clock, bus, devices: ['supply', 'meter', 'imd'] }) },
    { of: ['contactors'], open: gpioContactors({ clock, lines, coil: { chip, offset: coil }, auxiliary: [{ chip, offset: contact }] }) },
    { of: [], open: emergencyStop({ clock, lines, contact: { chip, offset: stop } }) },
  ]);
  return { ...rig, gpio, open };
}

powerSuite('assembled', async () => {
  const rig = await rigOf();
  return {
    ...rig,
    on: () => rig.world.source || rig.gpio.level(coil),
    silence(silent) {
      rig.silence(silent);
      rig.gpio.remove(silent);
    },
    orders: { on: [{ kind: 'contactors.close' }, { kind: 'supply.set', voltage: 400, current: 10 }], off: [{ kind: 'supply.off' }, { kind: 'contactors.open' }] },
    kinds: ['supply', 'contactors', 'meter'],
  };
});

test('an emergency stop cuts the source at once and the contactors after it, whatever its holder says', async () => {
  const rig = await rigOf();
  onTestFinished(() => rig.close());
  const power = take(rig.open);
  await rig.advance(300);
  expect(power.statuses.at(-1)).toEqual({ state: 'up' });
  const orders: string[] = [];
  const hold = async (ms: number): Promise<void> => {
    for (let past = 0; past < ms; past += 10) {
      power.send({ kind: 'contactors.close' });
      power.send({ kind: 'supply.set', voltage: 400, current: 10 });
      await rig.advance(10);
      orders.push(`${rig.world.source ? 'on' : 'off'} ${rig.gpio.level(coil) ? 'closed' : 'open'}`);
    }
  };
  const off = (): void => {
    power.send({ kind: 'supply.off' });
    power.send({ kind: 'contactors.open' });
  };
  off();
  await hold(200);
  expect(orders.at(-1)).toBe('on closed');
  rig.gpio.put(stop, false);
  orders.splice(0);
  await hold(100);
  expect(power.statuses.at(-1)).toEqual({ state: 'down', why: 'the emergency stop is pressed', pressed: true });
  expect(orders).toEqual([...Array.from({ length: 2 }, () => 'off closed'), ...Array.from({ length: 8 }, () => 'off open')]);
  rig.gpio.put(stop, true);
  await rig.advance(600);
  expect(power.statuses.at(-1)).toEqual({ state: 'up' });
  await hold(100);
  expect(orders.at(-1)).toBe('off open');
  off();
  await hold(100);
  expect(orders.at(-1)).toBe('on closed');
});

test('each device hears its own orders only', async () => {
  const rig = await rigOf();
  onTestFinished(() => rig.close());
  const power = take(rig.open);
  await rig.advance(300);
  power.send({ kind: 'supply.off' });
  power.send({ kind: 'contactors.open' });
  power.send({ kind: 'contactors.close' });
  await rig.advance(5);
  expect([rig.gpio.level(coil), rig.world.closed, rig.world.source]).toEqual([true, false, false]);
  await rig.advance(100);
  power.send({ kind: 'supply.set', voltage: 400, current: 10 });
  await rig.advance(5);
  expect([rig.gpio.level(coil), rig.world.closed, rig.world.source]).toEqual([false, false, true]);
  // The process on MQTT plays contactors, too, and is not asked for them.
  expect(power.heard.findLast((one) => one.kind === 'contactors')).toMatchObject({ closed: false });
});
