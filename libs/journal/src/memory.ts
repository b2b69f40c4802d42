import type { Folder, StoredFile } from './folder.js';

/** Octets that grow at their end, as a file does: most writes copy nothing but themselves. */
class Contents {
  #room: Uint8Array = new Uint8Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  slice(from: number, length: number): Uint8Array {
    return this.#room.slice(from, Math.min(from + length, this.#size));
  }

  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    this.#reach(end);
    this.#room.set(bytes, position);
    this.#size = Math.max(this.#size, end);
  }

  truncate(size: number): void {
    this.#reach(size);
    this.#room.fill(0, size, Math.max(size, this.#size));
    this.#size = size;
  }

  /** Octets that were never written are zero. */
  #reach(size: number): void {
    if (size <= this.#room.length) return;
    const room = new Uint8Array(2 * size);
    room.set(this.#room);
    this.#room = room;
  }
}

/** A folder that lives as long as the process: for tests, and where nothing is to be kept. */
export function memoryFolder(): Folder {
  const files = new Map<string, Contents>();
  const open = (name: string): StoredFile => {
    const contents = files.get(name) ?? new Contents();
    files.set(name, contents);
    return {
      size: () => Promise.resolve(contents.size),
      read: (position, length) => Promise.resolve(contents.slice(position, length)),
      write: (position, bytes) => Promise.resolve(contents.write(position, bytes)),
      truncate: (size) => Promise.resolve(contents.truncate(size)),
      sync: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  };
  return {
    list: () => Promise.resolve([...files.keys()]),
    open: (name) => Promise.resolve(open(name)),
    remove(name) {
      files.delete(name);
      return Promise.resolve();
    },
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
