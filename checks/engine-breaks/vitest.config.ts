import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule } from 'vitest/node';
import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vitest/config';
import base from '../../vitest.config.js';
import type { Break, Outcome } from './break.js';
import { chosen } from './breaks.js';

const station = fileURLToPath(new URL('../../libs/station/', import.meta.url));

/** Hands one source on with its break. Throws where the place is not there once, as it was when the break was written. */
function broken({ file, from, to }: Break): Plugin {
  const path = `${station}src/${file}`;
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places that say: ${from}`);
  return { name: 'broken', enforce: 'pre', load: (id) => (id.split('?')[0] === path ? parts.join(to) : undefined) };
}

function outcomeOf(module: TestModule, { test }: Break): Outcome {
  const [problem] = module.errors();
  if (problem !== undefined) return `it does not run: ${problem.message}`;
  const named = [...module.children.allTests()].filter(({ fullName }) => fullName.includes(test));
  if (named.length === 0) return `there is no test ${test}`;
  const [failed] = named.filter((one) => one.result().state === 'failed');
  if (failed === undefined) return 'green';
  const { errors = [] } = failed.result();
  return errors.every(({ name }) => name === 'AssertionError' || name === 'Error') ? 'red' : `it fails by ${errors[0]?.name}: ${errors[0]?.message}`;
}

/** Writes down what came of each break. */
const reporter: Reporter = {
  onTestRunEnd(modules) {
    const outcomes = chosen.map((one, n): Outcome => {
      const module = modules.find(({ project }) => project.name === String(n));
      return module === undefined ? 'it was not run' : outcomeOf(module, one);
    });
    writeFileSync(process.env['PILOTWIRE_OUTCOMES'] as string, JSON.stringify(outcomes));
  },
};

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** A project for each break: the same tests, on a source that is otherwise. */
export default defineConfig({
  test: {
    reporters: [reporter],
    testNamePattern: chosen.map(({ test }) => escaped(test)).join('|'),
    maxWorkers: 2,
    projects: chosen.map((one, n) => ({
      ...base, root: station, plugins: [broken(one)],
      test: { name: String(n), environment: 'node', include: [`test/${one.spec}`], setupFiles: base.test?.setupFiles ?? [], testTimeout: 20_000 },
    })),
  },
});
