import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '@pilotwire/service';
import { isPermanent } from '../database/error.js';
import { HttpError, json, pathParams } from './route.js';
import type { Answer, Route } from './route.js';
import { isMeantForUs, may, tokenOf } from './tokens.js';
import type { Tokens } from './tokens.js';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly tokens: Tokens;
  readonly routes: readonly Route[];
  readonly log: Log;
}

export interface HttpServer {
  readonly server: Server;
  /** `http://127.0.0.1:8330` */
  readonly url: string;
  close(): Promise<void>;
}

export const loopback: readonly string[] = ['127.0.0.1', '::1', 'localhost'];
const [longestBody, longestUrl, mostConnections] = [65_536, 4_096, 256];

/** REST on a port. Rejects with what listening throws. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, log } = options;
  const server = createServer({ maxHeaderSize: 8_192 }, (request, response) => {
    answerTo(request, options)
      .catch((error: unknown) => {
        if (error instanceof HttpError) return json({ error: error.message }, error.status);
        // Text that no database holds, a year before the first: it is the question that is wrong.
        if (isPermanent(error)) return json({ error: (error as Error).message }, 400);
        log.error(`${request.method} ${request.url?.split('?')[0]}: ${error instanceof Error ? error.message : String(error)}`);
        return json({ error: 'this could not be answered; the log of the service says why' }, 503);
      })
      .then((answer) => send(response, answer, request.method === 'HEAD'))
      .catch((error: unknown) => log.debug(String(error)));
  });
  server.maxConnections = mostConnections;
  server.requestTimeout = 15_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    server,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function answerTo(request: IncomingMessage, { routes, tokens, host }: HttpOptions): Promise<Answer> {
  const { url = '/', method = 'GET' } = request;
  if (url.length > longestUrl) throw new HttpError(414, `an address has ${longestUrl} characters at most`);
  if (!URL.canParse(url, 'http://local')) throw new HttpError(400, `${url} is no address`);
  if (!isMeantForUs(request, loopback.includes(host))) throw new HttpError(403, 'this came from a page of another origin, or for another host');
  const { pathname, searchParams } = new URL(url, 'http://local');
  let known = false;
  for (const route of routes) {
    const params = pathParams(pathname, route.path);
    if (params === undefined) continue;
    known = true;
    if (route.method !== method && !(route.method === 'GET' && method === 'HEAD')) continue;
    if (!may(route.scope, tokenOf(request), tokens)) {
      throw new HttpError(401, route.scope === 'command' && tokens.command === undefined ? 'nobody may send commands: history.commandToken is not set' : `a token for ${route.scope} belongs into the header Authorization: Bearer …`);
    }
    const body = route.body === undefined ? undefined : await bodyOf(request);
    return route.run({ ...Object.fromEntries(searchParams), ...params }, body);
  }
  throw known ? new HttpError(405, `${pathname} has no ${method}`) : new HttpError(404, `there is no ${pathname}`);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestBody) throw new HttpError(413, `a body has ${longestBody} octets at most`);
    parts.push(part);
  }
  try {
    return parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new HttpError(400, `the body is no JSON: ${(error as Error).message}`);
  }
}

function send(response: ServerResponse, { status = 200, type, body, file }: Answer, bare: boolean): void {
  response.writeHead(status, {
    'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff',
    ...(file !== undefined && { 'content-disposition': `attachment; filename="${file}"` }),
  });
  response.end(bare ? undefined : body);
}
