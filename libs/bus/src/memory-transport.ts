import { matches } from '@pilotwire/contracts';
import { ConnectionLost } from './transport.js';
import type { Delivery, Message, Transport, TransportEvents } from './transport.js';

interface Connection {
  readonly events: TransportEvents;
  readonly will: Message | undefined;
  readonly filters: Set<string>;
}

/** A broker in the process, without octets: what a test needs to see what a bus does. */
export interface MemoryBroker {
  /** A way to it. `clientId` is for messages only. */
  transport(clientId: string): Transport;
  /** The broker dies: connections are lost, wills are not published; `keep` says whether it remembers what is retained. */
  kill(keep?: 'retained' | 'nothing'): void;
  /** It is back, and so are those that were connected. */
  revive(): void;
  /** The connection of one client is cut, and its will published; it cannot come back before `mend`. */
  cut(clientId: string): void;
  mend(clientId: string): void;
  /** Whether what it delivers from now on was sent before, to a life of the receiver that is over. */
  repeat(on: boolean): void;
  readonly retained: ReadonlyMap<string, string>;
}

export function memoryBroker(): MemoryBroker {
  const retained = new Map<string, string>();
  const clients = new Map<string, { connection: Connection | undefined; readonly connect: () => void }>();
  let [alive, repeated] = [true, false];

  /** In a turn of its own, as over a network. */
  const soon = (run: () => void): void => queueMicrotask(run);

  const deliver = (message: Message): void => {
    const { topic, payload } = message;
    if (message.retain) {
      if (payload === '') retained.delete(topic);
      else retained.set(topic, payload);
    }
    for (const { connection } of clients.values()) {
      // As Mosquitto does: once for each filter.
      for (const filter of connection?.filters ?? []) if (matches(filter, topic)) hand(connection as Connection, { topic, payload, retained: false, repeated });
    }
  };
  const hand = (connection: Connection, delivery: Delivery): void =>
    soon(() => {
      if ([...clients.values()].some((client) => client.connection === connection)) connection.events.message(delivery);
    });

  const drop = (clientId: string, why: string, withWill: boolean): void => {
    const client = clients.get(clientId);
    const lost = client?.connection;
    if (client === undefined || lost === undefined) return;
    client.connection = undefined;
    if (withWill && lost.will !== undefined) deliver(lost.will);
    lost.events.down(why);
  };

  return {
    retained,
    transport(clientId) {
      const connected = (): Connection => {
        const connection = clients.get(clientId)?.connection;
        if (connection === undefined) throw new ConnectionLost('not connected');
        return connection;
      };
      /** The broker's answer comes a turn later, if the connection still stands. */
      const answered = async (run: (connection: Connection) => void): Promise<void> => {
        const connection = connected();
        await Promise.resolve();
        if (clients.get(clientId)?.connection !== connection) throw new ConnectionLost('lost');
        run(connection);
      };
      return {
        where: 'memory',
        start(events, will) {
          const connect = (): void =>
            soon(() => {
              const client = clients.get(clientId);
              if (!alive || client === undefined || client.connection !== undefined) return;
              client.connection = { events, will, filters: new Set() };
              events.up(false);
            });
          clients.set(clientId, { connection: undefined, connect });
          connect();
        },
        publish: (message) => answered(() => deliver(message)),
        subscribe: (filter) =>
          answered((connection) => {
            connection.filters.add(filter);
            for (const [topic, payload] of retained) if (matches(filter, topic)) hand(connection, { topic, payload, retained: true, repeated: false });
          }),
        unsubscribe: (filter) => answered(({ filters }) => void filters.delete(filter)),
        end() {
          clients.delete(clientId);
          return Promise.resolve();
        },
      };
    },
    kill(keep = 'nothing') {
      alive = false;
      if (keep === 'nothing') retained.clear();
      for (const clientId of clients.keys()) drop(clientId, 'the broker died', false);
    },
    revive() {
      alive = true;
      for (const { connect } of clients.values()) connect();
    },
    cut: (clientId) => drop(clientId, 'cut', true),
    mend: (clientId) => clients.get(clientId)?.connect(),
    repeat: (on) => void (repeated = on),
  };
}
