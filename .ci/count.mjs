/** Says which tests failed and why, and adds up the tests that the runs reported and the steps of .ci/run. `node .ci/count.mjs REPORTS STEPS-PASSED STEPS-FAILED` */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const shortened = (text) => (text.length > 2_000 ? `${text.slice(0, 2_000)} …` : text);

const [reports, stepsPassed, stepsFailed] = process.argv.slice(2);
let [passed, failed] = [Number(stepsPassed), Number(stepsFailed)];

for (const name of readdirSync(reports, { recursive: true }).filter((path) => path.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(reports, name), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { name: file, message, assertionResults } of report.testResults) {
    // A file that did not load has a message of its own.
    if (message) console.log(`\n${file}\n${shortened(message)}`);
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') console.log(`\n${file}: ${fullName}\n${failureMessages.map(shortened).join('\n')}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
