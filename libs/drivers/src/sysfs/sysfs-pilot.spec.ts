import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { circuit, fakeSysfs } from '../../test/fake-sysfs.js';
import { pilotSuite } from '../../test/pilot-suite.js';
import { take } from '../../test/rig.js';
import { openOhms } from '../limits.js';
import { pilotVolts, proximityOhms } from './circuit.js';
import type { SysfsPilotOptions } from './sysfs-pilot.js';

pilotSuite('sysfs', () => Promise.resolve(fakeSysfs()));
pilotSuite('sysfs, turned over', () => Promise.resolve(fakeSysfs({ inverted: true })));

const at = (options: Partial<SysfsPilotOptions> = {}) => {
  const rig = fakeSysfs(options);
  onTestFinished(() => rig.close());
  return rig;
};

test('the output is 1 kHz at 5 %, taken from the kernel and left running at +12 V', async () => {
  const rig = at();
  const pilot = take(rig.open);
  pilot.send({ signal: 'digital' });
  await rig.advance(20);
  expect(rig.order).toEqual(['export=0', 'pwm0/duty_cycle=0', 'pwm0/period=1000000', 'pwm0/duty_cycle=50000', 'pwm0/enable=1']);
  pilot.close();
  await rig.advance(20);
  expect(rig.order.at(-1)).toBe('pwm0/duty_cycle=1000000');
});

test('an output that somebody had turned over, with another period, is put right', async () => {
  const rig = at();
  const first = take(rig.open);
  await rig.advance(20);
  first.close();
  await rig.advance(20);
  rig.put(join(rig.chip, 'pwm0/polarity'), 'inversed');
  rig.put(join(rig.chip, 'pwm0/period'), '20000000');
  rig.order.splice(0);
  take(rig.open);
  await rig.advance(20);
  expect(rig.order).toEqual([
    'pwm0/enable=0', 'pwm0/polarity=normal', 'pwm0/duty_cycle=0', 'pwm0/period=1000000', 'pwm0/duty_cycle=1000000', 'pwm0/enable=1',
  ]);
});

test.each([
  ['class/pwm/pwmchip0', /class\/pwm\/pwmchip0 is missing: .*CONFIG_PWM.*dtoverlay=pwm/],
  ['bus/iio/devices', /bus\/iio\/devices is missing: .*CONFIG_IIO.*dtoverlay=ads1015/],
  ['bus/iio/devices/iio:device1', /no converter mcp3202 in .*CONFIG_IIO/],
  ['bus/iio/devices/iio:device1/in_voltage0_raw', /in_voltage0_raw is missing: this converter has no channel voltage0/],
  ['bus/iio/devices/iio:device1/in_voltage_scale', /has no scale for voltage0/],
])('%s is missing: it says so, and what brings it, and goes on when it is there', async (path, why) => {
  const rig = at();
  const away = join(rig.root, 'away');
  renameSync(join(rig.root, path), away);
  const pilot = take(rig.open);
  await rig.advance(300);
  expect(pilot.statuses).toEqual([{ state: 'down', why: expect.stringMatching(why) as string }]);
  expect(pilot.heard).toEqual([]);
  renameSync(away, join(rig.root, path));
  await rig.advance(300);
  expect(pilot.statuses.at(-1)).toEqual({ state: 'up' });
});

test('what is no number is no measurement', async () => {
  const rig = at();
  const pilot = take(rig.open);
  await rig.advance(50);
  for (const text of ['', 'nan', '12 volts']) {
    writeFileSync(join(rig.device, 'in_voltage0_raw'), text);
    const heard = pilot.heard.length;
    await rig.advance(300);
    expect(pilot.statuses.at(-1)).toMatchObject({ state: 'down', why: expect.stringMatching(/in_voltage0_raw: ".*" is no number$/) as string });
    expect(pilot.heard.length).toBe(heard);
  }
});

test('a converter that takes too long is down, and what it says at last is too old', async () => {
  const rig = at();
  const pilot = take(rig.open);
  await rig.advance(50);
  const free = rig.stick();
  await rig.advance(70);
  expect(pilot.statuses.at(-1)).toEqual({ state: 'down', why: 'the converter that measures the pilot does not answer' });
  const heard = pilot.heard.length;
  free();
  await rig.settled();
  expect(pilot.heard.length).toBe(heard);
  await rig.advance(30);
  expect(pilot.statuses.at(-1)).toEqual({ state: 'up' });
});

test('orders wait for no converter, and what was measured while the output changed belongs to neither signal', async () => {
  const rig = at();
  const pilot = take(rig.open);
  await rig.advance(50);
  const free = rig.stick();
  await rig.advance(12);
  pilot.send({ signal: 'digital' });
  await rig.advance(10);
  expect(rig.signal()).toBe('digital');
  const heard = pilot.heard.length;
  free();
  await rig.settled();
  expect(pilot.heard.length).toBe(heard);
  await rig.advance(20);
  expect(pilot.heard.at(-1)?.pwm).toBe(true);
  expect(pilot.statuses).toEqual([{ state: 'up' }]);
});

test('of orders that come faster than they can be written, the last one counts', async () => {
  const rig = at();
  const pilot = take(rig.open);
  await rig.advance(50);
  for (const signal of ['digital', 'f', 'x1', 'digital', 'f'] as const) pilot.send({ signal });
  await rig.advance(20);
  expect(rig.signal()).toBe('f');
});

test('an output that is taken away is down, and comes back with the order that stands', async () => {
  const rig = at();
  const pilot = take(rig.open);
  await rig.advance(50);
  rmSync(join(rig.chip, 'pwm0'), { recursive: true });
  pilot.send({ signal: 'digital' });
  await rig.advance(20);
  expect(pilot.statuses.at(-1)).toMatchObject({ state: 'down', why: expect.stringMatching(/pwm0\/duty_cycle is missing/) as string });
  await rig.advance(400);
  expect([rig.signal(), pilot.statuses.at(-1)]).toEqual(['digital', { state: 'up' }]);
});

test('a resistor is what its divider says; an open line is a number, too', () => {
  const { proximity, pilot } = circuit;
  fc.assert(
    fc.property(fc.double({ min: 1, max: 5_000, noNaN: true }), (ohms) => {
      expect(proximityOhms((proximity.supply * ohms) / (ohms + proximity.pullUp), proximity)).toBeCloseTo(ohms, 3);
    }),
    { seed: 1 },
  );
  expect([3.3, 5, -0.01, 0].map((volts) => proximityOhms(volts, proximity))).toEqual([openOhms, openOhms, 0, 0]);
  expect([0, 1.65, 3.3].map((volts) => pilotVolts(volts, pilot))).toEqual([-13.2, 0, expect.closeTo(13.2, 9)]);
});
