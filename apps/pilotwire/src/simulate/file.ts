import { closeSync, openSync, writeSync } from 'node:fs';
import { CliError } from '../errors.js';

const HELD = 1 << 20;

/** A file that is written in large pieces. Throws a CliError where that cannot be done. */
export function outputFile(path: string): { write(bytes: Uint8Array): void; close(): void } {
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new CliError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const file = attempt(() => openSync(path, 'w'));
  let held: Uint8Array[] = [];
  let size = 0;
  const flush = (): void => {
    attempt(() => writeSync(file, Buffer.concat(held)));
    [held, size] = [[], 0];
  };
  return {
    write(bytes) {
      held.push(bytes);
      size += bytes.length;
      if (size >= HELD) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}
