import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from './program.js';

/** Runs a script to its end: what it said, and why it failed. */
const run = (script: string): Promise<{ lines: string[]; asides: string[]; why: string | undefined }> =>
  new Promise((resolve) => {
    const [lines, asides]: [string[], string[]] = [[], []];
    runProgram({ file: '/bin/sh', args: ['-c', script], line: (text) => lines.push(text), aside: (text) => asides.push(text), over: (why) => resolve({ lines, asides, why }) });
  });

test('a program is over with all that it has said', async () => {
  expect(await run('echo Downloading; echo hm >&2; printf Installed; exit 3')).toEqual({ lines: ['Downloading', 'Installed'], asides: ['hm'], why: 'it ended with 3' });
  expect(await run('kill -TERM $$')).toMatchObject({ why: 'it ended with SIGTERM' });
});

test.each([['its standard error', '>/dev/null'], ['both', '']])('what it leaves in the background with %s is not waited for', async (_, redirection) => {
  const { lines, why } = await run(`echo Installing; sleep 60 ${redirection} & echo $!; echo Installed`);
  const left = Number(lines[1]);
  onTestFinished(() => void process.kill(left));
  expect([lines, why]).toEqual([['Installing', String(left), 'Installed'], undefined]);
  // It lives on.
  expect(process.kill(left, 0)).toBe(true);
});

test('a program that is not there says so', async () => {
  const why = await new Promise<string | undefined>((over) => void runProgram({ file: '/nowhere/program', args: [], line: () => undefined, aside: () => undefined, over }));
  expect(why).toContain('ENOENT');
});
