import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds } from '@pilotwire/machine';
import { virtualClock } from '@pilotwire/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authority } from '../../test/authority.js';
import { ftpServer } from '../../test/ftp.js';
import { downloadFile, firmwareStatusOf, logStatusOf, uploadFile } from '../index.js';
import type { TransferOptions } from '../index.js';

let folder: string;
let path: string;
const content = Buffer.from('a log, or a firmware\n'.repeat(5_000));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pilotwire-transfer-'));
  path = join(folder, 'bundle.zip');
  await writeFile(path, content);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const clock = virtualClock();
const options: TransferOptions = { clock, timeout: seconds(60), maxBytes: 1_000_000, retries: 0, retryInterval: seconds(60) };

async function http(listener: RequestListener, tls?: { readonly cert: string; readonly key: string }) {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

describe('over http', () => {
  test.each([['/in/', '/in/log%201.zip', 'PUT'], ['/in/here.zip?for=me', '/in/here.zip?for=me', 'POST']] as const)('a file goes to %s', async (to, url, method) => {
    const seen: { method: string; url: string; auth: string; body: Buffer }[] = [];
    await using server = await http((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ method: request.method ?? '', url: request.url ?? '', auth: request.headers.authorization ?? '', body });
        response.writeHead(201).end('thanks');
      });
    });
    const location = `${server.url}${to}`.replace('//', '//me:p%40ss@');
    expect(await uploadFile(location, path, 'log 1.zip', { ...options, method })).toEqual({ status: 'done', bytes: content.length });
    expect(seen).toEqual([{ method, url, auth: `Basic ${Buffer.from('me:p@ss').toString('base64')}`, body: content }]);
  });

  test('what is refused is not tried again, and what fails is', async () => {
    let status = 401;
    let requests = 0;
    await using server = await http((request, response) => {
      requests++;
      request.resume();
      response.writeHead(status).end();
    });
    expect(await uploadFile(`${server.url}/`, path, 'x', { ...options, retries: 5 })).toEqual({ status: 'denied', why: 'HTTP 401 Unauthorized' });
    expect(requests).toBe(1);
    status = 503;
    const attempts: number[] = [];
    const waits: number[] = [];
    const outcome = await uploadFile(`${server.url}/`, path, 'x', {
      ...options, retries: 2, retryInterval: seconds(7), attempt: (attempt) => attempts.push(attempt),
      // Here the wait between attempts is over when it begins.
      clock: {
        now: clock.now,
        wake(at, run) {
          if (at - clock.now() !== 7_000) return clock.wake(at, run);
          waits.push(at - clock.now());
          queueMicrotask(run);
          return () => undefined;
        },
      },
    });
    expect(waits).toEqual([7_000, 7_000]);
    expect(outcome).toEqual({ status: 'failed', why: 'HTTP 503 Service Unavailable' });
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('a file is fetched as a whole or not at all', async () => {
    await using server = await http((request, response) => response.end(request.url === '/large' ? Buffer.alloc(2_000_000) : content));
    const to = join(folder, 'firmware.bin');
    expect(await downloadFile(`${server.url}/firmware.bin`, to, options)).toEqual({ status: 'done', bytes: content.length });
    expect((await readFile(to)).equals(content)).toBe(true);
    expect(await downloadFile(`${server.url}/large`, to, options)).toEqual({ status: 'failed', why: 'larger than 1000000 bytes' });
    expect((await readFile(to)).equals(content)).toBe(true);
    expect((await readdir(folder)).toSorted()).toEqual(['bundle.zip', 'firmware.bin']);
  });

  test('one that takes too long is given up, and one that is called off ends', async () => {
    const begun: (() => void)[] = [];
    await using server = await http((request) => {
      request.resume();
      begun.shift()?.();
    });
    const started = (): Promise<void> => new Promise((resolve) => begun.push(resolve));
    const first = started();
    const slow = downloadFile(`${server.url}/slow`, join(folder, 'x'), options);
    await first;
    clock.advance(60_000);
    expect(await slow).toEqual({ status: 'failed', why: 'not done within 60000 ms' });
    const control = new AbortController();
    const second = started();
    const off = uploadFile(`${server.url}/`, path, 'x', { ...options, retries: 5, signal: control.signal });
    await second;
    control.abort();
    expect(await off).toEqual({ status: 'canceled', why: 'it was called off' });
  });

  test('over TLS, only to whom is trusted', async () => {
    const roots = await authority();
    const { certificate: cert, key } = await roots.issue('localhost');
    await using server = await http((_, response) => response.end(content), { cert, key });
    expect(await downloadFile(`${server.url}/x`, join(folder, 'x'), { ...options, ca: roots.root })).toMatchObject({ status: 'done' });
    expect(await downloadFile(`${server.url}/x`, join(folder, 'y'), options)).toMatchObject({ status: 'failed' });
  });
});

describe('over ftp', () => {
  test('a file goes to a folder under its name, or to the name that is given', async () => {
    await using server = await ftpServer('p@ss');
    const location = (where: string) => `ftp://me:p%40ss@127.0.0.1:${server.port}/${where}`;
    expect(await uploadFile(location('logs'), path, 'log.zip', options)).toEqual({ status: 'done', bytes: content.length });
    expect(await uploadFile(location('logs/other.zip'), path, 'log.zip', options)).toEqual({ status: 'done', bytes: content.length });
    expect([...server.files].map(([name, file]) => [name, file.equals(content)])).toEqual([['logs/log.zip', true], ['logs/other.zip', true]]);
  });

  test('a file is fetched', async () => {
    await using server = await ftpServer('secret');
    server.files.set('firmware.bin', content);
    const location = `ftp://me:secret@127.0.0.1:${server.port}/firmware.bin`;
    expect(await downloadFile(location, join(folder, 'fw'), options)).toEqual({ status: 'done', bytes: content.length });
    expect((await readFile(join(folder, 'fw'))).equals(content)).toBe(true);
    expect(await downloadFile(location, join(folder, 'fw'), { ...options, maxBytes: 1_000 })).toMatchObject({ status: 'failed', why: 'larger than 1000 bytes' });
  });

  test('who has the wrong password is refused, and no password is told', async () => {
    await using server = await ftpServer('secret');
    const outcome = await uploadFile(`ftp://me:wrong-secret@127.0.0.1:${server.port}/`, path, 'x.zip', { ...options, retries: 3 });
    expect(outcome.status).toBe('denied');
    expect(JSON.stringify(outcome)).not.toContain('wrong-secret');
    expect(server.commands.filter((one) => one === 'PASS')).toHaveLength(1);
  });
});

test.each([
  ['nowhere', 'bad-address'], ['sftp://host/file', 'unsupported'], ['file:///etc/passwd', 'unsupported'], ['ftp://host/a%0d%0aDELE%20b', 'bad-address'],
  ['http://host/%E0%A4%A', 'bad-address'],
])('%s is no address', async (location, status) => {
  expect(await uploadFile(location, path, 'x', options)).toMatchObject({ status });
  expect(await downloadFile(location, join(folder, 'x'), options)).toMatchObject({ status });
});

test('each end has its word in OCPP', () => {
  const why = '';
  expect(logStatusOf({ status: 'done', bytes: 1 })).toBe('Uploaded');
  expect((['failed', 'denied', 'bad-address', 'unsupported', 'canceled'] as const).map((status) => logStatusOf({ status, why })))
    .toEqual(['UploadFailure', 'PermissionDenied', 'BadMessage', 'NotSupportedOperation', 'AcceptedCanceled']);
  expect([firmwareStatusOf({ status: 'done', bytes: 1 }), firmwareStatusOf({ status: 'denied', why })]).toEqual(['Downloaded', 'DownloadFailed']);
});
