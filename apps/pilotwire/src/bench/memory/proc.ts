import { readdirSync, readFileSync } from 'node:fs';
import { CliError } from '../../errors.js';

/** What Linux says of a process. */
export interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** Its process group. */
  readonly group: number;
  /** It has ended, and nobody has asked with what. */
  readonly zombie: boolean;
}

/** From /proc/PID/stat: a name in parentheses, which may hold anything, stands before what follows. Undefined where it is none. */
export function statOf(text: string): Stat | undefined {
  const [, pid, state, parent, group] = /^(\d+) \(.*\) (\S) (\d+) (\d+) /s.exec(text) ?? [];
  if (pid === undefined || state === undefined) return undefined;
  return { pid: Number(pid), parent: Number(parent), group: Number(group), zombie: 'ZX'.includes(state) };
}

/** From /proc/PID/smaps_rollup: the proportional set size in MB (10^6 octets). Undefined where there is none: a process that is ending has no memory. */
export function pssOf(rollup: string): number | undefined {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  return kilobytes === undefined ? undefined : (Number(kilobytes) * 1_024) / 1e6;
}

/** A process and all that come from it, parents first. */
export function treeOf(root: number, stats: readonly Stat[]): number[] {
  // What is added to a set while it is gone through is gone through as well.
  const tree = new Set([root]);
  for (const one of tree) for (const { pid, parent } of stats) if (parent === one) tree.add(pid);
  return [...tree];
}

/** All processes that this one may see. */
export function processes(): Stat[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => statOf(read(`/proc/${pid}/stat`)) ?? []);
}

/** What processes take of the memory, in MB; of one that has just gone nothing. Throws `CliError` where it may not be asked. */
export function pssOfAll(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (pssOf(read(`/proc/${pid}/smaps_rollup`)) ?? 0), 0);
}

/** Empty where the process has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw new CliError(message);
  }
}
