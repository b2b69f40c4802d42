import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds } from '@pilotwire/machine';
import { logStatusOf, uploadFile } from '@pilotwire/ocpp-transport';
import type { Clock } from '@pilotwire/runtime';
import type { LogStatus, Order } from '@pilotwire/station';

export type UploadOrder = Extract<Order, { readonly do: 'upload-log' }>;
/** Uploads what an order asks for, and says how that goes; returns how to call it off. */
export type Upload = (order: UploadOrder, bundle: () => Uint8Array, status: (status: LogStatus) => void) => () => void;

/** A CSMS that takes longer has gone. */
const attemptMost = seconds(300);
const mostBytes = 100_000_000;

/** Uploads over http, https, ftp and ftps, from a file that is there no longer than that. */
export const uploads = (clock: Clock, ca: string | undefined): Upload => (order, bundle, status) => {
  const abort = new AbortController();
  const run = async (): Promise<LogStatus> => {
    const folder = await mkdtemp(join(tmpdir(), 'pilotwire-log-'));
    try {
      const path = join(folder, order.name);
      await writeFile(path, bundle(), { mode: 0o600 });
      const { location, name, retries, retryInterval } = order;
      return logStatusOf(await uploadFile(location, path, name, {
        clock, timeout: attemptMost, maxBytes: mostBytes, retries, retryInterval: seconds(retryInterval), signal: abort.signal, ...(ca !== undefined && { ca }),
        attempt: () => status('Uploading'),
      }));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  run().then(
    // Of one that was called off the engine has told already.
    (outcome) => abort.signal.aborted || status(outcome),
    () => abort.signal.aborted || status('UploadFailure'),
  );
  return () => abort.abort();
};
