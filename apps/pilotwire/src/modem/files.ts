import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MOST_OCTETS } from '@pilotwire/modem';
import { CliError } from '../errors.js';

/** The octets of a parameter block's file. Throws a `CliError` where it cannot be read, or is larger than any. */
export function loadPib(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > MOST_OCTETS) throw new CliError(`${path}: ${size} octets are no parameter block`);
    return Uint8Array.from(readFileSync(path));
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

/**
 * A new file that survives a power cut once this has returned, and that only its owner may read, for a parameter block
 * holds keys. Throws a `CliError` where it cannot be written, or is there already.
 */
export function storePib(path: string, bytes: Uint8Array): void {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(code === 'EEXIST' ? `there is a file already: ${path}` : `cannot write ${path}: ${message}`);
  }
}

/** Where the block of a modem is kept before it is changed: named by modem and time, so that none is written over. */
export function backupName(folder: string, mac: string, now: Date): string {
  const time = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return join(folder, `modem-${mac.replaceAll(':', '-')}-${time}Z.pib`);
}
