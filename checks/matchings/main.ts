import { parseArgs } from 'node:util';
import { endOf, strangeEnds } from '../../libs/simulation/test/line/matchings.js';

/*
 * Matchings over lines that lose, copy and delay frames. Prints how they ended; exits with 1 where an end was none that may
 * be, or came too seldom to mean something.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, first: { type: 'string', default: '0' } },
});
const [count, first] = [Number(values.count), Number(values.first)];

const started = performance.now();
const ends = new Map<string, number>();
for (let seed = first; seed < first + count; seed++) {
  const end = endOf(seed);
  ends.set(end, (ends.get(end) ?? 0) + 1);
}
console.log(`matchings: seeds ${first} to ${first + count - 1}, ${((performance.now() - started) / 1_000).toFixed(1)} s`);
for (const [end, times] of ends) console.log(`${end}: ${times}`);
const strange = strangeEnds(ends);
for (const one of strange) console.log(one);
process.exitCode = strange.length === 0 ? 0 : 1;
