import { toHex } from '@pilotwire/wire';
import { describe, expect, test } from 'vitest';
import type { Mme } from '../src/index.js';
import { BROADCAST, decodeMme, directionOf, encodeMme, LOCAL_MODEM, mmes } from '../src/index.js';
import { bytesOf } from './records.js';

const HOST = '02:00:00:00:00:02';
const EV = '02:00:00:00:00:0e';
const count = (length: number, first = 1) => Uint8Array.from({ length }, (_, i) => (first + i) & 0xff);
const runId = count(8, 0xa1);
const zeros = (octets: number) => '00'.repeat(octets);
const levels = Array.from({ length: 58 }, (_, i) => i);
const operation = { moduleId: 0x7002, subId: 0, length: 4, offset: 0x574 };
const lms = { version: 1, requestId: 7 };
const lmsBytes = `0100${zeros(4)}07${zeros(12)}`;

/** Every message, with its octets from MMV on, written from the standards' tables by hand. */
const layouts: readonly (readonly [value: Mme, octets: string])[] = [
  [{ mme: 'CM_SLAC_PARM.REQ', runId }, '01 6460 0000 00 00 a1a2a3a4a5a6a7a8'],
  [{ mme: 'CM_SLAC_PARM.REQ', securityType: 1, runId, cipherSuites: [0x1234] }, '01 6460 0000 00 01 a1a2a3a4a5a6a7a8 01 3412'],
  [
    { mme: 'CM_SLAC_PARM.CNF', mSoundTarget: BROADCAST, numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId },
    '01 6560 0000 ffffffffffff 0a 06 01 02000000000e 00 00 a1a2a3a4a5a6a7a8',
  ],
  [
    { mme: 'CM_SLAC_PARM.CNF', mSoundTarget: BROADCAST, numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, securityType: 1, runId, cipherSuite: 2 },
    '01 6560 0000 ffffffffffff 0a 06 01 02000000000e 00 01 a1a2a3a4a5a6a7a8 0200',
  ],
  [
    { mme: 'CM_START_ATTEN_CHAR.IND', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId },
    '01 6a60 0000 00 00 0a 06 01 02000000000e a1a2a3a4a5a6a7a8',
  ],
  [{ mme: 'CM_MNBC_SOUND.IND', cnt: 9, runId, rnd: count(16) }, `01 7660 0000 00 00 ${zeros(17)} 09 a1a2a3a4a5a6a7a8 ${zeros(8)} ${toHex(count(16))}`],
  [{ mme: 'CM_ATTEN_PROFILE.IND', pevMac: EV, attenuation: levels }, `01 8660 0000 02000000000e 3a 00 ${toHex(count(58, 0))}`],
  [
    { mme: 'VS_ATTENUATION_CHARACTERISTICS.IND', pevMac: EV, numGroups: 58, attenuation: levels },
    `00 4ea1 00b052 02000000000e 3a 00 10 ${zeros(7)} ${toHex(count(58, 0))}`,
  ],
  [
    { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId, numSounds: 10, attenuation: levels },
    `01 6e60 0000 00 00 02000000000e a1a2a3a4a5a6a7a8 ${zeros(34)} 0a 3a ${toHex(count(58, 0))}`,
  ],
  [{ mme: 'CM_ATTEN_CHAR.RSP', sourceAddress: EV, runId, result: 0 }, `01 6f60 0000 00 00 02000000000e a1a2a3a4a5a6a7a8 ${zeros(34)} 00`],
  [{ mme: 'CM_VALIDATE.REQ', timer: 2, result: 1 }, '01 7860 0000 00 02 01'],
  [{ mme: 'CM_VALIDATE.CNF', toggleNum: 3, result: 2 }, '01 7960 0000 00 03 02'],
  [
    { mme: 'CM_SLAC_MATCH.REQ', pevId: count(17), pevMac: EV, evseMac: HOST, runId },
    `01 7c60 0000 00 00 3e00 ${toHex(count(17))} 02000000000e ${zeros(17)} 020000000002 a1a2a3a4a5a6a7a8 ${zeros(8)}`,
  ],
  [
    { mme: 'CM_SLAC_MATCH.CNF', pevMac: EV, evseMac: HOST, runId, nid: count(7), nmk: count(16) },
    `01 7d60 0000 00 00 5600 ${zeros(17)} 02000000000e ${zeros(17)} 020000000002 a1a2a3a4a5a6a7a8 ${zeros(8)} ${toHex(count(7))} 00 ${toHex(count(16))}`,
  ],
  [
    { mme: 'CM_SLAC_USER_DATA.REQ', broadcastTlv: count(3), tlvs: [{ type: 0x1f, value: count(5) }] },
    '01 8060 0000 010203 053e 0102030405 0000',
  ],
  [
    { mme: 'CM_SET_KEY.REQ', myNonce: count(4), yourNonce: count(4, 5), pid: 4, prn: 0x102, pmn: 3, ccoCapability: 1, nid: count(7), newKey: count(16) },
    `01 0860 0000 01 01020304 05060708 04 0201 03 01 ${toHex(count(7))} 01 ${toHex(count(16))}`,
  ],
  [
    { mme: 'CM_SET_KEY.CNF', result: 1, myNonce: count(4), yourNonce: count(4, 5), pid: 4, prn: 0, pmn: 0xff, ccoCapability: 0 },
    '01 0960 0000 01 01020304 05060708 04 0000 ff 00',
  ],
  [
    { mme: 'CM_GET_KEY.REQ', requestType: 0, keyType: 1, nid: count(7), myNonce: count(4), pid: 4, prn: 0, pmn: 0 },
    `01 0c60 0000 00 01 ${toHex(count(7))} 01020304 04 0000 00`,
  ],
  [
    { mme: 'CM_GET_KEY.CNF', result: 0, keyType: 1, myNonce: count(4), yourNonce: count(4, 5), nid: count(7), eks: 1, pid: 4, prn: 0, pmn: 0xff, key: count(16) },
    `01 0d60 0000 00 01 01020304 05060708 ${toHex(count(7))} 01 04 0000 ff ${toHex(count(16))}`,
  ],
  [
    { mme: 'VS_SET_KEY.REQ', eks: 1, nmk: count(16), peks: 0x0f, rda: EV, dak: count(16, 0x20) },
    `00 50a0 00b052 01 ${toHex(count(16))} 0f 02000000000e ${toHex(count(16, 0x20))}`,
  ],
  [{ mme: 'VS_SET_KEY.CNF', status: 1 }, '00 51a0 00b052 01'],
  [{ mme: 'CM_AMP_MAP.REQ', amplitudes: [1, 2, 15] }, '02 1c60 0000 0300 21 0f'],
  [{ mme: 'CM_AMP_MAP.CNF', resType: 1 }, '02 1d60 0000 01'],
  [{ mme: 'CM_NW_STATS.REQ' }, '02 4860 0000'],
  [{ mme: 'CM_NW_STATS.CNF', stations: [{ mac: EV, avgTx: 9, avgRx: 8 }] }, '02 4960 0000 01 02000000000e 09 08'],
  [{ mme: 'VS_NW_INFO.REQ' }, '01 38a0 0000 00b052'],
  [{ mme: 'VS_NW_INFO.REQ', mmv: 0 }, '00 38a0 00b052'],
  [
    {
      mme: 'VS_NW_INFO.CNF', subVersion: 0, info: { networks: [{
        nid: count(7), snid: 14, tei: 1, role: 2, ccoMac: HOST, ccoTei: 3,
        stations: [{ mac: EV, tei: 4, bda: HOST, avgTx: 0x109, coupling: 5, avgRx: 0x20a }],
      }] },
    },
    `01 39a0 0000 00b052 00 00 3a00 00 01 ${toHex(count(7))} 0000 0e 01 ${zeros(4)} 02 020000000002 03 ${zeros(3)} 01 ${zeros(5)}
     02000000000e 04 ${zeros(3)} 020000000002 0901 05 00 0a02 0000`,
  ],
  [
    {
      mme: 'VS_NW_INFO.CNF', mmv: 0, networks: [{
        nid: count(7), snid: 14, tei: 1, role: 2, ccoMac: HOST, ccoTei: 3, stations: [{ mac: EV, tei: 4, bda: HOST, avgTx: 9, avgRx: 8 }],
      }],
    },
    `00 39a0 00b052 01 ${toHex(count(7))} 0e 01 02 020000000002 03 01 02000000000e 04 020000000002 09 08`,
  ],
  [{ mme: 'VS_SW_VER.REQ', cookie: 0x12345678 }, '00 00a0 00b052 78563412'],
  [
    { mme: 'VS_SW_VER.CNF', status: 0, deviceClass: 0x22, version: 'MAC-QCA7005', ident: 0x001b587c, stepping: 1, cookie: 0x12345678 },
    `00 01a0 00b052 00 22 0c ${toHex(new TextEncoder().encode('MAC-QCA7005'))} ${zeros(243)} 7c581b00 01000000 78563412`,
  ],
  [{ mme: 'VS_RS_DEV.REQ' }, '00 1ca0 00b052'],
  [{ mme: 'VS_RS_DEV.CNF', status: 0 }, '00 1da0 00b052 00'],
  [
    { mme: 'VS_WR_MOD.REQ', moduleId: 2, length: 4, offset: 0x400, checksum: 0xfefdfcfb, data: count(4) },
    '00 20a0 00b052 02 00 0400 00040000 fbfcfdfe 01020304',
  ],
  [{ mme: 'VS_WR_MOD.CNF', status: 0, moduleId: 2, length: 4, offset: 0x400 }, '00 21a0 00b052 00 02 00 0400 00040000'],
  [{ mme: 'VS_RD_MOD.REQ', moduleId: 2, access: 0, length: 1024, offset: 0x400, secret: count(16) }, `00 24a0 00b052 02 00 0004 00040000 ${toHex(count(16))}`],
  [
    { mme: 'VS_RD_MOD.CNF', status: 0, moduleId: 2, length: 4, offset: 0x400, checksum: 0xfefdfcfb, data: count(4) },
    '00 25a0 00b052 00 000000 02 00 0400 00040000 fbfcfdfe 01020304',
  ],
  [{ mme: 'VS_MOD_NVM.REQ', moduleId: 2 }, '00 28a0 00b052 02'],
  [{ mme: 'VS_MOD_NVM.CNF', status: 0 }, '00 29a0 00b052 00'],
  [{ mme: 'VS_SNIFFER.REQ', control: 1 }, '00 34a0 00b052 01 00000000'],
  [{ mme: 'VS_SNIFFER.CNF', status: 0, state: 1, destination: HOST }, '00 35a0 00b052 00 01 020000000002'],
  [
    { mme: 'VS_SNIFFER.IND', type: 0, direction: 1, systemTime: 0x0807_0605_0403_0201n, beaconTime: 0x0c0b0a09, frameControl: count(26) },
    `00 36a0 00b052 00 01 0102030405060708 090a0b0c ${toHex(count(26))}`,
  ],
  [{ mme: 'VS_OP_ATTRIBUTES.REQ', cookie: 0x12345, reportType: 0 }, '00 68a0 00b052 45230100 00'],
  [
    {
      mme: 'VS_OP_ATTRIBUTES.CNF', status: 0, cookie: 0x12345, reportType: 0, attributes: {
        hardware: 'QCA7000', software: 'MAC', versionMajor: 1, versionMinor: 1, versionPib: 0, versionPatch: 2, versionBuild: 727,
        buildDate: '20130826', releaseType: 'FINAL', more: count(46),
      },
    },
    `00 69a0 00b052 0000 45230100 00 7600 51434137303030 ${zeros(9)} 4d4143 ${zeros(13)} 01000000 01000000 00000000 02000000 d7020000
     3230313330383236 46494e414c ${zeros(7)} ${toHex(count(46))}`,
  ],
  [{ mme: 'VS_OP_ATTRIBUTES.CNF', status: 0, cookie: 1, reportType: 1, report: count(5) }, '00 69a0 00b052 0000 01000000 01 0500 0102030405'],
  [{ mme: 'VS_PL_LINK_STATUS.REQ' }, '00 b8a0 00b052'],
  [{ mme: 'VS_PL_LINK_STATUS.CNF', status: 0, linkStatus: 1 }, '00 b9a0 00b052 00 01'],
  [
    { mme: 'VS_MODULE_OPERATION.REQ', operations: [{ op: 'read-ram', ...operation }] },
    '00 b0a0 00b052 00000000 01 0000 1200 00000000 0270 0000 0400 74050000',
  ],
  [
    { mme: 'VS_MODULE_OPERATION.REQ', operations: [{ op: 'start', session: 5, modules: [{ moduleId: 0x7002, subId: 0, length: 8080, checksum: 0xfefdfcfb }] }] },
    '00 b0a0 00b052 00000000 01 1000 1900 00000000 05000000 01 0270 0000 901f0000 fbfcfdfe',
  ],
  [
    { mme: 'VS_MODULE_OPERATION.REQ', operations: [{ op: 'write', session: 5, index: 0, ...operation, data: count(4) }] },
    '00 b0a0 00b052 00000000 01 1100 1b00 00000000 05000000 00 0270 0000 0400 74050000 01020304',
  ],
  [
    { mme: 'VS_MODULE_OPERATION.REQ', operations: [{ op: 'close', session: 5, commitCode: 0x80000003 }] },
    '00 b0a0 00b052 00000000 01 1200 1000 00000000 05000000 03000080',
  ],
  [
    { mme: 'VS_MODULE_OPERATION.REQ', operations: [{ op: 'other', code: 0x20, body: count(2) }] },
    '00 b0a0 00b052 00000000 01 2000 0a00 00000000 0102',
  ],
  [
    { mme: 'VS_MODULE_OPERATION.CNF', status: 0, error: 0, operations: [{ op: 'read-flash', ...operation, data: count(4) }] },
    '00 b1a0 00b052 0000 0000 00000000 01 0100 1600 00000000 0270 0000 0400 74050000 01020304',
  ],
  [
    { mme: 'VS_MODULE_OPERATION.CNF', status: 0, error: 0, operations: [{ op: 'close', session: 5, commitCode: 2, modules: [{ status: 0, error: 1 }] }] },
    '00 b1a0 00b052 0000 0000 00000000 01 1200 1500 00000000 05000000 02000000 01 0000 0100',
  ],
  [{ mme: 'VS_MODULE_OPERATION.CNF', status: 0x10, error: 2, echo: count(32) }, `00 b1a0 00b052 1000 0200 00000000 ${toHex(count(32))}`],
  [{ mme: 'NSCM_GET_VERSION.REQ', lms }, `00 6cac 0016e8 ${lmsBytes}`],
  [
    { mme: 'NSCM_GET_VERSION.CNF', lms, versionMajor: 1, versionMinor: 2, versionPatch: 3, versionBuild: 4 },
    `00 6dac 0016e8 ${lmsBytes} 0100 0200 0300 0400 0000`,
  ],
  [{ mme: 'NSCM_RESET_DEVICE.REQ', lms, mode: 0 }, `00 70ac 0016e8 ${lmsBytes} 00`],
  [{ mme: 'NSCM_GET_D_LINK_STATUS.REQ', lms }, `00 9cac 0016e8 ${lmsBytes}`],
  [{ mme: 'NSCM_GET_D_LINK_STATUS.CNF', lms, linkStatus: 1 }, `00 9dac 0016e8 ${lmsBytes} 01`],
];

/** The whole frame around octets from MMV on, padded. */
function frameOf(octets: string): Uint8Array {
  const frame = bytesOf(`00b052000001 020000000002 88e1 ${octets}`.replaceAll(/\s/g, ''));
  const padded = new Uint8Array(Math.max(frame.length, 60));
  padded.set(frame);
  return padded;
}

describe.each(layouts)('%o', (value, octets) => {
  test('is written to the octets of its table', () => {
    expect(toHex(encodeMme(LOCAL_MODEM, HOST, value))).toBe(toHex(frameOf(octets)));
  });

  test('is read from them', () => {
    expect(decodeMme(frameOf(octets))).toMatchObject({ kind: 'known', destination: LOCAL_MODEM, source: HOST, value });
  });

  test('is malformed, not wrong, wherever the frame ends early', () => {
    const whole = bytesOf(`00b052000001 020000000002 88e1 ${octets}`.replaceAll(/\s/g, ''));
    for (let length = 17; length < whole.length; length++) {
      const cut = decodeMme(whole.subarray(0, length));
      // What peers may leave out may be cut off; anything else must be missed.
      if (cut.kind === 'known') expect(length).toBeGreaterThanOrEqual(leastLength(value));
      else expect(cut, `${length} octets`).toMatchObject({ kind: 'malformed', error: { code: 'truncated' } });
    }
  });
});

function leastLength({ mme, ...value }: Mme): number {
  const versions = mmes.filter(({ name }) => name === mme);
  const { header, size } = versions.find(({ header: { mmv } }) => 'mmv' in value && mmv === value.mmv) ?? versions[0] ?? never();
  return 17 + (header.mmv === 0 ? 0 : 2) + (header.oui === undefined ? 0 : 3) + size;
}

function never(): never {
  throw new Error('a message without a declaration');
}

test('every declared message has its table here', () => {
  const missing = mmes.filter(({ name }) => !layouts.some(([{ mme }]) => mme === name)).map(({ name }) => name);
  expect(missing).toEqual([]);
});

test('SLAC says who speaks, the management of modems does not', () => {
  expect(mmes.map(({ name }) => [name, directionOf(name)]).filter(([, direction]) => direction !== '?')).toEqual([
    ['CM_SLAC_PARM.REQ', 'ev->evse'],
    ['CM_SLAC_PARM.CNF', 'evse->ev'],
    ['CM_START_ATTEN_CHAR.IND', 'ev->evse'],
    ['CM_MNBC_SOUND.IND', 'ev->evse'],
    ['CM_ATTEN_CHAR.IND', 'evse->ev'],
    ['CM_ATTEN_CHAR.RSP', 'ev->evse'],
    ['CM_SLAC_MATCH.REQ', 'ev->evse'],
    ['CM_SLAC_MATCH.CNF', 'evse->ev'],
  ]);
  expect(directionOf('0xa22c.IND')).toBe('?');
});
