import { Random } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { boardRig } from '../../test/board-rig.js';
import { pilotSuite } from '../../test/pilot-suite.js';
import { take } from '../../test/rig.js';
import { writeLine } from './line.js';
import { serialLoad, serialPilot } from './serial-pilot.js';

const pilotRig = async (silence: 'hang' | 'unplug') => {
  const rig = await boardRig();
  return {
    open: serialPilot(rig.options),
    signal: () => rig.firmware.signal(),
    load: (volts: number) => rig.firmware.set('pilot', volts),
    advance: rig.advance,
    silence: rig[silence],
    close: () => Promise.resolve(),
  };
};
pilotSuite('a board that hangs', () => pilotRig('hang'));
pilotSuite('a board that is pulled out', () => pilotRig('unplug'));

const at = async () => {
  const rig = await boardRig();
  const pilot = take(serialPilot(rig.options));
  await rig.advance(50);
  expect(pilot.statuses).toEqual([{ state: 'up' }]);
  return { rig, pilot };
};

test('it says why it is down: not there, silent, of another kind, of another time', async () => {
  const rig = await boardRig();
  rig.unplug(true);
  const pilot = take(serialPilot(rig.options));
  await rig.advance(50);
  rig.unplug(false);
  rig.hang(true);
  await rig.advance(400);
  rig.say(writeLine({ word: 'board', number: 0, fields: ['2', 'esp32-p4', '9.9.9', 'evse'] }));
  rig.say(writeLine({ word: 'board', number: 1, fields: ['1', 'esp32-p4', '0.1.0', 'ev'] }));
  await rig.advance(100);
  expect(pilot.statuses.map((status) => (status.state === 'down' ? status.why : 'up'))).toEqual([
    '/dev/ttyACM0: it is missing: is the pilot board plugged in?',
    '/dev/ttyACM0: the pilot board says nothing',
    '/dev/ttyACM0: the board esp32-p4 9.9.9 speaks version 2 of the line protocol, this driver 1: flash the firmware that came with this driver',
    '/dev/ttyACM0: the board esp32-p4 0.1.0 is set up as a car, not as a charger',
  ]);
  expect(pilot.heard).toEqual([]);
});

test('an order is said at once where it is another, and every 100 ms otherwise', async () => {
  const { rig, pilot } = await at();
  rig.written.splice(0);
  for (let i = 0; i < 50; i++) {
    pilot.send({ signal: 'digital' });
    await rig.advance(20);
  }
  expect(rig.written.length).toBeGreaterThanOrEqual(10);
  expect(rig.written.length).toBeLessThanOrEqual(12);
  expect(rig.firmware.signal()).toBe('digital');
});

test('a bad cable is told of, and does no harm while enough comes through', async () => {
  const { rig, pilot } = await at();
  const random = new Random(1);
  const spoil = (text: string): string => [...text].map((each) => (random.int(0, 249) === 0 ? String.fromCharCode(random.int(0, 255)) : each)).join('');
  Object.assign(rig.bend, { said: spoil, told: spoil });
  pilot.send({ signal: 'digital' });
  rig.firmware.set('pilot', 9);
  await rig.advance(3_000);
  expect(rig.firmware.signal()).toBe('digital');
  expect(new Set(pilot.heard.slice(-100).map(({ volts }) => volts))).toEqual(new Set([9]));
  expect(rig.noises.length).toBeGreaterThanOrEqual(2);
  const { broken, lost } = rig.noises.at(-1) ?? { broken: 0, lost: 0 };
  expect([broken > 0, lost > 0]).toEqual([true, true]);
});

test('a board that starts again is heard again, and told again', async () => {
  const { rig, pilot } = await at();
  pilot.send({ signal: 'digital' });
  await rig.advance(100);
  const again = await boardRig();
  // Its line stays open: a reset without a new enumeration.
  rig.hang(true);
  await rig.advance(40);
  for (let ms = 0; ms < 1_100; ms++) {
    await rig.advance(1);
    rig.say(again.firmware.once(ms));
  }
  expect(pilot.statuses).toEqual([{ state: 'up' }]);
  expect(rig.noises).toEqual([]);
});

test('a board that was silent may be another one: it is asked who it is before it is believed', async () => {
  const { rig, pilot } = await at();
  rig.written.splice(0);
  rig.hang(true);
  await rig.advance(70);
  const heard = pilot.heard.length;
  rig.say(writeLine({ word: 'pilot', number: 90, fields: ['6', '1', '-', 'digital', 'ordered'] }));
  expect([pilot.heard.length, pilot.statuses.at(-1)?.state]).toEqual([heard, 'down']);
  rig.hang(false);
  await rig.advance(150);
  expect(rig.written.join('')).toContain('who ');
  expect([pilot.heard.length > heard, pilot.statuses.at(-1)]).toEqual([true, { state: 'up' }]);
});

test('a board that cannot measure is down', async () => {
  const { rig, pilot } = await at();
  rig.firmware.set('broken', 'ADC');
  await rig.advance(60);
  expect(pilot.statuses.at(-1)).toEqual({ state: 'down', why: '/dev/ttyACM0: the pilot board cannot measure: its own fault' });
  rig.firmware.set('broken', null);
  await rig.advance(1_100);
  expect(pilot.statuses.at(-1)).toEqual({ state: 'up' });
});

test("a car's board shows its load, and what it sees at its inlet", async () => {
  const rig = await boardRig({ role: 'ev' });
  const car = take(serialLoad(rig.options));
  rig.firmware.set('proximity', 1e6);
  await rig.advance(100);
  expect([car.statuses, car.heard.at(-1)]).toEqual([[{ state: 'up' }], { plugged: false, duty: undefined }]);
  rig.firmware.set('proximity', 1_500);
  await rig.advance(40);
  expect(car.heard.at(-1)).toEqual({ plugged: true, duty: undefined });
  rig.firmware.set('duty', 5);
  car.send({ load: 'C' });
  await rig.advance(40);
  expect([rig.firmware.load(), car.heard.at(-1)]).toEqual(['C', { plugged: true, duty: 5 }]);
  const before = car.heard.length;
  await rig.advance(1_000);
  expect(car.heard.length - before).toBeGreaterThanOrEqual(49);
  car.close();
  await rig.advance(20);
  expect(rig.firmware.load()).toBe('B');
});
