import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '@pilotwire/station';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

/** A station's connection, at the CSMS's end. */
export interface Peer {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly protocol: string;
  /** What the station sent and nobody has looked at. */
  next(): Promise<Json>;
  send(frame: Json): void;
}

export interface ScriptedCsms extends AsyncDisposable {
  readonly url: string;
  /** Upgrade requests so far, refused ones as well. */
  readonly requests: readonly IncomingMessage[];
  next(): Promise<Peer>;
}

export interface ScriptOptions {
  /** Which of the offered is spoken; the first unless told otherwise. */
  choose?: (offered: readonly string[]) => string | false;
  /** Another status than 101. */
  refuse?: (request: IncomingMessage) => number | undefined;
  readonly tls?: ServerOptions;
  /** Leaves upgrade requests unanswered. */
  readonly silent?: boolean;
}

/** A queue that can be waited for. */
export function inbox<T>(): { put(item: T): void; next(): Promise<T> } {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item) {
      const taker = waiting.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    next: () => (items.length > 0 ? Promise.resolve(items.shift() as T) : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** A CSMS that does what a test says: on bare `ws`, so that it cannot share a mistake with the line. */
export async function scriptedCsms(options: ScriptOptions = {}): Promise<ScriptedCsms> {
  const server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
  const sockets = new WebSocketServer({
    noServer: true, handleProtocols: (offered) => (options.choose ?? (([first]) => first ?? false))([...offered]),
  });
  const peers = inbox<Peer>();
  const requests: IncomingMessage[] = [];
  const raw = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    socket.on('error', () => undefined);
    if (options.silent) return;
    const status = options.refuse?.(request);
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const frames = inbox<Json>();
      ws.on('error', () => undefined);
      ws.on('message', (data) => frames.put(JSON.parse(String(data)) as Json));
      peers.put({ socket: ws, request, protocol: ws.protocol, next: frames.next, send: (frame) => ws.send(JSON.stringify(frame)) });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'ws' : 'wss'}://localhost:${port}/ocpp`,
    requests,
    next: peers.next,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      for (const socket of raw) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
