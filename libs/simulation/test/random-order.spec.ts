import { expect, test } from 'vitest';
import { Tally } from './random-order.js';

/** The whole of it, 10,000 sessions, is a command: `npm run random-order`. */
const sessions = 500;

test(`${sessions} sessions in random order: the source is on only where it may be, and every session ends`, { timeout: 60_000 }, () => {
  const tally = new Tally();
  for (let seed = 0; seed < sessions; seed++) tally.add(seed);
  console.log(tally.lines().join('\n'));
  expect(tally.violations).toEqual([]);
  expect(tally.phases.get('CurrentDemand')).toBeGreaterThan(sessions / 5);
  expect([...tally.rare(sessions / 200)]).toEqual([]);
});
