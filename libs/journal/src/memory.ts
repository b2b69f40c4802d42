import type { Folder, StoredFile } from './folder.js';

/** A folder that lives as long as the process: for tests, and where nothing is to be kept. */
export function memoryFolder(): Folder {
  const files = new Map<string, Uint8Array>();
  const contents = (name: string): Uint8Array => files.get(name) ?? new Uint8Array(0);
  const open = (name: string): StoredFile => {
    files.set(name, contents(name));
    return {
      size: () => Promise.resolve(contents(name).length),
      read: (position, length) => Promise.resolve(contents(name).slice(position, position + length)),
      write(position, bytes) {
        const old = contents(name);
        const next = new Uint8Array(Math.max(old.length, position + bytes.length));
        next.set(old);
        next.set(bytes, position);
        files.set(name, next);
        return Promise.resolve();
      },
      truncate(size) {
        const next = new Uint8Array(size);
        next.set(contents(name).subarray(0, size));
        files.set(name, next);
        return Promise.resolve();
      },
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
