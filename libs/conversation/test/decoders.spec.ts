import { iso2, signMessage } from '@pilotwire/v2g-messages';
import { fromHex } from '@pilotwire/wire';
import { expect, test } from 'vitest';
import { standardDecoders as decoders } from '../src/index.js';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? expect.fail(`not hex: ${hex}`);

const preCharge = '809a001150400000c80006400000';

test('a message with deviations is told with them, one without has none', () => {
  expect(decoders.exi('din', bytes(preCharge))).not.toHaveProperty('anomalies');
  expect(decoders.exi('din', bytes(`${preCharge}00`))).toMatchObject({
    type: 'PreChargeReq',
    anomalies: [{ code: 'trailing-bytes', byte: 14 }],
  });
});

test('what is no message is told with its place', () => {
  expect(decoders.exi('din', bytes(preCharge.slice(0, 18)))).toEqual({
    error: {
      code: 'truncated',
      byte: 8,
      bit: expect.any(Number),
      path: 'V2G_Message/Body/PreChargeReq/EVTargetVoltage/Value',
      message: expect.any(String),
    },
  });
});

test('the schema that reads a message is found, also where it has deviations', () => {
  expect(decoders.bestFit(bytes('80400040'))).toMatchObject({ schema: 'app', type: 'supportedAppProtocolRes' });
  expect(decoders.bestFit(bytes(`${preCharge}00`))).toMatchObject({ schema: 'din', anomalies: [{ code: 'trailing-bytes' }] });
  expect(decoders.bestFit(bytes('80ff'))).toBeUndefined();
});

test('a signature that does not match what it refers to is told, without any key', () => {
  const Header = { SessionID: '0102030405060708' };
  const request = { Id: 'ID1', GenChallenge: '00112233445566778899AABBCCDDEEFF' };
  const { V2G_Message: signed } = signMessage({ V2G_Message: { Header, Body: { AuthorizationReq: request } } }, ['ID1'], {
    curve: 'P-256',
    secret: new Uint8Array(32).fill(1),
  });
  const notes = (AuthorizationReq: object) => {
    const result = decoders.exi('iso2', iso2.encode({ V2G_Message: { Header: signed.Header, Body: { AuthorizationReq } } }));
    return result && 'anomalies' in result ? result.anomalies : [];
  };
  expect(notes(request)).toEqual([]);
  expect(notes({ ...request, GenChallenge: 'FF'.repeat(16) })).toEqual([
    { code: 'signature-altered', path: 'V2G_Message/Body/AuthorizationReq', message: 'the signature is of #ID1, which is not as it was signed' },
  ]);
  expect(notes({ ...request, Id: 'ID2' })).toMatchObject([{ code: 'signature-stale', path: 'Signature' }]);
});

const addresses = 'ffffffffffff 0200000000aa 88e1';

test('management messages come as JSON: bytes as hex, lists as lists, unknown ones with their payload', () => {
  const profile = `00 00 0200000000aa 0102030405060708 ${'00'.repeat(17)} ${'00'.repeat(17)} 0a 03 0b0c0d`;
  expect(decoders.homeplug(bytes(`${addresses} 01 6e60 0000 ${profile}`))).toMatchObject({
    type: 'CM_ATTEN_CHAR.IND',
    decoded: { runId: '0102030405060708', attenuation: [11, 12, 13] },
  });
  expect(decoders.homeplug(bytes(`${addresses} 01 fc60 0000 c0ffee`))).toEqual({ type: '0x60fc.REQ', decoded: { payload: 'c0ffee' } });
});

test('deviations of a management message are told beside it', () => {
  const fragmented = `${addresses} 01 6460 0100 0000 0102030405060708`;
  expect(decoders.homeplug(bytes(fragmented))).toMatchObject({ type: 'CM_SLAC_PARM.REQ', anomalies: [{ code: 'fragmented' }] });
});

test('a frame that is cut off is an error with its place', () => {
  expect(decoders.homeplug(bytes(`${addresses} 01 6460 0000 0000 0102`))).toEqual({
    error: { code: 'truncated', byte: expect.any(Number), path: 'CM_SLAC_PARM.REQ/runId', message: expect.any(String) },
  });
});
