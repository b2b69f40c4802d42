import { closeSync, openSync, writeSync } from 'node:fs';
import { linkType, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import { CliError } from '../errors.js';
import type { HeardFrame } from './source.js';

/** Handed to the system when so much is held. */
const HELD = 1 << 20;

/**
 * A pcapng file of frames as they are heard, for Wireshark and `decode`. Only its owner may read it, since it may hold
 * the key of a network. Throws a `CliError` where it cannot be written, or is there already.
 */
export class Recording {
  readonly #path: string;
  readonly #file: number;
  #held: Uint8Array[] = [];
  #size = 0;

  constructor(path: string, interfaceName: string) {
    this.#path = path;
    this.#file = this.#attempt(() => openSync(path, 'wx', 0o600));
    this.#keep(pcapngHeader([{ linkType: linkType.ethernet, name: interfaceName }]));
    this.flush();
  }

  write({ bytes, time, originalLength }: HeardFrame): void {
    this.#keep(pcapngPacket({ bytes, time, originalLength }));
  }

  /** Hands over all that is held: what is in the file then is whole. */
  flush(): void {
    const held = Buffer.concat(this.#held);
    [this.#held, this.#size] = [[], 0];
    let at = 0;
    while (at < held.length) at += this.#attempt(() => writeSync(this.#file, held, at));
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #keep(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#size += bytes.length;
    if (this.#size >= HELD) this.flush();
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new CliError(code === 'EEXIST' ? `there is a file already: ${this.#path}` : `cannot write ${this.#path}: ${message}`);
    }
  }
}
