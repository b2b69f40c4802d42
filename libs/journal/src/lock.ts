import { readFile, rm, writeFile } from 'node:fs/promises';
import { JournalError } from './error.js';

/**
 * Which process holds a lock: after a power cut the number alone may belong to somebody else, so on Linux the process'
 * start and the machine's boot belong to the name.
 */
async function holder(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  const [stat, bootId] = await Promise.all([textOf(`/proc/${pid}/stat`), textOf('/proc/sys/kernel/random/boot_id')]);
  // The name of a program may hold spaces and parentheses; the start time is the 20th field behind it.
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${started} ${bootId.trim()}`;
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Takes the lock, from a dead holder too; returns how to give it back. Throws `JournalError` `locked`. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own = await holder(process.pid);
  for (let tries = 0; tries < 2; tries++) {
    try {
      await writeFile(path, String(own), { flag: 'wx', mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const held = await textOf(path);
    if (/^\d+ /.test(held) && (await holder(Number.parseInt(held, 10))) === held) {
      throw new JournalError('locked', `process ${held.split(' ')[0]} has this journal: ${path}`);
    }
    await rm(path, { force: true });
  }
  throw new JournalError('locked', `another process takes this journal at this moment: ${path}`);
}
