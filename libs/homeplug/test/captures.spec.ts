import { toHex } from '@pilotwire/wire';
import { describe, expect, test } from 'vitest';
import type { DecodedMme } from '../src/index.js';
import { decodeMme, directionOf, encodeMme, MIN_FRAME, scsDiagnostic } from '../src/index.js';
import type { HomeplugRecord } from './records.js';
import { haveCaptures, homeplugRecords } from './records.js';

type Known = Extract<DecodedMme, { kind: 'known' }>;
type Values = Readonly<Record<string, unknown>>;

const records = homeplugRecords();

const zeros17 = '00'.repeat(17);
const as = (key: string) => (value: Values): unknown => value[key];
const orElse = (key: string, usual: unknown) => (value: Values): unknown => value[key] ?? usual;

/** The expected files' names of facts that have another name, or another place, here. */
const facts: Readonly<Record<string, (value: Values, decoded: Known) => unknown>> = {
  mmv: (_, { mmv }) => mmv,
  mmtype: (_, { mmtype }) => mmtype.toString(16).padStart(4, '0'),
  name: (_, { type }) => type,
  fmi: (_, { anomalies }) => Number(anomalies.some(({ code }) => code === 'fragmented')),
  oui: (_, { anomalies }) => (anomalies.some(isOui) ? undefined : '00b052'),
  applicationType: orElse('applicationType', 0),
  securityType: orElse('securityType', 0),
  msoundTarget: as('mSoundTarget'),
  random: as('rnd'),
  senderId: orElse('senderId', zeros17),
  sourceId: orElse('sourceId', zeros17),
  respId: orElse('respId', zeros17),
  pevId: orElse('pevId', zeros17),
  evseId: orElse('evseId', zeros17),
  numGroups: ({ attenuation }) => (attenuation as number[]).length,
  aag: as('attenuation'),
  mvfLength: ({ mme }, { anomalies }) =>
    anomalies.some(({ code }) => code === 'constant') ? undefined : mme === 'CM_SLAC_MATCH.REQ' ? 62 : 86,
  keyType: orElse('keyType', 1),
  newEks: orElse('newEks', 1),
  cco: as('ccoCapability'),
  device: as('deviceClass'),
  verLen: ({ version }) => (version as string).length + 1,
};

/** Messages that are not written as they were read, and why. */
const notReencoded = [
  { why: 'modems leave other memory behind the NUL of the version', is: ({ type }: Known) => type === 'VS_SW_VER.CNF' },
  { why: 'an OUI of zeros is written as the vendor\'s', is: ({ anomalies }: Known) => anomalies.some(isOui) },
];

/** Byte strings as the expected files write them. */
function plain(value: object): Values {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, part instanceof Uint8Array ? toHex(part) : part]));
}

function isOui({ message }: Known['anomalies'][number]): boolean {
  return message.startsWith('OUI');
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

describe.skipIf(!haveCaptures)('management messages of the captures', () => {
  const decoded = records.map((record) => ({ record, mme: decodeMme(record.frame) }));
  const known = decoded.filter((pair): pair is { record: HomeplugRecord; mme: Known } => pair.mme.kind === 'known');

  test('each has its name, and its direction by that', () => {
    expect(records.length).toBeGreaterThan(2000);
    const wrong = decoded.filter(({ record, mme }) =>
      mme.kind === 'not-mme' || mme.type !== record.type || directionOf(mme.type) !== record.dir);
    expect(wrong).toEqual([]);
  });

  test('each is known, or one of those that are known by name or number alone', () => {
    const others = new Set(decoded.filter(({ mme }) => mme.kind !== 'known').map(({ record, mme }) => `${mme.kind} ${record.type}`));
    expect([...others].sort()).toEqual([
      'unknown 0xa048.CNF', 'unknown 0xa048.REQ', 'unknown 0xa22c.IND', 'unknown CC_DISCOVER_LIST.CNF', 'unknown CC_DISCOVER_LIST.REQ',
      'unknown CM_BRG_INFO.CNF', 'unknown CM_BRG_INFO.REQ', 'unknown CM_ENCRYPTED_PAYLOAD.RSP', 'unknown CM_NW_INFO.CNF',
      'unknown CM_NW_INFO.REQ', 'unknown MS_PB_ENC.IND', 'unknown VS_ENET_SETTINGS.CNF', 'unknown VS_ENET_SETTINGS.REQ',
      'unknown VS_LNK_STATS.CNF', 'unknown VS_LNK_STATS.REQ', 'unknown VS_RX_TONE_MAP_CHAR.CNF', 'unknown VS_RX_TONE_MAP_CHAR.REQ',
      'unknown VS_TONE_MAP_CHAR.CNF', 'unknown VS_TONE_MAP_CHAR.REQ',
    ]);
  });

  test('each known one holds the facts that another decoder found', () => {
    for (const { record, mme } of known) {
      const value = plain(mme.value);
      const read = (key: string): unknown => (facts[key] ?? as(key))(value, mme);
      const found = Object.fromEntries(Object.keys(record.decoded).map((key) => [key, read(key)]));
      expect(found, `${record.file} frame ${record.n}`).toEqual(record.decoded);
    }
  });

  test('each known one is written as it was read, up to zeros at the end', () => {
    for (const { record, mme } of known) {
      if (notReencoded.some(({ is }) => is(mme))) continue;
      const frame = encodeMme(mme.destination, mme.source, mme.value);
      expect(frame.length).toBeGreaterThanOrEqual(MIN_FRAME);
      expect(toHex(frame), `${record.file} frame ${record.n}`).toBe(toHex(record.frame.subarray(0, frame.length)));
      expect(isZero(record.frame.subarray(frame.length))).toBe(true);
    }
  });

  test('the only deviations are those that the field is known for', () => {
    const seen = new Map<string, number>();
    for (const { mme } of known) {
      for (const { code, path } of mme.anomalies) {
        seen.set(`${code} ${path}`, (seen.get(`${code} ${path}`) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(seen)).toEqual({
      // A consumer modem (QCA7420) reports no groups at all.
      'unusual CM_ATTEN_PROFILE.IND/attenuation': 40,
      // A test system's modem leaves the OUI empty.
      'unusual VS_ATTENUATION_CHARACTERISTICS.IND': 70,
    });
  });

  test('a test system says how control pilot and contactor stand', () => {
    const readings = decoded.map(({ mme }) => scsDiagnostic(mme)?.readings).filter((found) => found !== undefined);
    expect(readings).toHaveLength(257);
    expect(new Set(readings.map((found) => found['CP State']))).toEqual(
      new Set(['State_A1', 'State_B1', 'State_B2', 'State_C1', 'State_C2', 'State_E']));
  });
});
