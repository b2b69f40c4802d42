import { expect, test } from 'vitest';
import { carModels, chargerModels, Site } from '../src/index.js';
import type { SiteOptions } from '../src/index.js';

const names = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] => Object.keys(table) as Key[];

test('no two hosts and no two modems of a site have one address', () => {
  for (const car of names(carModels)) {
    for (const charger of names(chargerModels)) {
      const options: SiteOptions = { seed: 1, car, charger, from: 0.5, to: 0.6, authorizeAfter: undefined };
      const { macs } = new Site(options);
      const all = [carModels[car].mac, chargerModels[charger].mac, macs.car, macs.charger];
      expect(new Set(all).size, all.join()).toBe(4);
    }
  }
});
