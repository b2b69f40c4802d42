import { expect, test } from 'vitest';
import { deckSize } from './mishaps.js';
import { Tally } from './random-order.js';

/** A whole deck, so that everything comes. The whole of it, 10,000 sessions, is a command: `npm run random-order`. */
const sessions = deckSize;

test(`${sessions} sessions in random order: the source is on only where it may be, and every session ends`, { timeout: 60_000 }, () => {
  const tally = new Tally();
  for (let seed = 0; seed < sessions; seed++) tally.add(seed);
  console.log(tally.lines.join('\n'));
  expect(tally.violations).toEqual([]);
  expect(tally.rare).toEqual([]);
});
