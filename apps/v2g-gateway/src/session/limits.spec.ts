import { expect, test } from 'vitest';
import { Limits } from './limits.js';

const own = { minVoltage: 150, maxVoltage: 1_000, maxCurrent: 400, maxPower: 150_000 };

test('the least of all holds, and whoever said it is named', () => {
  const limits = new Limits(own, own.maxPower);
  expect(limits.effective(0)).toEqual({ limits: own, by: 'evse' });
  limits.command({ maxW: 50_000 });
  expect(limits.effective(0)).toEqual({ limits: { ...own, maxPower: 50_000 }, by: 'person' });
  limits.office({ maxW: 60_000, maxA: 100, validUntil: 1_000 });
  expect(limits.effective(0)).toEqual({ limits: { ...own, maxPower: 50_000, maxCurrent: 100 }, by: 'other' }); // a quarter of the current, a third of the power
  limits.office({ maxW: 10_000, validUntil: 1_000 });
  expect(limits.effective(999)).toMatchObject({ limits: { maxPower: 10_000, maxCurrent: 400 }, by: 'other' });
  limits.command({ maxW: 200_000, maxA: 500 });
  limits.office({ validUntil: 1_000 });
  expect(limits.effective(0)).toEqual({ limits: own, by: 'evse' });
});

test('before its first word and past its last the back office says nothing, and the fallback holds', () => {
  const limits = new Limits(own, 22_000);
  expect(limits.effective(0)).toEqual({ limits: { ...own, maxPower: 22_000 }, by: 'evse' });
  limits.office({ maxW: 50_000, validUntil: 1_000 });
  expect(limits.effective(0)).toEqual({ limits: { ...own, maxPower: 50_000 }, by: 'other' });
  limits.office({ maxW: 0, validUntil: 1_000 });
  expect(limits.effective(999).limits.maxPower).toBe(0);
  expect(limits.effective(1_000)).toEqual({ limits: { ...own, maxPower: 22_000 }, by: 'evse' });
  limits.command({ maxA: 0 });
  expect(limits.effective(1_000)).toMatchObject({ limits: { maxCurrent: 0 }, by: 'person' });
});
