import { seconds } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { Protocol } from '@pilotwire/station';

/** 0: no password, 1.6 only. 1: a password. 2: TLS and a password. 3: TLS with a certificate of the station's own. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** The waits between attempts, by the variables of OCPPCommCtrlr (2.0.1, J01 and section 5.3 of part 4). */
export interface Retry {
  /** RetryBackOffWaitMinimum: the first wait. */
  readonly minimum: Duration;
  /** RetryBackOffRepeatTimes: how often the wait is doubled. */
  readonly doublings: number;
  /** RetryBackOffRandomRange: up to so much is added by chance, so that a site does not come back as one. */
  readonly random: Duration;
}

/** How a station reaches its CSMS. */
export interface LineSettings {
  /** `ws://` or `wss://`, without the identity, which is put behind it. */
  readonly url: string;
  /** The station's identity at the CSMS; also its name in basic authentication. At most 48 characters. */
  readonly identity: string;
  /** What is offered at each attempt, the best first. */
  readonly protocols: readonly Protocol[];
  readonly securityProfile: SecurityProfile;
  /** Of the basic authentication: 1.6 has it as 16 to 20 bytes in hexadecimal, 2.x as 16 to 40 characters; it is sent as given. */
  readonly password?: string;
  /** The roots that may sign the CSMS's certificate, in PEM; without them, those of the operating system's Node. */
  readonly ca?: string;
  /** The station's own certificate and those between it and its root, in PEM: profile 3. */
  readonly certificate?: string;
  /** The key of that certificate, in PEM (PKCS #8). */
  readonly key?: string;
  /** WebSocketPingInterval; 0: none. A ping that has no pong by the next one ends the connection. */
  readonly pingInterval: Duration;
  /** How long an attempt may take, until the WebSocket is open. */
  readonly connectTimeout: Duration;
  readonly retry: Retry;
  /** Whether tokens are left out of the copies of frames. Passwords always are. */
  readonly hideTokens: boolean;
}

/** What most stations want; the rest of the settings has no default. */
export const lineDefaults = {
  protocols: ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'],
  pingInterval: seconds(30),
  connectTimeout: seconds(20),
  retry: { minimum: seconds(5), doublings: 5, random: seconds(10) },
  hideTokens: false,
} as const satisfies Partial<LineSettings>;
