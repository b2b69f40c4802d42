import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { AppMessage, DinBody, DinMessage } from '@pilotwire/v2g-messages';
import { nameOf } from '../src/din.js';

/** One message of a recorded session. */
export interface Recorded {
  /** Such as `PreChargeReq`. */
  readonly type: string;
  /** Seconds. */
  readonly t: number;
  /** The EXI body. */
  readonly bytes: Uint8Array;
  readonly app?: AppMessage;
  readonly din?: DinMessage['V2G_Message'];
}

export interface Session {
  readonly name: string;
  readonly messages: readonly Recorded[];
}

interface Line {
  readonly kind: string;
  readonly conn: number;
  readonly schema: string;
  readonly type: string;
  readonly t: number;
  readonly hex: string;
  readonly decoded: never;
}

/** The DIN sessions among the recordings: name, file, TCP connections. */
const sessions: readonly (readonly [name: string, file: string, ...connections: number[]])[] = [
  ['ABB', '2022-11-25_v0.2_ABB_until_ChargeParamDiscovery', 0],
  ['Compleo 1', '2022-12-13_compleo_powerdelivery230_no_load', 0],
  ['Compleo 2', '2022-12-13_compleo_powerdelivery230_no_load', 14],
  ['2022-12-20', '2022-12-20_alpi_currentDemandSequenceErrorShutdown', 0],
  ['Ioniq 1', '2023-04-16_at_home_Ioniq_in_currentDemandLoop', 0],
  ['Ioniq 2', '2023-05-24_pyPlc_with_Ioniq93prcSoc', 0],
  ['westpark 1', '2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok', 0],
  ['westpark 2', '2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok', 10],
  ['Model Y', '2024-04-20_ModelY_pyPLC_stop_in_precharge', 0],
  ['Polestar 2', '2024-06-11_Griffigroen_polestar2_stop_in_precharge', 0],
  ['DS5366', 'DIN_DC_DS5366_Josev', 0],
];
export const handshakesOnly = ['2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok', 11, 12, 13] as const;

export const recordedSessions = (captures: string): Session[] =>
  sessions.map(([name, file, connection]) => ({ name, messages: connectionOf(captures, file, connection ?? 0) }));

export function connectionOf(captures: string, file: string, connection: number): Recorded[] {
  const text = gunzipSync(readFileSync(`${captures}/${file}.pcapng.expected.jsonl.gz`)).toString();
  return text.trim().split('\n').flatMap((line) => {
    const { kind, conn, type, t, hex, schema, decoded } = JSON.parse(line) as Line;
    if (kind !== 'v2gtp' || conn !== connection) return [];
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    const value = decoded as { V2G_Message: DinMessage['V2G_Message'] };
    return [{ type, t, bytes, ...(schema === 'din' ? { din: value.V2G_Message } : { app: decoded as AppMessage }) }];
  });
}

export const bodyOf = (message: Recorded | undefined): DinBody => message?.din?.Body ?? {};

/** What of an answer both sides' records are compared by: the codes. */
export function summary(message: AppMessage | DinMessage): string {
  if (!('V2G_Message' in message)) return `supportedAppProtocolRes ${message.supportedAppProtocolRes?.ResponseCode}`;
  const { Body } = message.V2G_Message;
  const content = Object.values(Body)[0] as Record<string, unknown>;
  const holder = (content['DC_EVSEChargeParameter'] ?? content) as { DC_EVSEStatus?: { EVSEStatusCode: string; EVSEIsolationStatus?: string } };
  const { DC_EVSEStatus: status } = holder;
  return [nameOf(Body), content['ResponseCode'], content['EVSEProcessing'], status?.EVSEStatusCode, status?.EVSEIsolationStatus]
    .filter((part) => part !== undefined)
    .join(' ');
}
