import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of secrets: for their owner alone, and each replaced as a whole or not at all. */
export interface SecretFiles {
  names(): Promise<readonly string[]>;
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export async function secretFiles(folder: string): Promise<SecretFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const sync = async (): Promise<void> => {
    const handle = await open(folder, constants.O_RDONLY);
    await handle.sync().finally(() => handle.close());
  };
  return {
    names: async () => (await readdir(folder)).filter((name) => name.endsWith('.pem')).toSorted(),
    async read(name) {
      try {
        return await readFile(join(folder, name), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(name, text) {
      const path = join(folder, name);
      const handle = await open(`${path}.new`, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
      try {
        await handle.chmod(0o600);
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${path}.new`, path);
      await sync();
    },
    async remove(name) {
      await rm(join(folder, name), { force: true });
      await sync();
    },
  };
}
