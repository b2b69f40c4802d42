import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskFolder, Journal } from '../src/index.js';
import type { JournalReport } from '../src/index.js';
import { collect } from './collect.js';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'pilotwire-journal-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

const root = fileURLToPath(new URL('../../../', import.meta.url));
const report = (): undefined => undefined;

describe('a journal on disk', () => {
  test('belongs to one process at a time, and to the next once it is closed', async () => {
    const journal = await Journal.open({ folder: await diskFolder(path), report });
    await expect(diskFolder(path)).rejects.toMatchObject({ code: 'locked' });
    await journal.append(Uint8Array.of(1, 2, 3));
    await journal.close();
    const again = await Journal.open({ folder: await diskFolder(path), report });
    expect((await collect(again.read(1))).map(({ bytes }) => [...bytes])).toEqual([[1, 2, 3]]);
    await again.close();
  });

  test('is for its owner alone', async () => {
    const parent = join(path, 'data');
    const journal = await Journal.open({ folder: await diskFolder(join(parent, 'demo')), report });
    await journal.append(Uint8Array.of(1));
    const modeOf = async (of: string): Promise<number> => (await stat(of)).mode & 0o777;
    expect([await modeOf(parent), await modeOf(join(parent, 'demo'))]).toEqual([0o700, 0o700]);
    const files = await readdir(join(parent, 'demo'));
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) expect([name, await modeOf(join(parent, 'demo', name))]).toEqual([name, 0o600]);
    await journal.close();
  });

  test.each(['', 'nonsense', '4194304 1 boot', `${process.pid} 1 of-an-earlier-boot`])('a lock that says %j is of nobody alive', async (text) => {
    await writeFile(join(path, 'lock'), text);
    const folder = await diskFolder(path);
    expect(await folder.list()).toEqual([]);
    await folder.close();
  });

  test('a process that is killed while it appends loses nothing that it was told is kept', async () => {
    const kept = new Map<number, string>();
    for (let round = 0; round < 6; round++) {
      await appendAndKill(kept, 200 + round * 150);
      const reports: JournalReport[] = [];
      const journal = await Journal.open({ folder: await diskFolder(path), report: (one) => reports.push(one) });
      const found = await collect(journal.read(1));
      await journal.close();
      expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: journal.lastSeq }, (_, i) => i + 1));
      const texts = new Map(found.map(({ seq, bytes }) => [seq, new TextDecoder().decode(bytes)]));
      expect([...kept].filter(([seq, text]) => texts.get(seq) !== text)).toEqual([]);
      expect(reports.filter(({ kind }) => kind !== 'torn')).toEqual([]);
    }
    expect(kept.size).toBeGreaterThan(1_000);
  }, 60_000);
});

/** Starts a process that appends, and kills it once it has said so often that a record is kept. */
async function appendAndKill(kept: Map<number, string>, records: number): Promise<void> {
  const child = spawn(process.execPath, ['tools/run-ts.mjs', 'libs/journal/test/appender.ts', path], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => void child.once('close', resolve));
  let pid: number | undefined;
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [first, text] = line.split(' ') as [string, string];
    if (first === 'pid') pid = Number(text);
    else if (text !== undefined) kept.set(Number(first), text);
    if (++told === records && pid !== undefined) process.kill(pid, 'SIGKILL');
  }
  await ended;
}
