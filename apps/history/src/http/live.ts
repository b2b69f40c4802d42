import type { Server } from 'node:http';
import type { Bus } from '@pilotwire/bus';
import { anyEvent, availability, limit, pilot, serviceHealth, serviceInfo, serviceStatus, session, slac, slacFrames, state, telemetry, v2gFrames } from '@pilotwire/contracts';
import type { PayloadOf, Readable, Wildcards } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Json, Privacy } from '../ingest/privacy.js';
import { loopback } from './server.js';
import { isMeantForUs, may, tokenOf } from './tokens.js';
import type { Tokens } from './tokens.js';

export interface LiveOptions {
  readonly server: Server;
  readonly host: string;
  readonly tokens: Tokens;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Undefined: all. */
  readonly stations: readonly string[] | undefined;
  /** Who looks on learns no more than who looks back. */
  readonly privacy: Privacy;
}

export interface Live {
  readonly clients: number;
  close(): void;
}

const path = '/api/v1/live';
const [mostClients, mostTopics] = [64, 10_000];
/** A client that does not read gets no measurements and frames any more, and beyond the second is let go. Octets. */
const [slow, stuck] = [262_144, 4_194_304];
/** Measurements of an outlet at most so often. */
const period = ms(250);

type Frames = PayloadOf<typeof v2gFrames>;

const withoutOctets = ({ frames, ...rest }: Frames): unknown => ({ ...rest, frames: frames.map(({ hex: _, ...one }) => one) });

interface Heard {
  readonly topic: string;
  readonly payload: unknown;
  readonly retained: boolean;
}

/**
 * What is heard on the bus, to browsers: first everything that is retained, then what comes, each as `{ topic, payload,
 * retained }`. They send nothing; commands go over REST.
 */
export async function serveLive({ server, host, tokens, bus, clock, stations, privacy }: LiveOptions): Promise<Live> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024, clientTracking: true });
  const retained = new Map<string, unknown>();
  /** Measurements that wait for their turn. */
  const waiting = new Map<string, Heard>();
  let cancel: (() => void) | undefined;

  const send = (heard: Heard, expendable: boolean): void => {
    const text = JSON.stringify(heard);
    for (const socket of sockets.clients) {
      if (socket.bufferedAmount > stuck) socket.terminate();
      else if (!expendable || socket.bufferedAmount <= slow) socket.send(text);
    }
  };
  const flush = (): void => {
    cancel = undefined;
    for (const heard of waiting.values()) send(heard, true);
    waiting.clear();
  };
  const hear = async <Topic extends string>(readable: Readable<Topic, unknown>, kind: 'state' | 'measurement' | 'frame' | 'event', params: Wildcards<Topic>): Promise<void> => {
    await bus.subscribe(readable, params, (said, { topic, retained: again }) => {
      if (kind !== 'state' && sockets.clients.size === 0) return;
      const payload = kind === 'frame' && !privacy.keepsOctets ? withoutOctets(said as Frames) : privacy.clean(said as Json);
      const heard = { topic, payload, retained: again };
      if (kind === 'state') {
        if (payload === null) retained.delete(topic);
        else if (retained.has(topic) || retained.size < mostTopics) retained.set(topic, payload);
      }
      if (kind !== 'measurement') return send(heard, kind === 'frame');
      waiting.set(topic, heard);
      cancel ??= clock.wake(after(clock.now(), period), flush);
    });
  };
  for (const one of [serviceStatus, serviceInfo, serviceHealth]) await hear(one, 'state', {});
  for (const station of stations ?? [undefined]) {
    const where = station === undefined ? {} : { station };
    for (const one of [state, pilot, slac, session, limit, availability]) await hear(one as typeof state, 'state', where);
    await hear(telemetry, 'measurement', where);
    for (const one of [v2gFrames, slacFrames]) await hear(one as typeof v2gFrames, 'frame', where);
    await hear(anyEvent, 'event', where);
  }

  const greet = (socket: WebSocket): void => {
    socket.on('error', () => socket.terminate());
    for (const [topic, payload] of retained) socket.send(JSON.stringify({ topic, payload, retained: true }));
  };
  server.on('upgrade', (request, socket, head) => {
    // Nobody reads on such a socket, so nobody would see that the other side has gone.
    const refuse = (status: string): void => void socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    // Node passes on whatever was sent, and what is thrown here ends the process.
    if (!URL.canParse(request.url ?? '/', 'http://local')) return refuse('400 Bad Request');
    if (new URL(request.url ?? '/', 'http://local').pathname !== path) return refuse('404 Not Found');
    if (!isMeantForUs(request, loopback.includes(host))) return refuse('403 Forbidden');
    if (!may('read', tokenOf(request, true), tokens)) return refuse('401 Unauthorized');
    if (sockets.clients.size >= mostClients) return refuse('503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, greet);
  });
  return {
    get clients() {
      return sockets.clients.size;
    },
    close() {
      cancel?.();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
