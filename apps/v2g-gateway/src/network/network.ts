// What a V2G session needs of a network, and no more: who is where is the business of whoever provides it. Octets belong
// to the listener only until it returns.

/** Where somebody waits, as SDP says it: an IPv6 address, and a port. */
export interface Address {
  readonly ip: string;
  readonly port: number;
}

export interface ConnectionListener {
  data(octets: Uint8Array): void;
  /** The other side has said its last (FIN); ours may go on. */
  finished(): void;
  /** Gone, whoever did it; but `reset` of our own is not told. Nothing follows. */
  closed(): void;
}

export interface Connection {
  /** One call is one write. What is written to a connection that is gone or finished is lost. */
  write(octets: Uint8Array): void;
  /** Ours is said (FIN); the other side may go on. */
  finish(): void;
  /** Away with it (RST), at once. Nothing more is heard of it. */
  reset(): void;
}

/** Whether something listens, and where. Down is the end of it: it does not come back by itself. */
export type Bound = ({ readonly state: 'up' } & Address) | { readonly state: 'down'; readonly why: string };

export interface Closable {
  close(): void;
}

export interface DatagramListener {
  status(bound: Bound): void;
  receive(octets: Uint8Array, answer: (octets: Uint8Array) => void): void;
}

export interface ServerListener {
  status(bound: Bound): void;
  connected(connection: Connection): ConnectionListener;
}

/** The charger's side: SDP and TCP at an address of its own. Nothing is told before the call has returned. */
export interface ChargerNetwork {
  sdp(listener: DatagramListener): Closable;
  tcp(listener: ServerListener): Closable;
}

export interface ClientListener extends ConnectionListener {
  connected(): void;
}

/** The car's side. Nothing is told before the call has returned. */
export interface CarNetwork {
  /** Why nobody can be asked now; left out or undefined where somebody can. */
  readonly down?: string | undefined;
  /** `ask` sends a request to wherever chargers are looked for; what they answer is received. */
  sdp(listener: { receive(octets: Uint8Array): void }): Closable & { ask(octets: Uint8Array): void };
  /** `closed` without `connected`: refused, or nobody there. */
  connect(to: Address, listener: ClientListener): Connection;
}

/** A datagram of SDP has 10 or 28 octets; of a longer one than this nobody reads a byte. */
export const longestDatagram = 1_024;
/** Who does not read what it is sent loses the connection. An answer has a hundred octets. */
export const mostUnread = 65_536;
