import { nextSecret, type Opener, openerOfTls12, openerOfTls13, suiteOf } from './cipher.js';
import { type ClientHello, readHello, type ServerHello } from './handshake.js';
import type { KeyLog } from './key-log.js';

export type TlsSide = 'client' | 'server';

const TLS13 = 0x0304;

/** What both directions of a TLS connection have agreed on, and the keys that a key log gives for it. */
export class TlsSession {
  readonly #keyLog: KeyLog;
  #client: ClientHello | undefined;
  #server: ServerHello | undefined;
  /** TLS 1.3: how far each direction is. */
  readonly #epochs: { [side in TlsSide]: 'handshake' | 'application' | Uint8Array } = { client: 'handshake', server: 'handshake' };

  constructor(keyLog: KeyLog) {
    this.#keyLog = keyLog;
  }

  get isTls13(): boolean {
    return this.#server?.version === TLS13;
  }

  /** Takes what a hello in clear says; of other messages nothing is needed. */
  learn(message: Uint8Array): void {
    const hello = readHello(message);
    // A second ClientHello, after a HelloRetryRequest, has the random of the first.
    if (hello?.from === 'client') this.#client = hello;
    else if (hello) this.#server = hello;
  }

  /** What opens the records of one direction from here on; undefined while the key log has no secret for it. */
  opener(side: TlsSide): Opener | undefined {
    const [client, server] = [this.#client, this.#server];
    const suite = server && suiteOf(server.cipherSuite);
    if (!client || !server || !suite) return undefined;
    if (this.isTls13) {
      const secret = this.#secret13(side, client.random);
      return secret && openerOfTls13(suite, secret);
    }
    const master = this.#keyLog.secret('CLIENT_RANDOM', client.random);
    const { encryptThenMac } = server;
    return master && openerOfTls12(suite, { master, clientRandom: client.random, serverRandom: server.random, encryptThenMac }, side);
  }

  /** Finished: what this side sends next is under its application secret. */
  finished(side: TlsSide): void {
    this.#epochs[side] = 'application';
  }

  /** KeyUpdate: what this side sends next is under the next secret. */
  updated(side: TlsSide): void {
    const secret = this.#client && this.#secret13(side, this.#client.random);
    const suite = this.#server && suiteOf(this.#server.cipherSuite);
    if (secret && suite) this.#epochs[side] = nextSecret(suite, secret);
  }

  #secret13(side: TlsSide, random: Uint8Array): Uint8Array | undefined {
    const epoch = this.#epochs[side];
    if (epoch instanceof Uint8Array) return epoch;
    const name = side.toUpperCase();
    return this.#keyLog.secret(epoch === 'handshake' ? `${name}_HANDSHAKE_TRAFFIC_SECRET` : `${name}_TRAFFIC_SECRET_0`, random);
  }
}
