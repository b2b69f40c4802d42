import { constants } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder, StoredFile } from './folder.js';
import { takeLock } from './lock.js';

const lockName = 'lock';

/** A folder on disk, made where there is none, for its owner alone, and locked. Throws `JournalError` `locked` where another process has it. */
export async function diskFolder(path: string): Promise<Folder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const release = await takeLock(join(path, lockName));
  return {
    list: async () => (await readdir(path)).filter((name) => name !== lockName),
    open: async (name) => storedFile(await open(join(path, name), constants.O_RDWR | constants.O_CREAT, 0o600)),
    remove: (name) => rm(join(path, name), { force: true }),
    async sync() {
      const handle = await open(path, constants.O_RDONLY);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
    close: release,
  };
}

const storedFile = (handle: FileHandle): StoredFile => ({
  size: async () => (await handle.stat()).size,
  async read(position, length) {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  },
  async write(position, bytes) {
    let done = 0;
    while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  },
  truncate: (size) => handle.truncate(size),
  sync: () => handle.datasync(),
  close: () => handle.close(),
});
