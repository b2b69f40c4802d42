import { fromHex, toHex } from '@pilotwire/wire';

/** Secrets of so many sessions are kept; a capture of a charging site holds a few. */
const MAX_SECRETS = 4096;

/** The labels by which traffic of ISO 15118 is read: the master secret of TLS 1.2, and four secrets of 1.3. */
const labels: ReadonlySet<string> = new Set([
  'CLIENT_RANDOM',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
]);

/** Secrets in NSS key log format: a line each, of label, client random and secret in hex. Other lines are passed over. */
export class KeyLog {
  readonly #secrets = new Map<string, Uint8Array>();
  readonly #waiting = new Set<() => void>();

  /** Adds a line, or many; returns how many secrets they held. Whoever waits for a secret is told. */
  add(text: string): number {
    let added = 0;
    for (const line of text.split(/[\r\n]+/)) {
      const [label = '', random = '', hex = ''] = line.trim().split(/\s+/);
      const secret = labels.has(label) && /^[0-9a-f]{64}$/i.test(random) && hex.length <= 128 ? fromHex(hex) : undefined;
      if (secret === undefined || secret.length === 0 || this.#secrets.size >= MAX_SECRETS) continue;
      this.#secrets.set(`${label} ${random.toLowerCase()}`, secret);
      added++;
    }
    if (added > 0) for (const tell of this.#waiting) tell();
    return added;
  }

  secret(label: string, clientRandom: Uint8Array): Uint8Array | undefined {
    return this.#secrets.get(`${label} ${toHex(clientRandom)}`);
  }

  /** Calls `tell` at each new secret until the returned function is called. */
  wait(tell: () => void): () => void {
    this.#waiting.add(tell);
    return () => this.#waiting.delete(tell);
  }
}
