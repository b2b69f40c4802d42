import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RecordedMessage, RecordedSession } from '../src/index.js';

interface Line {
  readonly kind: string;
  readonly conn: number;
  readonly type: string;
  readonly t: number;
  readonly hex: string;
  readonly decoded: RecordedMessage['message'];
}

/** The DIN sessions among the recordings: name, file, TCP connection. */
const sessions: readonly (readonly [name: string, file: string, connection: number])[] = [
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

export interface Named {
  readonly name: string;
  readonly session: RecordedSession;
}

export const recordedSessions = (captures: string): Named[] =>
  sessions.map(([name, file, connection]) => ({ name, session: connectionOf(captures, file, connection) }));

/** Three connections of a car that only wanted to shake hands. */
export const handshakesOnly = (captures: string): RecordedSession[] =>
  [11, 12, 13].map((connection) => connectionOf(captures, '2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok', connection));

function connectionOf(captures: string, file: string, connection: number): RecordedMessage[] {
  const text = gunzipSync(readFileSync(`${captures}/${file}.pcapng.expected.jsonl.gz`)).toString();
  return text.trim().split('\n').flatMap((line) => {
    const { kind, conn, type, t, hex, decoded } = JSON.parse(line) as Line;
    if (kind !== 'v2gtp' || conn !== connection) return [];
    return [{ type, at: 1_000 * t, payload: Uint8Array.from(Buffer.from(hex, 'hex')), message: decoded }];
  });
}
