import { createReadStream, readFileSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError } from './errors.js';
import type { Io } from './io.js';

/** A stream of bytes whose first few have been looked at. */
export interface Input {
  /** As the user wrote it, `-` for standard input. */
  readonly name: string;
  /** Up to four bytes; fewer where there are no more. */
  readonly head: Uint8Array;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Opens a file, or standard input for `-`. What is packed by gzip is unpacked as it is read, whatever its name.
 * Throws a CliError where there is nothing to read.
 */
export async function openInput(name: string, io: Io): Promise<Input> {
  const raw = await peek(name, name === '-' ? io.stdin() : readFile(name));
  return startsWith(raw.head, GZIP) ? peek(name, unpack(name, raw.bytes)) : raw;
}

/** True where the stream begins as a pcap or pcapng file does. */
export function isCapture({ head }: Input): boolean {
  return CAPTURES.some((magic) => startsWith(head, magic));
}

const GZIP = [0x1f, 0x8b];
const CAPTURES = [
  [0x0a, 0x0d, 0x0d, 0x0a], // pcapng: section header block
  [0xa1, 0xb2, 0xc3, 0xd4], // pcap, either byte order, microseconds
  [0xd4, 0xc3, 0xb2, 0xa1],
  [0xa1, 0xb2, 0x3c, 0x4d], // and nanoseconds
  [0x4d, 0x3c, 0xb2, 0xa1],
];
const MAGIC = 4;
const MAX_TEXT = 16 * 2 ** 20;

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);
}

/** True where a file, or something else that can be read, has this name. */
export function exists(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false }) !== undefined;
}

async function* readFile(name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(name, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new CliError(`${fileProblem(error)}: ${name}`);
  }
}

async function* unpack(name: string, packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let failure: Error | undefined;
  const gunzip = pipeline(packed, createGunzip(), (error) => {
    if (error) failure = error;
  });
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    const cause = failure ?? error;
    if (cause instanceof CliError) throw cause;
    throw new CliError(`${name}: broken gzip: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/**
 * Reads until the first bytes are there, and puts them back. It waits for no second byte where the first begins no
 * known file: somebody may type a line and wait for the answer.
 */
async function peek(name: string, source: AsyncIterable<Uint8Array>): Promise<Input> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < MAGIC) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    size += next.value.length;
    const start = first.find((bytes) => bytes.length > 0)?.[0];
    if (start !== undefined && ![GZIP, ...CAPTURES].some(([byte]) => byte === start)) break;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* first;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { name, head: Buffer.concat(first).subarray(0, MAGIC), bytes: whole() };
}

/** A small text file, whole. Throws a CliError where it cannot be read or is larger than any of its kind. */
export function readText(name: string): string {
  try {
    if (statSync(name).size > MAX_TEXT) throw new CliError(`larger than ${MAX_TEXT / 2 ** 20} MiB: ${name}`);
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(`${fileProblem(error)}: ${name}`);
  }
}

function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'not allowed to read';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
