import { ms } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { cableCheckVoltage, clampTarget, overVoltageLimit, ramp } from './index.js';

test.each([
  [400, 1_000, 450], [480, 1_000, 500], [500, 1_000, 500], [400, 420, 420], [501, 1_000, 551.1], [920, 1_000, 1_000],
])('a car of %d V at a charger of %d V is checked at %d V', (ev, evse, volts) => {
  expect(cableCheckVoltage(ev, evse)).toBeCloseTo(volts, 9);
});

test.each([
  [400, 550], [500, 550], [501, 825], [750, 825], [751, 935], [850, 935], [851, 1_100], [1_000, 1_100], [1_001, 1_375],
])('a negotiated maximum of %d V makes %d V an over-voltage', (maximum, limit) => {
  expect(overVoltageLimit(maximum)).toBe(limit);
});

test('power is cut at the voltage that is set, not at the one that was wished', () => {
  const evse = { minVoltage: 150, maxVoltage: 500, maxCurrent: 500, maxPower: 50_000, isolationMonitor: true };
  const ev = { maxVoltage: 800, maxCurrent: 500 };
  expect(clampTarget(800, 500, ev, evse)).toEqual({
    voltage: 500,
    current: 100,
    limited: { voltage: true, current: false, power: true },
  });
});

test('the ramp stops at its goal', () => {
  expect([ramp(0, 100, ms(40)), ramp(99.5, 100, ms(40)), ramp(100, 20, ms(40))]).toEqual([1, 100, 20]);
});
