import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

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

/** Runs a program of the operator's, without a shell; what it is given are its arguments. */
export function runProgram({ file, args, line, aside, over }: ProgramOptions): void {
  let done = false;
  const end = (why: string | undefined): void => {
    if (done) return;
    done = true;
    over(why);
  };
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  createInterface({ input: child.stdout }).on('line', (text) => line(text.slice(0, longest)));
  createInterface({ input: child.stderr }).on('line', (text) => aside(text.slice(0, longest)));
  child.on('error', (error) => end(error.message));
  child.on('close', (code, signal) => end(code === 0 ? undefined : `it ended with ${code ?? signal}`));
}
