/** What goes to a broker. */
export interface Message {
  readonly topic: string;
  /** Empty: clears what is retained. */
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Sent again with the next connection, where that comes soon. */
  readonly again?: boolean;
}

/** What comes from it. */
export interface Delivery {
  readonly topic: string;
  readonly payload: string;
  /** It was there before the subscription. */
  readonly retained: boolean;
  /** The broker had sent it before: over another connection of this process, or to one that has ended. Nobody knows what became of it then. */
  readonly repeated: boolean;
}

export interface TransportEvents {
  /** Connected; nothing is subscribed yet, unless the broker kept a session. `known`: it did. */
  up(known: boolean): void;
  down(why: string): void;
  /**
   * The broker is told that a message arrived once this has returned; where it returns a promise, once that has settled. Only
   * so many are held at once. One that nobody took any more comes again in the next life of the session.
   */
  message(delivery: Delivery): Taken;
}
export type Taken = void | Promise<void> | 'not-taken';

/** The connection was lost before the broker had acknowledged: nobody knows whether it has the message. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** A connection to a broker that comes back by itself. It keeps nothing while it is down: that is the bus's part. */
export interface Transport {
  /** Without secrets: for logs. */
  readonly where: string;
  /** Connects, and goes on trying. The will, where there is one, is published by the broker when the connection is lost. */
  start(events: TransportEvents, will: Message | undefined): void;
  /** Resolves once the broker has it (QoS 1) or it is on its way (QoS 0). Rejects with `ConnectionLost`. */
  publish(message: Message): Promise<void>;
  /** Resolves once it is in force; what is retained there comes again. Rejects where the broker refuses. */
  subscribe(filter: string): Promise<void>;
  unsubscribe(filter: string): Promise<void>;
  /** Disconnects in order: no will is published. */
  end(): Promise<void>;
}
