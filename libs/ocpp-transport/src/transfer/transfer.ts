import { rename, rm } from 'node:fs/promises';
import { after } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { FirmwareStatus, LogStatus } from '@pilotwire/station';
import { withoutSecrets } from '../addresses.js';
import { ftpDownload, ftpUpload } from './ftp.js';
import { httpDownload, httpUpload } from './http.js';
import { Denied } from './types.js';
import type { Attempt, TransferOptions, TransferOutcome } from './types.js';

/**
 * Sends a file to where the CSMS wants it: http and https (PUT or POST), ftp and ftps. `location` may name a folder: of http
 * by a / at its end, of ftp also by a last part without a dot; then the file is called `name` there. Never rejects.
 */
export async function uploadFile(location: string, path: string, name: string, options: TransferOptions): Promise<TransferOutcome> {
  const address = addressOf(location);
  if (!(address instanceof URL)) return address;
  const folder = address.pathname.endsWith('/') || (isFtp(address) && !/\.[^/]*$/.test(address.pathname));
  if (folder) address.pathname = `${address.pathname.replace(/\/$/, '')}/${encodeURIComponent(name)}`;
  return repeat(options, (attempt) => {
    const whole = { ...attempt, address, path };
    return isFtp(address) ? ftpUpload(whole) : httpUpload(whole, options.method ?? 'PUT');
  });
}

/** Fetches a file to `path`, where it is once it is there as a whole. Never rejects. */
export async function downloadFile(location: string, path: string, options: TransferOptions): Promise<TransferOutcome> {
  const address = addressOf(location);
  if (!(address instanceof URL)) return address;
  const part = `${path}.part`;
  const outcome = await repeat(options, async (attempt) => {
    const whole = { ...attempt, address, path: part };
    const bytes = await (isFtp(address) ? ftpDownload(whole) : httpDownload(whole));
    await rename(part, path);
    return bytes;
  });
  if (outcome.status !== 'done') await rm(part, { force: true });
  return outcome;
}

/** What the engine is told of an upload that has ended. Told when it begins: `Uploading`. */
export function logStatusOf({ status }: TransferOutcome): LogStatus {
  const words = {
    done: 'Uploaded', failed: 'UploadFailure', denied: 'PermissionDenied', 'bad-address': 'BadMessage', unsupported: 'NotSupportedOperation',
    canceled: 'AcceptedCanceled',
  } as const;
  return words[status];
}

/** What the engine is told of a download that has ended. Told when it begins: `Downloading`. */
export const firmwareStatusOf = ({ status }: TransferOutcome): FirmwareStatus => (status === 'done' ? 'Downloaded' : 'DownloadFailed');

const isFtp = ({ protocol }: URL): boolean => protocol === 'ftp:' || protocol === 'ftps:';

function addressOf(location: string): URL | TransferOutcome {
  let address: URL;
  try {
    address = new URL(location);
    // What FTP would take for the end of a command is no part of a name.
    if (hasControl(decodeURIComponent(address.pathname + address.username + address.password))) throw new Error();
  } catch {
    return { status: 'bad-address', why: 'the address cannot be read' };
  }
  if (!['http:', 'https:', 'ftp:', 'ftps:'].includes(address.protocol)) return { status: 'unsupported', why: `no transfers by ${address.protocol.slice(0, 20)}` };
  return address;
}

const hasControl = (text: string): boolean => [...text].some((character) => character < ' ' || character === '\u007f');

type Bounds = Omit<Attempt, 'address' | 'path'>;

async function repeat(options: TransferOptions, run: (attempt: Bounds) => Promise<number>): Promise<TransferOutcome> {
  const { retries, retryInterval, signal } = options;
  for (let attempt = 1; ; attempt++) {
    if (signal?.aborted) return canceled;
    options.attempt?.(attempt);
    const outcome = await once(options, run);
    if (signal?.aborted && outcome.status !== 'done') return canceled;
    if (outcome.status !== 'failed' || attempt > retries) return outcome;
    await pause(options, retryInterval);
  }
}

const canceled: TransferOutcome = { status: 'canceled', why: 'it was called off' };

async function once({ clock, timeout, maxBytes, ca, signal }: TransferOptions, run: (attempt: Bounds) => Promise<number>): Promise<TransferOutcome> {
  const control = new AbortController();
  const abort = (): void => control.abort();
  const stopWaiting = clock.wake(after(clock.now(), timeout), abort);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return { status: 'done', bytes: await run({ maxBytes, ca, timeout, signal: control.signal }) };
  } catch (error) {
    if (error instanceof Denied) return { status: 'denied', why: withoutSecrets(error.message) };
    return { status: 'failed', why: control.signal.aborted ? `not done within ${timeout} ms` : withoutSecrets((error as Error).message).slice(0, 200) };
  } finally {
    stopWaiting();
    signal?.removeEventListener('abort', abort);
  }
}

/** Waits, or until it is called off. */
function pause({ clock, signal }: TransferOptions, wait: Duration): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.wake(after(clock.now(), wait), done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
