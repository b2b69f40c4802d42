import { parseArgs } from 'node:util';
import { mixed } from '../../libs/simulation/test/fault-pairs.js';

/*
 * Faults with cars and chargers that chance puts together. Prints each charge that ended as its fault does not declare,
 * and how to see it again; exits with 1 where there was one.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '5000' }, first: { type: 'string', default: '0' } },
});
const [count, first] = [Number(values.count), Number(values.first)];

const started = performance.now();
const tried = new Map<string, number>();
let undeclared = 0;
for (let seed = first; seed < first + count; seed++) {
  const one = mixed(seed);
  tried.set(one.fault, (tried.get(one.fault) ?? 0) + 1);
  if (one.undeclared === undefined) continue;
  undeclared++;
  console.log(`pilotwire simulate ${one.how}: ${one.undeclared}`);
}
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
const least = Math.min(...tried.values());
console.log(`fault pairs: seeds ${first} to ${first + count - 1}, ${seconds} s: ${tried.size} faults, each ${least} times or more; ${undeclared} undeclared ends`);
process.exitCode = undeclared === 0 ? 0 : 1;
