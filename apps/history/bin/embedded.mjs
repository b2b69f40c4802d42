// The embedded database, in a process of its own: PGlite blocks the event loop while it works. It listens on a Unix socket in
// a folder of its own, ends with whoever started it, and holds a lock on its data.
// Arguments: the folder of the data, the folder of the socket.
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, socketFolder] = process.argv.slice(2);
const lock = join(folder, 'lock');
/** All connections share one session, and the library does not keep their messages apart. */
const most = 1;

mkdirSync(folder, { recursive: true, mode: 0o700 });
if (!takeLock()) process.exit(0);
// Only now: who is refused is refused quickly.
const [{ PGlite }, { PGLiteSocketServer }] = await Promise.all([import('@electric-sql/pglite'), import('@electric-sql/pglite-socket')]);
const data = join(folder, 'pglite');
if (!existsSync(data)) {
  // Making one takes half a gigabyte that no process gives back: so another makes it. Only a whole one bears the name.
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  const script = `const { PGlite } = await import(${JSON.stringify(import.meta.resolve('@electric-sql/pglite'))}); await (await PGlite.create(process.argv[1])).close();`;
  // It runs once: to compile it well takes longer than it does.
  const { status } = spawnSync(process.execPath, ['--liftoff-only', '--input-type=module', '-e', script, draft], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(1);
  renameSync(draft, data);
}
const db = await PGlite.create(data);
const path = join(socketFolder, '.s.PGSQL.5432');
// Whoever was here before us and was killed has left it; somebody who tidies up may have taken all of it.
rmSync(path, { force: true });
mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
const server = new PGLiteSocketServer({ db, path, maxConnections: most });
await server.start();
process.send?.({ kind: 'ready' });

let ending = false;
async function end() {
  if (ending) return;
  ending = true;
  await server.stop().catch(() => undefined);
  await db.close().catch(() => undefined);
  rmSync(lock, { force: true });
  // Whoever made it may have been killed.
  rmSync(socketFolder, { recursive: true, force: true });
  process.exit(0);
}
process.on('disconnect', end);
// A Ctrl-C in a terminal reaches the whole group, and so does a service manager: whoever started us has last words to store.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('message', end);

/** Two processes in one folder would ruin it. Tells whoever started us when somebody has it. */
function takeLock() {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid }), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // A link is made by one of several alone.
        linkSync(own, lock);
        return true;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const { pid } = holder();
      if (isOurs(pid)) {
        process.send?.({ kind: 'locked', pid });
        return false;
      }
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function holder() {
  try {
    return JSON.parse(readFileSync(lock, 'utf8'));
  } catch {
    // It was let go meanwhile, or whoever had it died while writing.
    return {};
  }
}

/** Whether the holder lives, and is what we are: numbers of processes come again. */
function isOurs(pid) {
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('embedded.mjs');
  } catch {
    return false;
  }
}
