import { createRequire } from 'node:module';
import { PnetError } from './errors.js';

// What the crate in `native` offers. It throws errors with a `code` of `PnetErrorCode` and the system's words.

export interface NativeSocket {
  state(): string;
  address(): string;
  send(frame: Uint8Array): boolean;
  counters(): { heard: number; dropped: number; sent: number; unsent: number };
  close(): void;
}

export interface NativeLine {
  get(): boolean;
  set(value: boolean): void;
  close(): void;
}

export interface NativeModule {
  interfaces(): { name: string; address: string; up: boolean; carrier: boolean }[];
  readonly PacketSocket: {
    open(
      name: string,
      options: { etherType?: number; promiscuous: boolean; place: number },
      slab: Uint8Array,
      facts: Float64Array,
      onFrames: (count: number) => void,
      onLink: (state: string, address: string) => void,
    ): NativeSocket;
  };
  readonly GpioLine: {
    open(
      chip: string,
      offset: number,
      options: { drive?: boolean; activeLow: boolean; bias?: string; rising: boolean; falling: boolean },
      onEdge: (edge: string, age: number, n: number) => void,
    ): NativeLine;
  };
}

/** Found by the package's name, so that a bundle finds it too. */
const load = createRequire(import.meta.url);

/** The native module, loaded on first use. Throws `PnetError`: not-linux, not-built. */
export function native(path = '@pilotwire/pnet-bindings/native', platform: string = process.platform): NativeModule {
  if (platform !== 'linux') throw new PnetError('not-linux', `raw Ethernet and GPIO need Linux; this is ${platform}`);
  try {
    return load(path) as NativeModule;
  } catch (error) {
    throw notBuilt(error as NodeJS.ErrnoException);
  }
}

function notBuilt(error: NodeJS.ErrnoException): PnetError {
  const how = 'npm run build:native makes it, and needs Rust 1.88 or newer';
  const missing = error.code === 'MODULE_NOT_FOUND' || error.code === 'ENOENT';
  const what = missing ? 'the native module is not built' : `the native module does not fit this machine (${error.message})`;
  return new PnetError('not-built', `${what}: ${how}`, { cause: error });
}
