import { CliError, UsageError } from './errors.js';
import type { Io } from './io.js';

/**
 * Does the work for each word of a command line: a file that cannot be read is told, and no reason to leave out the next.
 * `work` resolves to false where something else failed. Resolves to the exit code.
 */
export async function forEachWord(command: string, words: readonly string[], io: Io, work: (word: string) => Promise<boolean>): Promise<number> {
  let failed = false;
  for (const word of words) {
    try {
      if (!(await work(word))) failed = true;
    } catch (error) {
      if (!(error instanceof CliError) || error instanceof UsageError) throw error;
      await io.out.flush();
      io.err.write(`pilotwire: ${command}: ${error.message}\n`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}
