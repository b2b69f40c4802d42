import { virtualClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { watchExpiry } from './expiry.js';

const day = 86_400_000;

test('the end of a certificate is told before it comes, and when it has, and a new one is asked for every day', () => {
  const clock = virtualClock();
  const told: [number, string][] = [];
  const asked: number[] = [];
  let known = false;
  const today = (): number => Math.round(clock.now() / day);
  const stop = watchExpiry({ expiry: () => ({ notAfter: 100 * day, subject: 'CN=CP-1' }) }, {
    clock, utc: () => (known ? clock.now() : undefined), security: ({ type }) => told.push([today(), type]), renew: () => asked.push(today()),
  });
  clock.advance(2 * day);
  known = true;
  clock.advance(100 * day);
  expect(told).toEqual([[70, 'CertificateExpires'], [93, 'CertificateExpires'], [99, 'CertificateExpires'], [100, 'InvalidChargingStationCertificate']]);
  expect(asked).toEqual(Array.from({ length: 33 }, (_, index) => 70 + index));
  stop();
  expect(clock.pending).toBe(0);
});

test('a station without a certificate has nothing to watch', () => {
  const clock = virtualClock();
  const told: string[] = [];
  watchExpiry({ expiry: () => undefined }, { clock, utc: () => clock.now(), security: ({ type }) => told.push(type), renew: () => told.push('renew') });
  clock.advance(400 * day);
  expect(told).toEqual([]);
});
