/** Adds up the tests that the runs reported and the steps of .ci/run. `node .ci/count.mjs REPORTS STEPS-PASSED STEPS-FAILED` */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [reports, stepsPassed, stepsFailed] = process.argv.slice(2);
let [passed, failed] = [Number(stepsPassed), Number(stepsFailed)];

for (const name of readdirSync(reports, { recursive: true }).filter((path) => path.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(reports, name), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
