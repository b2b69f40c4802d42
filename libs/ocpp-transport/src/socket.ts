import { RPCClient } from 'ocpp-rpc';
import type { LineSettings } from './settings.js';
import { offeredBy } from './usable.js';

/** More than this is not read from the network: the connection is closed (1009). Shorter ones that are too long are answered. */
const mostPayload = 4 * 1_048_576;

export interface SocketEvents {
  open(): void;
  message(text: string): void;
  /** After `open`, once. */
  gone(code: number, reason: string): void;
}

/**
 * One attempt, and the connection it leads to: ocpp-rpc's client for the address, the authentication, the subprotocols
 * and the pings. Frames go past it in both directions (docs/adr/0011): ids are the engine's, a reply is written before the
 * calls of its step, nothing is kept for a later connection, and what is garbage has the CALLERROR of its version.
 */
export class Socket extends RPCClient {
  constructor(settings: LineSettings, events: SocketEvents) {
    const { url, identity, securityProfile, password, pingInterval, ca, certificate, key } = settings;
    super({
      endpoint: url.replace(/\/+$/, ''),
      identity,
      protocols: [...offeredBy(settings)],
      password: securityProfile === 1 || securityProfile === 2 ? (password ?? null) : null,
      headers: {},
      pingIntervalMs: pingInterval,
      deferPingsOnActivity: false,
      reconnect: false,
      maxReconnects: 0,
      backoff: { initialDelay: 1_000, maxDelay: 2_000, factor: 2, randomisationFactor: 0 },
      callTimeoutMs: 0,
      callConcurrency: 1,
      maxBadMessages: Infinity,
      respondWithDetailedErrors: false,
      strictMode: false,
      strictModeValidators: [],
      wsOpts: {
        headers: { 'user-agent': 'pilotwire' },
        maxPayload: mostPayload,
        perMessageDeflate: false,
        followRedirects: false,
        minVersion: 'TLSv1.2',
        // Whatever the environment says.
        rejectUnauthorized: true,
        ...(ca !== undefined && { ca }),
        ...(securityProfile === 3 && { cert: certificate, key }),
      },
    });
    // The library's own would make an error of every answer to a call that it has not sent, and answer garbage by itself.
    Object.defineProperty(this, '_onMessage', {
      value: (octets: Buffer) => {
        // Some say nothing, to keep a connection alive.
        if (octets.length > 0) events.message(octets.toString('utf8'));
      },
    });
    this.once('open', () => events.open());
    this.once('disconnect', ({ code, reason }: { code?: number; reason?: string }) => events.gone(code ?? 1006, reason ?? ''));
  }

  /** Writes a frame. */
  post(text: string): void {
    this.sendRaw(text);
  }

  /** Bytes that wait for the CSMS to read. */
  get waiting(): number {
    return this._ws?.bufferedAmount ?? 0;
  }

  pingEvery(interval: LineSettings['pingInterval']): void {
    this.reconfigure({ ...this._options, pingIntervalMs: interval });
  }

  /** Says goodbye. It settles when the connection is gone. */
  async leave(): Promise<void> {
    try {
      await this.close({ code: 1000, reason: '' });
    } catch {
      // An error of a socket that is being closed; it is gone as well.
    }
  }

  /** Ends the connection without a word. ocpp-rpc's own `force` does nothing once a goodbye is under way. */
  breakOff(): void {
    this._ws?.terminate();
  }
}
