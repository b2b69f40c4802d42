import type { Io } from '../io.js';
import { whyNot } from './trouble.js';

/** What has to be closed at the end: the last that was opened first. */
export type Later = (close: () => void | Promise<void>) => void;

/** Runs what opens a site, and closes it in order whatever comes of it. Resolves to the exit code. */
export async function opened(command: string, io: Io, run: (later: Later) => Promise<number>): Promise<number> {
  const closes: (() => void | Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closes.splice(0).toReversed()) await close();
  };
  try {
    const code = await run((close) => closes.push(close));
    await closeAll();
    return code;
  } catch (error) {
    const { message, exitCode } = whyNot(error);
    await closeAll();
    await io.out.flush();
    io.err.write(`pilotwire: ${command}: ${message}\n`);
    // Of several services those that had started before the one that could not are still there.
    io.quit(exitCode);
    return exitCode;
  }
}
