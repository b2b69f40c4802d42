import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { after, ms } from '@pilotwire/machine';
import type { Channel, Outlet } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { ends, isEnd } from './ends.js';
import type { End, EndName } from './ends.js';
import { LinkError } from './error.js';
import { PacketReader, writePacket } from './packets.js';
import type { Packet } from './packets.js';

export type ServeReport =
  | { readonly kind: 'joined' | 'left'; readonly end: EndName }
  /** Somebody who is no part of Pilotwire, says what is no message, or does not read. It was hung up on. */
  | { readonly kind: 'refused'; readonly end: EndName | undefined; readonly why: string };

export interface ServeOptions {
  readonly clock: Clock;
  readonly report: (report: ServeReport) => void;
}

const version = 1;
const helloWithin = ms(2_000);
/** What may wait for one who does not read: several seconds of all that an end has to say. */
const mostWaiting = 262_144;

/**
 * Serves the ends of an outlet at a Unix socket, which only its owner may open: one connection an end. A process that dies
 * leaves its end as `Outlet` says. Throws `LinkError` where somebody serves there already, or something that is no socket is there.
 */
export async function serveOutlet(outlet: Outlet, path: string, { clock, report }: ServeOptions): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    attend(socket, outlet, clock, report);
  });
  server.maxConnections = 32;
  await clear(path);
  await listen(server, path);
  await chmod(path, 0o600);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function attend(socket: Socket, outlet: Outlet, clock: Clock, report: ServeOptions['report']): void {
  const reader = new PacketReader();
  let name: EndName | undefined;
  let channel: Channel<unknown> | undefined;
  const refuse = (why: string): void => {
    report({ kind: 'refused', end: name, why });
    socket.destroy();
  };
  const late = clock.wake(after(clock.now(), helloWithin), () => refuse('it does not say what it wants'));
  const say = (packet: Packet): void => {
    if (socket.destroyed) return;
    if (socket.writableLength > mostWaiting) refuse('it does not read');
    else socket.write(writePacket(packet));
  };
  const greet = (packet: Packet): void => {
    const hello = packet.kind === 'hello' ? (packet.json as { v?: unknown; end?: unknown } | null) : undefined;
    if (hello?.v !== version || !isEnd(hello.end)) return refuse('it wants no end of an outlet');
    late();
    name = hello.end;
    const { of, in: form } = ends[name] as End<unknown, unknown>;
    report({ kind: 'joined', end: name });
    channel = of(outlet)({
      receive: (message) => say(form.write(message, clock.now())),
      status: (status) => say({ kind: 'status', json: status }),
    });
  };
  socket.on('data', (bytes) => {
    try {
      for (const packet of reader.push(bytes)) {
        if (socket.destroyed) return;
        if (channel === undefined || name === undefined) {
          greet(packet);
          continue;
        }
        const message = (ends[name] as End<unknown, unknown>).out.read(packet, clock.now());
        if (message === undefined) return refuse('what it says is no message of this end');
        channel.send(message);
      }
    } catch (error) {
      refuse((error as Error).message);
    }
  });
  socket.on('error', () => undefined); // `close` follows
  socket.once('close', () => {
    late();
    channel?.close();
    if (channel !== undefined && name !== undefined) report({ kind: 'left', end: name });
  });
}

/** A socket file that nobody serves is what a process that died has left. */
async function clear(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined); // what else is wrong with the path, listening says
  if (there === undefined) return;
  if (!there.isSocket()) {
    const what = there.isDirectory() ? 'folder' : there.isSymbolicLink() ? 'link' : 'file that is no socket';
    throw new LinkError(`${path}: there is a ${what}; name another path, or take it away`);
  }
  const found = await new Promise<string | undefined>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve('served');
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  if (found === 'served') throw new LinkError(`${path}: somebody serves an outlet there already`);
  if (found === 'ECONNREFUSED') await rm(path, { force: true });
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new LinkError(`${path}: ${error.message}`)));
    server.listen(path, resolve);
  });
