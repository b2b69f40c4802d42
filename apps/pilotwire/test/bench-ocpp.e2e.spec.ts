import { expect, test } from 'vitest';
import { stationFigures } from '../src/bench/ocpp/stations.js';

test('a yard of stations in one bridge comes up and charges, none is forgotten and no call refused', async () => {
  const figures = await stationFigures(25, { batches: 3, every: 1_000 });
  for (const { name, value, unit } of figures) console.log(`${name} ${value.toFixed(1)} ${unit}`);
  const of = (name: string): number => figures.find((one) => one.name === `ocpp.25.${name}`)?.value ?? Number.NaN;
  // What a machine that does other things as well can do: the aims of 500 are for `pilotwire bench ocpp`.
  expect(of('boot')).toBeLessThan(60);
  expect(of('call.p99')).toBeLessThan(5_000);
  expect(of('rss')).toBeLessThan(400);
}, 240_000);
