import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { connect } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { Held } from './held.js';
import { ConnectionLost } from './transport.js';
import type { Message, Transport, TransportEvents } from './transport.js';

export interface MqttOptions {
  /** `mqtt://127.0.0.1:1883`, `mqtts://broker.example:8883`, `ws://`, `wss://`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM. Certificates are always checked. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
  /** Names the session at the broker; one connection at a time has it. */
  readonly clientId: string;
  /** `persistent`: the broker keeps what comes at QoS 1 while we are away. Default `clean`. */
  readonly session?: 'clean' | 'persistent';
  /** Messages that may be held at once by handlers that are not done. Default 1: one after the other. */
  readonly window?: number;
  readonly clock: Clock;
}

const protocols: readonly string[] = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];
const connectTimeout = 5_000;
const keepaliveSeconds = 15;
/** How long until the next try: doubled each time, from the first to the last. */
const [firstWait, longestWait] = [250, 15_000];
/** How long the last messages may take. */
const farewell = ms(2_000);
/**
 * So long may nothing be read because too many are held, not even the answers to our pings: then the connection is closed,
 * and comes back once all are done with.
 */
const longestHold = ms((keepaliveSeconds * 1_000) / 2);
/** A connection that held so long was a good one: after it waiting begins anew. */
const steady = 10_000;

/**
 * MQTT 3.1.1 over mqtt.js. Each connection is a client of its own, so that nothing of an old one is sent again behind
 * our back: what was not acknowledged is for the bus to decide. Throws `TypeError` for a URL that is none of a broker's.
 */
export function mqttTransport(options: MqttOptions): Transport {
  const { clock, window = 1 } = options;
  const where = withoutSecrets(options.url);
  let client: MqttClient | undefined;
  let ended = false;
  let wait = firstWait;
  let cancelRetry: (() => void) | undefined;
  const pending = new Set<(error: Error) => void>();

  const onEach = <Result>(run: (client: MqttClient, done: (error: unknown, result: Result) => void) => void): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (client?.connected !== true) {
        reject(new ConnectionLost('not connected'));
        return;
      }
      pending.add(reject);
      const to = client;
      run(to, (error, result) => {
        pending.delete(reject);
        if (error === undefined || error === null) resolve(result);
        // What we broke off ourselves was refused by nobody.
        else if (ended) reject(new ConnectionLost('ended'));
        // A socket says so with a name of the system, before anybody hears that it is closed: EPIPE, ECONNRESET.
        else if (!to.connected || typeof (error as NodeJS.ErrnoException).code === 'string') reject(new ConnectionLost((error as Error).message));
        else reject(error instanceof Error ? error : new Error(String(error)));
      });
    });

  const attempt = (events: TransportEvents, will: Message | undefined): void => {
    const current = connect(options.url, clientOptions(options, will));
    client = current;
    let since: number | undefined;
    let why = 'closed';
    current.on('connect', ({ sessionPresent }) => {
      since = clock.now();
      events.up(sessionPresent);
    });
    const held = new Held({
      clock, window, longest: longestHold,
      acknowledge: (id) => void current.stream.write(puback(id)),
      overdue: () => {
        why = `a message was held longer than ${longestHold} ms`;
        current.stream.destroy();
      },
    });
    current.handleMessage = ({ topic, payload, retain, dup, messageId }, done) => {
      // An error leaves a message unacknowledged, for now or for the next life of the session, and the next one is read.
      const goOn = (): void => done(new Error('not yet'));
      const taken = events.message({ topic, payload: payload.toString('utf8'), retained: retain, repeated: dup });
      if (taken === 'not-taken') goOn();
      else if (taken === undefined && !held.any) done();
      else held.add(messageId, taken ?? Promise.resolve(), goOn);
    };
    current.on('error', ({ message }) => {
      why = message;
    });
    current.on('close', () => {
      if (client !== current) return;
      client = undefined;
      current.end(true);
      for (const reject of pending) reject(new ConnectionLost(why));
      pending.clear();
      if (ended) return;
      if (since !== undefined && clock.now() - since >= steady) wait = firstWait;
      events.down(why);
      void held.over().then(() => {
        if (ended) return;
        cancelRetry = clock.wake(after(clock.now(), ms(wait)), () => attempt(events, will));
        wait = Math.min(wait * 2, longestWait);
      });
    });
  };

  return {
    where,
    start: attempt,
    publish: ({ topic, payload, qos, retain }) => onEach<unknown>((to, done) => to.publish(topic, payload, { qos, retain }, done)).then(() => undefined),
    subscribe: async (filter) => {
      const granted = await onEach<readonly { readonly qos: number }[] | undefined>((to, done) => to.subscribe(filter, { qos: 1 }, done));
      if (granted?.some(({ qos }) => qos > 2) === true) throw new Error(`the broker refuses ${filter}`);
    },
    unsubscribe: (filter) => onEach<unknown>((to, done) => to.unsubscribe(filter, {}, done)).then(() => undefined),
    end() {
      ended = true;
      cancelRetry?.();
      const last = client;
      if (last === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        // A broker that does not listen is left without a goodbye, and publishes the will.
        const cancel = clock.wake(after(clock.now(), farewell), () => {
          last.stream.destroy();
          resolve();
        });
        // Without a connection there is nobody to say goodbye to.
        last.end(!last.connected, {}, () => {
          cancel();
          resolve();
        });
      });
    },
  };
}

/** PUBACK (MQTT 3.1.1, 3.4): the library sends one only in its turn, before it reads on. */
const puback = (id: number): Uint8Array => Uint8Array.of(0x40, 2, id >> 8, id & 0xff);

const clientOptions = ({ clientId, username, password, tls, session }: MqttOptions, will: Message | undefined): IClientOptions => ({
  clientId,
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...tls,
  rejectUnauthorized: true,
  protocolVersion: 4,
  clean: session !== 'persistent',
  keepalive: keepaliveSeconds,
  connectTimeout,
  reconnectPeriod: 0,
  resubscribe: false,
  queueQoSZero: false,
  ...(will !== undefined && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain } }),
});

function withoutSecrets(url: string): string {
  const { protocol, host } = new URL(url);
  if (!protocols.includes(protocol)) throw new TypeError(`${protocol}//${host}: a broker's URL begins with ${protocols.join(', ')}`);
  return `${protocol}//${host}`;
}
