import { expect, test } from 'vitest';
import { mixed } from './fault-pairs.js';

/** The whole of it, 5,000 charges, is a command: `npm run fault-pairs`. */
const charges = 120;

test(`${charges} faults with cars and chargers that chance puts together end as they declare`, { timeout: 60_000 }, () => {
  const undeclared: string[] = [];
  for (let seed = 0; seed < charges; seed++) {
    const one = mixed(seed);
    if (one.undeclared !== undefined) undeclared.push(`pilotwire simulate ${one.how}: ${one.undeclared}`);
  }
  expect(undeclared).toEqual([]);
});
