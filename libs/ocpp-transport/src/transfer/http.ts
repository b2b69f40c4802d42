import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { bounded } from './streams.js';
import { Denied } from './types.js';
import type { Attempt } from './types.js';

/** Sends a file by PUT or POST. Redirections are not followed: the CSMS named the place. */
export async function httpUpload({ path, maxBytes, ...attempt }: Attempt, method: 'PUT' | 'POST'): Promise<number> {
  const { size } = await stat(path);
  if (size > maxBytes) throw new Error(`the file has ${size} bytes, more than ${maxBytes}`);
  const request = begin(attempt, method, { 'content-length': size, 'content-type': 'application/octet-stream' });
  const sent = pipeline(createReadStream(path), request);
  // What it fails by is what the answer fails by; and a server that says no need not read it all.
  sent.catch(() => undefined);
  const response = await responseOf(request);
  await sent;
  response.destroy();
  return size;
}

/** Fetches a file, of which no more than `maxBytes` are taken. */
export async function httpDownload({ path, maxBytes, ...attempt }: Attempt): Promise<number> {
  const request = begin(attempt, 'GET', {});
  request.end();
  const response = await responseOf(request);
  const stream = bounded(maxBytes);
  await pipeline(response, stream, createWriteStream(path, { mode: 0o600 }), { signal: attempt.signal });
  return stream.bytes;
}

function begin({ address, ca, signal }: Omit<Attempt, 'path' | 'maxBytes'>, method: string, headers: Record<string, string | number>): ClientRequest {
  const { username, password } = address;
  const auth = username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` };
  const where = { hostname: address.hostname.replace(/^\[|\]$/g, ''), port: address.port, path: address.pathname + address.search };
  const options = { ...where, ...auth, method, signal, headers: { ...headers, 'user-agent': 'pilotwire' } };
  const request = address.protocol === 'http:'
    ? plainRequest(options)
    : tlsRequest({ ...options, minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) });
  // Whoever waits hears of it; a connection that breaks when all is said is nobody's trouble.
  return request.on('error', () => undefined);
}

async function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, statusMessage = '' } = response;
  if (status >= 200 && status < 300) return response;
  response.destroy();
  const why = `HTTP ${status} ${statusMessage}`.trim().slice(0, 100);
  throw status === 401 || status === 403 ? new Denied(why) : new Error(why);
}
