import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Client } from 'basic-ftp';
import { bounded } from './streams.js';
import { Denied } from './types.js';
import type { Attempt } from './types.js';

/** The port of FTP that begins with TLS; at any other, ftps asks for it (RFC 4217). */
const implicitPort = '990';
/** RFC 959: not logged in, and not allowed. */
const denials: readonly number[] = [530, 532, 550];

/** Sends a file by FTP. */
export async function ftpUpload({ path, maxBytes, ...attempt }: Attempt): Promise<number> {
  const { size } = await stat(path);
  if (size > maxBytes) throw new Error(`the file has ${size} bytes, more than ${maxBytes}`);
  return withClient(attempt, async (client, remote) => {
    await client.uploadFrom(path, remote);
    return size;
  });
}

/** Fetches a file by FTP. */
export function ftpDownload({ path, maxBytes, ...attempt }: Attempt): Promise<number> {
  return withClient(attempt, async (client, remote) => {
    const stream = bounded(maxBytes);
    const file = stream.pipe(createWriteStream(path, { mode: 0o600 }));
    stream.on('error', (error) => file.destroy(error));
    await Promise.all([client.downloadTo(stream, remote), finished(file)]);
    return stream.bytes;
  });
}

async function withClient<T>(
  { address, ca, timeout, signal }: Omit<Attempt, 'path' | 'maxBytes'>, run: (client: Client, remote: string) => Promise<T>,
): Promise<T> {
  const { Client, FTPError } = await import('basic-ftp');
  const client = new Client(timeout);
  const end = (): void => client.close();
  signal.addEventListener('abort', end, { once: true });
  try {
    const { hostname, port, username, password, protocol, pathname } = address;
    await client.access({
      host: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      ...(username !== '' && { user: decodeURIComponent(username), password: decodeURIComponent(password) }),
      secure: protocol === 'ftps:' && (port === implicitPort ? 'implicit' : true),
      secureOptions: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
    });
    return await run(client, decodeURIComponent(pathname).replace(/^\//, ''));
  } catch (error) {
    if (error instanceof FTPError && denials.includes(error.code)) throw new Denied(error.message.slice(0, 100));
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
    client.close();
  }
}
