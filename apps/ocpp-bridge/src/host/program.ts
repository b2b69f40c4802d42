import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';

export interface ProgramOptions {
  readonly file: string;
  readonly args: readonly string[];
  /** Each line of its standard output. */
  readonly line: (line: string) => void;
  /** Each line of its standard error. */
  readonly aside: (line: string) => void;
  /** It is over; `why`: it failed. */
  readonly over: (why: string | undefined) => void;
}

/** The longest line; an address of the CSMS is of 2,000 characters at most. */
const longest = 4_096;

/** What it wrote before it ended has been read by then. */
const drain = ms(200);

/**
 * Runs a program of the operator's, without a shell; what it is given are its arguments. What it leaves in the background may hold
 * its output open, and is not waited for.
 */
export function runProgram({ file, args, line, aside, over }: ProgramOptions): void {
  const clock = systemClock();
  let done = false;
  let cancel = (): void => undefined;
  const end = (why: string | undefined): void => {
    if (done) return;
    done = true;
    cancel();
    over(why);
  };
  const ended = (code: number | null, signal: NodeJS.Signals | null): void => end(code === 0 ? undefined : `it ended with ${code ?? signal}`);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!done) line(text.slice(0, longest));
  });
  createInterface({ input: child.stderr }).on('line', (text) => aside(text.slice(0, longest)));
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => (cancel = clock.wake(after(clock.now(), drain), () => ended(code, signal))));
  child.on('close', ended);
}
