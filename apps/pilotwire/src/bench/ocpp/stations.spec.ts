import { expect, test } from 'vitest';
import { stationFigures } from './stations.js';

test('three stations boot and charge, and everything is measured', async () => {
  const figures = await stationFigures(3, { batches: 2, every: 200 });
  expect(figures.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
    'ocpp.3.boot s', 'ocpp.3.boot.storm s', 'ocpp.3.rss MB', 'ocpp.3.call.p50 ms', 'ocpp.3.call.p99 ms', 'ocpp.3.cpu s',
  ]);
  expect(figures.every(({ value }) => value > 0)).toBe(true);
  // A boot, states, an authorization, a beginning and an end each, at least.
  expect(figures.find(({ name }) => name === 'ocpp.3.call.p99')?.messages).toBeGreaterThanOrEqual(18);
}, 60_000);
