import fc from 'fast-check';
import { isWireError, toHex } from '@pilotwire/wire';
import { describe, expect, test } from 'vitest';
import type { DecodedMme, Mme } from '../src/index.js';
import {
  BROADCAST, decodeMme, encodeMme, isHomeplug, MAX_FRAME, MIN_FRAME, mmeName, mmes, readEthernet, scsDiagnostic,
} from '../src/index.js';
import { bytesOf, homeplugRecords } from './records.js';

const EV = '02:00:00:00:00:0e';
const EVSE = '02:00:00:00:00:02';
const runId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const levels = Array.from({ length: 58 }, () => 12);

/** A copy with octets changed, and zeros up to `length`. */
function altered(frame: Uint8Array, changes: Readonly<Record<number, number>>, length = frame.length): Uint8Array {
  const copy = new Uint8Array(length);
  copy.set(frame.subarray(0, length));
  for (const [at, octet] of Object.entries(changes)) copy[Number(at)] = octet;
  return copy;
}

function known(decoded: DecodedMme): Extract<DecodedMme, { kind: 'known' }> {
  if (decoded.kind !== 'known') throw new Error(`${decoded.kind}: ${JSON.stringify(decoded)}`);
  return decoded;
}

function deviations(frame: Uint8Array): readonly (readonly [string, string, number])[] {
  return known(decodeMme(frame)).anomalies.map(({ code, path, byte }) => [code, path, byte] as const);
}

describe('what peers get wrong is read, and told beside the value', () => {
  const parm = encodeMme(BROADCAST, EV, { mme: 'CM_SLAC_PARM.REQ', runId });
  const report = encodeMme(EV, EVSE, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId, numSounds: 10, attenuation: levels });
  const profile = encodeMme(EVSE, EVSE, { mme: 'CM_ATTEN_PROFILE.IND', pevMac: EV, attenuation: levels });
  const match = encodeMme(EVSE, EV, { mme: 'CM_SLAC_MATCH.REQ', pevMac: EV, evseMac: EVSE, runId });

  test('nothing is told of what is as it should be', () => {
    expect([parm, report, profile, match].flatMap(deviations)).toEqual([]);
  });

  test('room for 255 groups, as evse sends it', () => {
    const long = altered(report, {}, 326);
    expect(known(decodeMme(long)).value).toEqual(known(decodeMme(report)).value);
    expect(deviations(long)).toEqual([['trailing', 'CM_ATTEN_CHAR.IND', 129]]);
  });

  test('a profile of no groups, as consumer modems send it', () => {
    const empty = altered(profile, { 25: 0 }, 60);
    empty.fill(0, 27);
    expect(known(decodeMme(empty)).value).toMatchObject({ attenuation: [] });
    expect(deviations(empty)).toEqual([['unusual', 'CM_ATTEN_PROFILE.IND/attenuation', 25]]);
  });

  test('a report of other than 58 groups', () => {
    expect(deviations(altered(report, { 70: 57 }))).toEqual([
      ['unusual', 'CM_ATTEN_CHAR.IND/attenuation', 70], ['trailing', 'CM_ATTEN_CHAR.IND', 128]]);
  });

  test('an operation whose length is not what its fields take', () => {
    const operations = [{ op: 'close', session: 1, commitCode: 2 }] as const;
    const close = encodeMme(EVSE, EV, { mme: 'VS_MODULE_OPERATION.REQ', operations });
    expect(deviations(altered(close, { 27: 36 }))).toEqual([['unusual', 'VS_MODULE_OPERATION.REQ/operations/0', 27]]);
    expect(known(decodeMme(altered(close, { 27: 36 }))).value).toMatchObject({ operations });
  });

  test('a counter in the padding, as pev sends it', () => {
    expect(deviations(altered(parm, { 30: 7 }))).toEqual([['trailing', 'CM_SLAC_PARM.REQ', 29]]);
  });

  test('a station id, as pev ships it, which is written again', () => {
    const named = altered(match, { 23: 0xaa });
    expect(deviations(named)).toEqual([['unusual', 'CM_SLAC_MATCH.REQ/pevId', 23]]);
    expect(encodeMme(EVSE, EV, known(decodeMme(named)).value)).toEqual(named);
  });

  test('reserved octets and a wrong constant, which are not', () => {
    const odd = altered(match, { 21: 0x3f, 77: 9 });
    expect(deviations(odd)).toEqual([['constant', 'CM_SLAC_MATCH.REQ/mvfLength', 21], ['reserved', 'CM_SLAC_MATCH.REQ/reserved', 77]]);
    expect(known(decodeMme(odd)).anomalies[1]?.message).toContain('0900000000000000');
    expect(encodeMme(EVSE, EV, known(decodeMme(odd)).value)).toEqual(match);
  });

  test('one piece of several', () => {
    expect(deviations(altered(parm, { 17: 0x10 }))).toEqual([['fragmented', 'CM_SLAC_PARM.REQ', 17]]);
  });
});

describe('what cannot be read is named with its bytes', () => {
  test('a message of nobody keeps its payload', () => {
    const frame = bytesOf('00b05200000102000000000288e1017d0000000102030405');
    expect(decodeMme(frame)).toMatchObject({
      kind: 'unknown', type: '0x007c.CNF', mmv: 1, mmtype: 0x007d, source: EVSE, payload: Uint8Array.of(1, 2, 3, 4, 5),
    });
  });

  test('a vendor message under another vendor\'s OUI is not taken for Qualcomm\'s', () => {
    const frame = encodeMme(BROADCAST, EV, { mme: 'VS_SW_VER.REQ' });
    expect(decodeMme(altered(frame, { 17: 0x11 }))).toMatchObject({ kind: 'unknown', type: '0xa000.REQ' });
  });

  test('a short message says which field is missing, and where', () => {
    const frame = encodeMme(BROADCAST, EV, { mme: 'CM_SLAC_PARM.REQ', runId }).subarray(0, 25);
    const decoded = decodeMme(frame);
    expect(decoded).toMatchObject({
      kind: 'malformed',
      type: 'CM_SLAC_PARM.REQ',
      source: EV,
      payload: frame.slice(19),
      error: {
        code: 'truncated',
        byte: 21,
        path: 'CM_SLAC_PARM.REQ/runId',
        message: 'CM_SLAC_PARM.REQ/runId: needs 8 octets, 4 left (byte 21)',
      },
    });
  });

  test('a list that claims more than the frame holds costs nothing', () => {
    const frame = encodeMme(EV, EVSE, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId, numSounds: 10, attenuation: levels });
    expect(decodeMme(altered(frame, { 70: 255 }))).toMatchObject({ kind: 'malformed', error: { code: 'truncated', byte: 71 } });
  });

  test('frames of other protocols and stumps are no messages', () => {
    const stump = bytesOf('ffffffffffff02000000000208004500');
    expect(decodeMme(stump)).toMatchObject({ kind: 'not-mme', bytes: stump, error: { code: 'truncated' } });
    const ipv4 = altered(new Uint8Array(60), { 12: 0x08 });
    expect(decodeMme(ipv4)).toMatchObject({ kind: 'not-mme', error: { code: 'unexpected', byte: 12 } });
    expect(decodeMme(new Uint8Array())).toMatchObject({ kind: 'not-mme', bytes: new Uint8Array() });
  });
});

describe('a message that cannot be sent is refused with the place', () => {
  const refusals: readonly (readonly [Mme, object])[] = [
    [{ mme: 'CM_SLAC_PARM.REQ', runId: new Uint8Array(7) }, { code: 'length', path: 'CM_SLAC_PARM.REQ/runId', byte: 21 }],
    [{ mme: 'CM_SLAC_PARM.REQ', runId, cipherSuites: [1] }, { code: 'unexpected', path: 'CM_SLAC_PARM.REQ/cipherSuites' }],
    [{ mme: 'CM_ATTEN_CHAR.RSP', sourceAddress: 'ev', runId, result: 0 }, { code: 'format', path: 'CM_ATTEN_CHAR.RSP/sourceAddress' }],
    [{ mme: 'CM_ATTEN_CHAR.RSP', sourceAddress: EV, runId, result: 256 }, { code: 'range', path: 'CM_ATTEN_CHAR.RSP/result' }],
    [{ mme: 'CM_ATTEN_PROFILE.IND', pevMac: EV, attenuation: [0, 0.5] }, { code: 'range', path: 'CM_ATTEN_PROFILE.IND/attenuation/1' }],
    [{ mme: 'CM_NW_STATS.CNF', stations: [{ mac: EV, avgTx: 1, avgRx: -1 }] }, { path: 'CM_NW_STATS.CNF/stations/0/avgRx' }],
    [{ mme: 'CM_AMP_MAP.REQ', amplitudes: [16] }, { code: 'range' }],
    [
      { mme: 'CM_SLAC_USER_DATA.REQ', broadcastTlv: new Uint8Array(3), tlvs: [{ type: 1, value: new Uint8Array(512) }] },
      { code: 'length', path: 'CM_SLAC_USER_DATA.REQ/tlvs/0' },
    ],
    [
      { mme: 'CM_SLAC_USER_DATA.REQ', broadcastTlv: new Uint8Array(3), tlvs: [{ type: 0, value: new Uint8Array() }] },
      { code: 'range', path: 'CM_SLAC_USER_DATA.REQ/tlvs/0' },
    ],
    [{ mme: 'VS_WR_MOD.REQ', moduleId: 2, length: 5, offset: 0, checksum: 0, data: runId }, { code: 'length', path: 'VS_WR_MOD.REQ/data' }],
    [{ mme: 'VS_WR_MOD.REQ', moduleId: 2, length: 2000, offset: 0, checksum: 0, data: new Uint8Array(2000) }, { code: 'limit' }],
    [JSON.parse('{"mme":"CM_SLAC_PARM.REQ"}') as Mme, { code: 'missing', path: 'CM_SLAC_PARM.REQ/runId' }],
    [JSON.parse('{"mme":"CM_SLAC_NOBODY.REQ"}') as Mme, { code: 'unexpected' }],
    [JSON.parse('{"mme":"VS_NW_INFO.REQ","mmv":2}') as Mme, { code: 'unexpected', path: 'VS_NW_INFO.REQ/mmv' }],
    [JSON.parse('{"mme":"VS_MODULE_OPERATION.REQ","operations":[{"op":"erase"}]}') as Mme, { code: 'unexpected' }],
    [JSON.parse('{"mme":"VS_SW_VER.CNF","status":0,"deviceClass":0}') as Mme, { code: 'missing', path: 'VS_SW_VER.CNF/version' }],
  ];
  test.each(refusals)('%o', (value, expected) => {
    expect(() => encodeMme(EVSE, EV, value)).toThrow(expect.objectContaining({ name: 'WireError', ...expected }));
  });

  test('and so is one to no address', () => {
    expect(() => encodeMme('somewhere', EV, { mme: 'CM_NW_STATS.REQ' })).toThrow(expect.objectContaining({ code: 'format', byte: 0 }));
  });
});

test('names of unknown messages show the MMTYPE without its low bits', () => {
  expect(mmeName(0xa14e, 0x00b052)).toBe('0xa14c.IND');
  expect(mmeName(0x0017, 0)).toBe('CC_DISCOVER_LIST.RSP');
  expect(mmeName(0x0003, 0)).toBe('0x0000.RSP');
});

test('the Ethernet header is read where there is one', () => {
  const frame = encodeMme(BROADCAST, EV, { mme: 'CM_NW_STATS.REQ' });
  expect(readEthernet(frame)).toEqual({ destination: BROADCAST, source: EV, etherType: 0x88e1 });
  expect([isHomeplug(frame), isHomeplug(frame.subarray(0, 13)), isHomeplug(new Uint8Array(60))]).toEqual([true, false, false]);
  expect(readEthernet(frame.subarray(0, 13))).toBeUndefined();
});

test('a diagnostic that is no JSON, or not the test system\'s, has no readings', () => {
  const text = 'dSPACE SCS Diag|dsV2Gshark|v1|SCS Diagnostic|';
  const diagnostic = (json: string, oui = '644d70'): Uint8Array =>
    bytesOf(`ffffffffffff${'644d700103bf'}88e10102800000${oui}${toHex(new TextEncoder().encode(text + json))}`);
  expect(scsDiagnostic(decodeMme(diagnostic('{"CP State":"State_B2","Ω":1}')))).toEqual({ readings: { 'CP State': 'State_B2', Ω: 1 } });
  for (const frame of [diagnostic('{'), diagnostic('[1]'), diagnostic('{"a":{}}'), diagnostic('{}', '000000'), diagnostic('\u0000')]) {
    expect(scsDiagnostic(decodeMme(frame))).toBeUndefined();
  }
  const broken = diagnostic('{}');
  broken[30] = 0xff;
  expect(scsDiagnostic(decodeMme(broken))).toBeUndefined();
});

describe('whatever comes', () => {
  const seeds = homeplugRecords().filter((_, i) => i % 29 === 0).map(({ frame }) => frame);
  const written = encodeMme(EV, EVSE, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId, numSounds: 10, attenuation: levels });

  /** Octets as random, few and small as lengths and counts would be, or zero. */
  const octets = (size: number) => {
    const minLength = Math.max(MIN_FRAME, size);
    return fc.array(fc.oneof(fc.nat(255), fc.nat(3), fc.constant(0)), { minLength, maxLength: minLength + 300 });
  };

  test('any bytes give a value or say why not', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...mmes), (bytes, { mmtype }) => {
      const header = [0x88, 0xe1, bytes[14] ?? 0, mmtype & 0xff, mmtype >> 8];
      if (bytes.length >= 17) bytes.set(header, 12);
      const decoded = decodeMme(bytes);
      expect(['known', 'unknown', 'malformed', 'not-mme']).toContain(decoded.kind);
      if ('error' in decoded) expect(isWireError(decoded.error)).toBe(true);
    }), { seed: 1, numRuns: 2000 });
  });

  test('a real frame with octets changed or cut gives a value or says why not', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    const frames = fc.constantFrom(written, ...seeds);
    fc.assert(fc.property(frames, fc.array(change, { maxLength: 6 }), fc.nat(), (frame, changes, cut) => {
      const octets = Object.fromEntries(changes.map(([at, octet]) => [at % frame.length, octet]));
      const mutant = altered(frame, octets, cut % (frame.length + 1));
      const decoded = decodeMme(mutant);
      if (decoded.kind === 'not-mme') expect(toHex(decoded.bytes)).toBe(toHex(mutant));
      else expect(decoded.type).toMatch(/\.(REQ|CNF|IND|RSP)$/);
    }), { seed: 1, numRuns: 2000 });
  });

  test.each(mmes)('a $name that was read is read the same once written', ({ name, mmtype, header, size }) => {
    let values = 0;
    fc.assert(fc.property(octets(size), (body) => {
      const fmi = header.mmv === 0 ? [] : [0, 0];
      const oui = header.oui === undefined ? [] : [header.oui >> 16, (header.oui >> 8) & 0xff, header.oui & 0xff];
      const addresses = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
      const frame = Uint8Array.from(
        [...addresses, 0x88, 0xe1, header.mmv, mmtype & 0xff, mmtype >> 8, ...fmi, ...oui, ...body]);
      const decoded = decodeMme(frame);
      if (decoded.kind !== 'known') return;
      values++;
      expect(decoded.value.mme).toBe(name);
      const again = encodeMme(decoded.destination, decoded.source, decoded.value);
      expect(again.length).toBeGreaterThanOrEqual(MIN_FRAME);
      expect(again.length).toBeLessThanOrEqual(MAX_FRAME);
      expect(known(decodeMme(again)).value).toEqual(decoded.value);
    }), { seed: 1, numRuns: 500 });
    expect(values).toBeGreaterThan(10);
  });
});
