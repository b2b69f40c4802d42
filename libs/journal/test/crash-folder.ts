import type { Random } from '@pilotwire/machine';
import type { Folder, StoredFile } from '../src/folder.js';

interface Contents {
  /** What a power cut leaves. */
  sure: Uint8Array;
  now: Uint8Array;
}

/** Files that lose at a power cut what was not synced, as a disk does: the end torn anywhere, or grown and never written. */
export interface CrashFolder extends Folder {
  /** The power goes and comes back: a new folder on what is left. */
  crash(random: Random): CrashFolder;
  /** From now on each write and sync fails so; undefined ends it. Half of each write is done before. */
  failWith(code: string | undefined): void;
  /** All octets, as they are now. */
  files(): ReadonlyMap<string, Uint8Array>;
  /** How often octets were synced. */
  readonly syncs: number;
}

export function crashFolder(left: ReadonlyMap<string, Uint8Array> = new Map()): CrashFolder {
  const files = new Map<string, Contents>([...left].map(([name, bytes]) => [name, { sure: bytes, now: bytes }]));
  let sureNames = new Set(files.keys());
  let removed = new Map<string, Contents>();
  let failure: string | undefined;
  let syncs = 0;
  const fail = (): Promise<never> => Promise.reject(Object.assign(new Error(`${failure}: as asked`), { code: failure }));
  const store = (file: Contents, position: number, bytes: Uint8Array): void => {
    const next = new Uint8Array(Math.max(file.now.length, position + bytes.length));
    next.set(file.now);
    next.set(bytes, position);
    file.now = next;
  };

  const open = (name: string): StoredFile => {
    const file = files.get(name) ?? { sure: new Uint8Array(0), now: new Uint8Array(0) };
    files.set(name, file);
    let closed = false;
    return {
      size: () => Promise.resolve(file.now.length),
      read: (position, length) =>
        closed ? Promise.reject(Object.assign(new Error('closed'), { code: 'EBADF' })) : Promise.resolve(file.now.slice(position, position + length)),
      write(position, bytes) {
        store(file, position, failure === undefined ? bytes : bytes.subarray(0, bytes.length / 2));
        return failure === undefined ? Promise.resolve() : fail();
      },
      truncate(size) {
        if (failure !== undefined) return fail();
        const next = new Uint8Array(size);
        next.set(file.now.subarray(0, size));
        file.now = next;
        return Promise.resolve();
      },
      async sync() {
        if (failure !== undefined) return fail();
        const { now } = file;
        // A disk takes its time, and the power may go meanwhile.
        for (let turn = 0; turn < 8; turn++) await Promise.resolve();
        syncs++;
        file.sure = now;
        return undefined;
      },
      close() {
        closed = true;
        return Promise.resolve();
      },
    };
  };

  const afterCut = ({ sure, now }: Contents, random: Random): Uint8Array => {
    if (now === sure) return sure;
    const kept = random.int(0, now.length);
    const left = Uint8Array.from(now.subarray(0, Math.max(kept, Math.min(sure.length, now.length))));
    const fate = random.pick(['cut', 'zeros', 'garbage']);
    if (fate === 'cut') return left;
    const grown = fate === 'zeros' ? new Uint8Array(now.length) : random.bytes(now.length);
    grown.set(left);
    return grown;
  };

  return {
    list: () => Promise.resolve([...files.keys()]),
    open: (name) => Promise.resolve(open(name)),
    remove(name) {
      const file = files.get(name);
      if (file !== undefined) removed.set(name, file);
      files.delete(name);
      return Promise.resolve();
    },
    sync() {
      if (failure !== undefined) return fail();
      sureNames = new Set(files.keys());
      removed = new Map();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    crash(random) {
      const names = new Map([...removed, ...files]);
      const survivors = [...names].filter(([name]) => sureNames.has(name) || random.next() < 0.5);
      return crashFolder(new Map(survivors.map(([name, file]) => [name, afterCut(file, random)])));
    },
    failWith(code) {
      failure = code;
    },
    files: () => new Map([...files].map(([name, { now }]) => [name, now])),
    get syncs() {
      return syncs;
    },
  };
}
