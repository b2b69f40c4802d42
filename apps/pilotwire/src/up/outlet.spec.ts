import { VirtualTime } from '@pilotwire/machine';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { expect, test } from 'vitest';
import { watchHardware } from './outlet.js';
import type { Deed } from './outlet.js';

test('what the hardware does is told once, when it does it; so is what its watchdogs do', () => {
  const time = new VirtualTime();
  const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1 });
  const deeds: Omit<Deed, 'at'>[] = [];
  const stamps: number[] = [];
  watchHardware({ outlet, time }, ({ at, ...deed }) => {
    stamps.push(at);
    deeds.push(deed);
  });
  const power = outlet.evse.power({ receive: () => undefined, status: () => undefined });
  time.advance(10);
  expect(deeds).toEqual([]);
  power.send({ kind: 'supply.set', voltage: 400, current: 2 });
  power.send({ kind: 'contactors.close' });
  time.advance(60);
  expect(deeds).toEqual([{ what: 'supply', on: true }, { what: 'contactors', on: true }]);
  // Nobody tells them to stay.
  time.advance(100);
  expect(deeds.slice(2)).toEqual(expect.arrayContaining([{ what: 'supply', on: false }, { what: 'contactors', on: false }]));
  expect(deeds).toHaveLength(4);
  expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
});
