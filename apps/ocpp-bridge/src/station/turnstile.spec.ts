import { VirtualTime, ms } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { clockOf } from '../../test/site.js';
import { Turnstile } from './turnstile.js';

test('stations go to their CSMS a few at a time, in their order, and one that hears nothing keeps nobody waiting', () => {
  const time = new VirtualTime();
  const turnstile = new Turnstile(clockOf(time), 2);
  const begun: number[] = [];
  const leave = [0, 1, 2, 3, 4, 5].map((n) => turnstile.enter(() => begun.push(n)));
  expect(begun).toEqual([0, 1]);
  leave[1]?.();
  leave[1]?.();
  expect(begun).toEqual([0, 1, 2]);
  // One that is closed before its turn has none.
  leave[3]?.();
  time.advance(ms(4_999));
  expect(begun).toEqual([0, 1, 2]);
  time.advance(ms(1));
  expect(begun).toEqual([0, 1, 2, 4, 5]);
});
