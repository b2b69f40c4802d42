import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@pilotwire/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { freshDatabase } from '../../../../tools/fresh-database.js';
import { Inbox } from '../../../../tools/inbox.js';
import { Embedded } from './embedded.js';

const clock = systemClock({ background: true });

/** One that runs in a folder of its own, and what it tells. */
async function embedded() {
  const root = mkdtempSync(join(tmpdir(), 'pilotwire-embedded-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  await freshDatabase(root);
  const options = { folder: join(root, 'database'), clock };
  const told = new Inbox<string | undefined>();
  const one = await Embedded.start({ ...options, away: told.put });
  /** Who has the lock; undefined while it goes from one to the next. */
  const holder = (): number | undefined => {
    try {
      return (JSON.parse(readFileSync(join(options.folder, 'lock'), 'utf8')) as { pid: number }).pid;
    } catch {
      return undefined;
    }
  };
  const kill = (): number => {
    const pid = holder() as number;
    process.kill(pid, 'SIGKILL');
    return pid;
  };
  return { one, told, options, holder, kill };
}

test.each(['waits for its next start', 'is being started'])('one that was killed and %s is closed like any other, and leaves nobody behind', async (when) => {
  const { one, told, options, holder, kill } = await embedded();
  const killed = kill();
  await told.until((all) => all.length > 0);
  // A new one takes the lock long before it is ready.
  while (when === 'is being started' && (holder() ?? killed) === killed) await new Promise((resolve) => setImmediate(resolve));
  await one.close();
  expect(told.items).toEqual(['the embedded database ended with SIGKILL; it is started again']);
  expect(existsSync(one.socket)).toBe(false);
  await (await Embedded.start({ ...options, away: told.put })).close();
  expect([readdirSync(options.folder), told.items.length]).toEqual([['pglite'], 1]);
}, 30_000);

test('a folder of the socket that somebody has taken away is made again', async () => {
  const { one, told, kill } = await embedded();
  onTestFinished(() => one.close());
  rmSync(one.socket, { recursive: true });
  kill();
  await told.until((all) => all.length === 2);
  expect(told.items[1]).toBeUndefined();
  expect(readdirSync(one.socket)).toEqual(['.s.PGSQL.5432']);
}, 30_000);
