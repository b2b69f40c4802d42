import { execFile } from 'node:child_process';
import { closeSync, constants, open } from 'node:fs';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';

/** A serial line that is open. */
export interface SerialPort {
  write(text: string): void;
  /** Resolves once what was written has left, and the line is closed. */
  close(): Promise<void>;
  /** Closes it at once. */
  drop(): void;
}

export interface SerialEvents {
  text(text: string): void;
  /** It is gone: pulled out, most often. Said once, and not after `close`. */
  lost(why: string): void;
}

/** Rejects with an error whose message is for a person who knows the path. */
export type OpenSerial = (path: string, events: SerialEvents) => Promise<SerialPort>;

/** Eight bits, no parity, one stop bit; no echo, nothing edited; DTR stays when we go, for it resets many a board. */
const settings = ['115200', 'raw', '-echo', 'cs8', '-parenb', '-cstopb', 'clocal', '-crtscts', '-hupcl'];
/** What may wait for a board that does not read: several seconds of orders. */
const mostWaiting = 4_096;

/** Opens a serial line of this machine: `stty` sets it, the stream of a terminal reads and writes it. */
export const openSerial: OpenSerial = async (path, { text, lost }) => {
  await promisify(execFile)('stty', ['-F', path, ...settings], { timeout: 2_000 }).catch((error: unknown) => {
    throw new Error(troubleOf(error as SttyError));
  });
  // Without waiting for a carrier, and without becoming the terminal of this process.
  const descriptor = await promisify(open)(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = streamOf(descriptor);
  let closed = false;
  let why = 'it was pulled out';
  stream.setEncoding('latin1');
  stream.on('data', (data: unknown) => {
    if (!closed) text(String(data));
  });
  stream.on('error', ({ message }) => {
    why = message;
  });
  const gone = new Promise<void>((resolve) => {
    stream.once('close', () => {
      if (!closed) lost(why);
      closed = true;
      resolve();
    });
  });
  return {
    write(line) {
      if (closed) return;
      // A board that does not read is as good as none.
      if (stream.writableLength > mostWaiting) stream.destroy(new Error('it does not read'));
      else stream.write(line);
    },
    async close() {
      closed = true;
      stream.end(() => stream.destroy());
      await gone;
    },
    drop() {
      closed = true;
      stream.destroy();
    },
  };
};

function streamOf(descriptor: number): ReadStream {
  try {
    return new ReadStream(descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

interface SttyError {
  readonly code?: unknown;
  readonly stderr?: string;
  readonly message: string;
}

function troubleOf({ code, stderr = '', message }: SttyError): string {
  if (code === 'ENOENT') return 'stty is missing, which sets a serial line: it comes with coreutils';
  if (/No such (file|device)/.test(stderr)) return 'it is missing: is the pilot board plugged in? Those that are there: ls /dev/serial/by-id';
  if (/Permission denied/.test(stderr)) return 'it may not be used: this user must be in its group (dialout)';
  if (/Inappropriate ioctl/.test(stderr)) return 'it is no serial line';
  return (stderr.trim().split('\n')[0] ?? '') || message;
}
