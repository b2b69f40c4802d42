import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { wordsOf } from './log.js';
import type { Log } from './log.js';

/** Where flights are kept: what a machine was fed in a session that went wrong, to be replayed on the desk. */
export interface FlightFolder {
  /**
   * Keeps a flight as text (`dumpFlight`), which is asked for piece by piece while it is written: nobody else in the
   * process waits for it. Returns at once, and never throws: what cannot be kept is said in the log.
   */
  save(session: string, text: Iterable<string>): void;
  /** Resolves once everything saved so far is on disk, or given up. */
  settled(): Promise<void>;
}

export interface FlightFolderOptions {
  /** Made when the first flight comes: `<data>/<service>-<instance>/flights`. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Files that are kept; the oldest make room. */
  readonly most?: number;
}

/** A flight has a bounded tape; beyond this it is none. In UTF-16 code units. */
const longest = 16_000_000;
/** Flights that may wait for a slow disk. */
const mostWaiting = 4;
const named = /^\d{8}T\d{6}\.\d{3}Z-[A-Za-z0-9_-]*\.json$/;
/** What a process that died while writing has left. */
const torn = /\.json\.part$/;

/**
 * Keeps the last flights in a folder that only its owner may read: keys may be in them. A disk that is full or refuses is
 * said and survived.
 */
export function flightFolder({ folder, wallClock, log, most = 20 }: FlightFolderOptions): FlightFolder {
  let waiting = 0;
  let last = Promise.resolve();

  const makeRoom = async (): Promise<void> => {
    const files = await readdir(folder);
    const flights = files.filter((name) => named.test(name)).sort();
    const leaving = [...files.filter((name) => torn.test(name)), ...flights.slice(0, Math.max(0, flights.length - most + 1))];
    for (const name of leaving) await rm(join(folder, name), { force: true });
  };

  const write = async (name: string, text: Iterable<string>): Promise<void> => {
    const part = join(folder, `${name}.part`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await makeRoom();
      await writePieces(part, text);
      await rename(part, join(folder, name));
      log.info(`the flight of this session is kept in ${join(folder, name)}`);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      log.warn(`the flight of this session could not be kept: ${wordsOf(error)}`);
    }
  };

  return {
    save(session, text) {
      if (waiting === mostWaiting) return log.warn('the flight of this session is not kept: the disk does not keep up');
      const time = new Date(wallClock()).toISOString().replace(/[-:]/g, '');
      const name = `${time}-${session.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)}.json`;
      waiting++;
      last = last.then(() => write(name, text)).finally(() => waiting--);
    },
    settled: () => last,
  };
}

async function writePieces(path: string, text: Iterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    let length = 0;
    for (const piece of text) {
      length += piece.length;
      if (length > longest) throw new RangeError(`it is longer than ${longest} characters`);
      await file.write(piece);
    }
  } finally {
    await file.close();
  }
}
