import { parseArgs } from 'node:util';
import { Tally } from '../../libs/simulation/test/random-order.js';

/*
 * Sessions in random order: whatever a car, a charger, a person or broken hardware does, and whenever. Prints how many
 * reached each phase and ended for each reason; exits with 1 where the source was on when it must not be, a session did
 * not end, or too few came far enough for the rest to mean something.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, first: { type: 'string', default: '0' } },
});
const [count, first] = [Number(values.count), Number(values.first)];
const started = performance.now();
const tally = new Tally();
for (let seed = first; seed < first + count; seed++) tally.add(seed);

console.log(`random order: seeds ${first} to ${first + count - 1}, ${((performance.now() - started) / 1_000).toFixed(1)} s`);
for (const line of tally.lines) console.log(line);
const { rare, violations } = tally;
for (const one of rare) console.log(`too rare to mean something: ${one}`);
for (const violation of violations) console.log(violation);
process.exitCode = rare.length === 0 && violations.length === 0 ? 0 : 1;
