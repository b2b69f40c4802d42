import type { DecodedMme } from './mme/codec.js';

/**
 * What a dSPACE SmartCharging test system (DS5366, DS5367) tells about the control pilot and its power part, as JSON in
 * a manufacturer's message (MMTYPE 8002, listed as MS_PB_ENC.IND). Keys and units are the test system's own, such as
 * `CP State` and `CP/CE Voltage [V]`.
 */
export interface ScsDiagnostic {
  readonly readings: Readonly<Record<string, string | number | boolean | null>>;
}

const MMTYPE = 0x8002;
/** The OUI of dSPACE, before the text. */
const OUI = [0x64, 0x4d, 0x70] as const;
const TITLE = 'dSPACE SCS Diag|dsV2Gshark|v1|SCS Diagnostic|';

/** The readings in a decoded frame, or undefined where it holds none, or none that can be read. */
export function scsDiagnostic(decoded: DecodedMme): ScsDiagnostic | undefined {
  if (decoded.kind !== 'unknown' || decoded.mmtype !== MMTYPE) return undefined;
  const { payload } = decoded;
  if (OUI.some((octet, i) => payload[i] !== octet)) return undefined;
  const text = utf8(payload.subarray(OUI.length));
  if (text === undefined || !text.startsWith(TITLE)) return undefined;
  const json = parse(text.slice(TITLE.length));
  return isReadings(json) ? { readings: json } : undefined;
}

/** Undefined where the octets are no UTF-8. */
function utf8(octets: Uint8Array): string | undefined {
  let escaped = '';
  for (const octet of octets) escaped += `%${octet.toString(16).padStart(2, '0')}`;
  return attempt(() => decodeURIComponent(escaped), URIError);
}

function parse(text: string): unknown {
  return attempt(() => JSON.parse(text) as unknown, SyntaxError);
}

function attempt<T>(get: () => T, expected: new () => Error): T | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}

function isReadings(json: unknown): json is ScsDiagnostic['readings'] {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && Object.values(json).every(isScalar);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
