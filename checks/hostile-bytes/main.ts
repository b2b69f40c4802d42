import { parseArgs } from 'node:util';
import { Random } from '@pilotwire/machine';
import { corpus } from './corpus.js';
import { mutated } from './mutate.js';
import { targets } from './targets.js';

/*
 * Hostile bytes: mutants of valid inputs for every decoder. Each must give a value or a typed error. Prints what came
 * of them, by decoder, and the seed; exits with 1 where a decoder threw something else, too few mutants got past the
 * first header, or memory grew beyond its limit.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.trunc(performance.timeOrigin)) },
    only: { type: 'string' },
  },
});
const count = Number(values.count);
const memoryLimit = 300e6;

const random = new Random(values.seed);
const valid = corpus(random.fork('corpus'));
let failed = false;
let peak = 0;
console.log(`hostile bytes: ${count} for each decoder, seed ${values.seed}`);

for (const target of targets) {
  if (values.only !== undefined && values.only !== target.name) continue;
  const chance = random.fork(target.name);
  const outcomes = new Map<string, number>();
  let past = 0;
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    const bytes = mutated(valid[target.name] ?? [], target.header, chance);
    if (chance.next() < 0.5) target.seal?.(bytes);
    try {
      const outcome = target.run(bytes);
      outcomes.set(outcome.as, (outcomes.get(outcome.as) ?? 0) + 1);
      if (outcome.past) past++;
    } catch (error) {
      failed = true;
      console.log(`${target.name}: mutant ${i} throws ${error instanceof Error ? error.stack : String(error)}\n  ${Buffer.from(bytes).toString('hex')}`);
      if (outcomes.get('thrown') === 5) break;
      outcomes.set('thrown', (outcomes.get('thrown') ?? 0) + 1);
    }
    if (i % 1000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  const counts = [...outcomes].sort((a, b) => b[1] - a[1]).map(([as, times]) => `${as} ${times}`);
  const share = past / count;
  if (share < 0.5) failed = true;
  const seconds = (performance.now() - started) / 1000;
  console.log(`${target.name}: ${(share * 100).toFixed(0)} % past the first header${share < 0.5 ? ', TOO FEW' : ''}, ${seconds.toFixed(1)} s: ${counts.join(', ')}`);
}
if (peak > memoryLimit) failed = true;
console.log(`peak memory ${(peak / 1e6).toFixed(0)} MB${peak > memoryLimit ? ', TOO MUCH' : ''}`);
process.exitCode = failed ? 1 : 0;
