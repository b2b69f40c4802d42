import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { open, readdir, writeFile } from 'node:fs/promises';

/** The kernel's files: small texts that are read and written at once. */
export interface Files {
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
}

/** Longer than any attribute that is read here. */
const longest = 256;

export const diskFiles: Files = {
  async read(path) {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(longest), 0, longest, 0);
      return buffer.toString('latin1', 0, bytesRead).trim();
    } finally {
      await file.close();
    }
  },
  // Never creates one: a file that is missing is a driver that is missing.
  write: (path, text) => writeFile(path, text, { flag: constants.O_WRONLY | constants.O_TRUNC }),
  list: (path) => readdir(path),
};

/** Hardware that is not there, or does not do what it is told. `message` is for a person: what, and what brings it. */
export class HardwareError extends Error {
  override readonly name = 'HardwareError';
}

/** What a failed access to a file of the kernel means. `remedy` is said where the file is missing. */
export function troubleOf(error: unknown, path: string, remedy: string): HardwareError {
  if (error instanceof HardwareError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENODEV':
      return new HardwareError(`${path} is missing: ${remedy}`);
    case 'EACCES':
    case 'EPERM':
      return new HardwareError(`${path} may not be used: a udev rule must give it to this user`);
    case 'EBUSY':
      return new HardwareError(`${path}: somebody else uses it`);
    case 'EINVAL':
      return new HardwareError(`${path}: the hardware refuses this value`);
    default:
      return new HardwareError(`${path}: ${code ?? message}`);
  }
}

/** A number from a file. Throws `HardwareError`. */
export async function readNumber(files: Files, path: string, remedy: string): Promise<number> {
  const text = await files.read(path).catch((error: unknown) => {
    throw troubleOf(error, path, remedy);
  });
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw new HardwareError(`${path}: ${JSON.stringify(text.slice(0, 20))} is no number`);
  return value;
}
