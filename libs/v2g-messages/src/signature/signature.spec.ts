import { ed448 } from '@noble/curves/ed448.js';
import { p256, p521 } from '@noble/curves/nist.js';
import { describe, expect, test } from 'vitest';
import { bytesOf, hexOf } from '../../test/lines.js';
import {
  checkReferences,
  iso2,
  type Iso20CommonMessage,
  iso20Common,
  type Iso2Body,
  type Iso2Message,
  isSignatureError,
  publicKey,
  publicKeyOf,
  type SecretKey,
  signMessage,
  verifySignature,
} from '../index.js';

const { secretKey, publicKey: point } = p256.keygen(Uint8Array.from({ length: 48 }, (_, i) => i + 1));
const key = publicKey(point, 'P-256');
const secret: SecretKey = { curve: 'P-256', secret: secretKey };
const messageOf = (Body: Iso2Body): Iso2Message => ({ V2G_Message: { Header: { SessionID: '0102030405060708' }, Body } });
const authorization = messageOf({ AuthorizationReq: { Id: 'ID1', GenChallenge: '00112233445566778899AABBCCDDEEFF' } });
const chain = (Id: string, certificate: string) => ({ Id, Certificate: certificate });
const update = (...ids: readonly [string, string, string, string]) =>
  messageOf({
    CertificateUpdateRes: {
      ResponseCode: 'OK',
      SAProvisioningCertificateChain: { Certificate: '00' },
      ContractSignatureCertChain: chain(ids[0], '01'),
      ContractSignatureEncryptedPrivateKey: { Id: ids[1], CONTENT: '02' },
      DHpublickey: { Id: ids[2], CONTENT: '03' },
      eMAID: { Id: ids[3], CONTENT: 'DE1ABC12345678' },
    },
  });

/** A certificate with nothing in it but what leads to its key. */
function certificateOf({ algorithm = '06072a8648ce3d0201', curve = '06082a8648ce3d030107', bits = `00${hexOf(p256.getPublicKey(secretKey, false))}` } = {}): Uint8Array {
  const item = (tag: string, content: string) => {
    const length = content.length / 2;
    return `${tag}${length < 128 ? '' : '81'}${length.toString(16).padStart(2, '0')}${content}`;
  };
  const info = item('30', `${item('30', algorithm + curve)}${item('03', bits)}`);
  return bytesOf(item('30', item('30', `020101${'3000'.repeat(4)}${info}`)));
}

describe('signatures', () => {
  test('a message signed here verifies after it went over the wire, and only with its key', () => {
    const signed = signMessage(authorization, ['ID1'], secret);
    const { value } = iso2.decode(iso2.encode(signed));
    expect(verifySignature(value, key)).toEqual({
      verdict: 'valid',
      references: [{ uri: '#ID1', state: 'matches', path: 'V2G_Message/Body/AuthorizationReq' }],
    });
    const other = publicKey(p256.getPublicKey(bytesOf('11'.repeat(32))), 'P-256');
    expect(verifySignature(value, other).verdict).toBe('not-by-key');
    expect(signMessage(signed, ['ID1'], secret), 'nothing is left to chance').toEqual(signed);
  });

  test('several elements are signed together', () => {
    const signed = signMessage(update('a', 'b', 'c', 'd'), ['a', 'b', 'c', 'd'], secret);
    expect(verifySignature(signed, key).verdict).toBe('valid');
    const renamed = { V2G_Message: { ...signed.V2G_Message, Body: update('a', 'b', 'c', 'e').V2G_Message.Body } };
    expect(verifySignature(renamed, key)).toMatchObject({ verdict: 'stale', references: [{}, {}, {}, { uri: '#d', state: 'stale' }] });
  });

  test('an Id that several elements have names none of them', () => {
    const signed = signMessage(update('a', 'b', 'c', 'd'), ['a'], secret);
    const doubled = { V2G_Message: { ...signed.V2G_Message, Body: update('a', 'a', 'c', 'd').V2G_Message.Body } };
    expect(verifySignature(doubled, key).verdict).toBe('ambiguous');
    expect(() => signMessage(update('a', 'a', 'c', 'd'), ['a'], secret)).toThrow(expect.objectContaining({ code: 'ambiguous-id' }));
    expect(() => signMessage(authorization, ['ID2'], secret)).toThrow(expect.objectContaining({ code: 'unknown-id' }));
    expect(() => signMessage(authorization, ['ID1'], { ...secret, secret: new Uint8Array(32) })).toThrow(expect.objectContaining({ code: 'bad-key' }));
  });

  test('a message without signature is unsigned, one of other algorithms is not vouched for', () => {
    expect(verifySignature(authorization, key)).toEqual({ verdict: 'unsigned', references: [] });
    const text = JSON.stringify(signMessage(authorization, ['ID1'], secret));
    const otherwise = (from: string, to: string) => verifySignature(JSON.parse(text.replace(from, to)) as Iso2Message, key).verdict;
    expect(otherwise('xmldsig-more#ecdsa-sha256', 'xmldsig-more#ecdsa-sha512')).toBe('unsupported');
    expect(otherwise('canonical-exi/', 'REC-xml-c14n-20010315')).toBe('unsupported');
    expect(otherwise('xmlenc#sha256', 'xmlenc#sha512'), 'what was signed is another SignedInfo').toBe('not-by-key');
    const references = checkReferences(JSON.parse(text.replace('xmlenc#sha256', 'xmlenc#sha512')) as Iso2Message);
    expect(references).toEqual([{ uri: '#ID1', state: 'unsupported' }]);
  });

  test('a signature that refers to a part of itself refers to nothing', () => {
    const signed = signMessage(authorization, ['ID1'], secret);
    const text = JSON.stringify(signed).replace('"Id":"ID1",', '').replace('{"URI"', '{"Id":"ID1","URI"');
    expect(checkReferences(JSON.parse(text) as Iso2Message)).toEqual([{ uri: '#ID1', state: 'stale' }]);
  });

  test('an element that was read but is not valid cannot have been signed', () => {
    const signed = signMessage(authorization, ['ID1'], secret);
    const text = JSON.stringify(signed).replace('00112233445566778899AABBCCDDEEFF', '00');
    expect(verifySignature(JSON.parse(text) as Iso2Message, key).verdict).toBe('altered');
  });
});

describe('signatures of ISO 15118-20', () => {
  const Header = { SessionID: '0102030405060708', TimeStamp: '1700000000' };
  const request: Iso20CommonMessage = {
    AuthorizationReq: {
      Header,
      SelectedAuthorizationService: 'PnC',
      PnC_AReqAuthorizationMode: {
        Id: 'id1',
        GenChallenge: '00112233445566778899AABBCCDDEEFF',
        ContractCertificateChain: { Certificate: '30', SubCertificates: { Certificate: ['31'] } },
      },
    },
  };
  const keys = {
    'P-521': { secret: new Uint8Array(66).fill(1), point: p521.getPublicKey(new Uint8Array(66).fill(1), false) },
    Ed448: { secret: new Uint8Array(57).fill(1), point: ed448.getPublicKey(new Uint8Array(57).fill(1)) },
  };

  test.each(['P-521', 'Ed448'] as const)('come back from the wire and verify: %s', (curve) => {
    const own = publicKey(keys[curve].point, curve);
    const signed = signMessage(request, ['id1'], { curve, secret: keys[curve].secret });
    const { value } = iso20Common.decode(iso20Common.encode(signed));
    const references = [{ uri: '#id1', state: 'matches', path: 'AuthorizationReq/PnC_AReqAuthorizationMode' }];
    expect(verifySignature(value, own)).toEqual({ verdict: 'valid', references });
    const changed = JSON.parse(JSON.stringify(value).replace('00112233', '00112232')) as Iso20CommonMessage;
    expect(verifySignature(changed, own).verdict).toBe('altered');
    const cut = (bytes: number) => JSON.parse(JSON.stringify(value).replace(/("SignatureValue":\{"CONTENT":"[0-9A-F]*)[0-9A-F]{2}"/, `$1${'00'.repeat(bytes)}"`)) as Iso20CommonMessage;
    for (const bytes of [0, 2]) expect(verifySignature(cut(bytes), own).verdict).toBe('not-by-key');
    const other = curve === 'P-521' ? 'Ed448' : 'P-521';
    expect(verifySignature(value, publicKey(keys[other].point, other)).verdict).toBe('not-by-key');
    expect(verifySignature(value, key).verdict).toBe('not-by-key');
  });

  test('are made with the curves of their own edition only', () => {
    const refused = expect.objectContaining({ code: 'unsupported-key' });
    expect(() => signMessage(request, ['id1'], secret)).toThrow(refused);
    expect(() => signMessage(authorization, ['ID1'], { curve: 'P-521', secret: keys['P-521'].secret })).toThrow(refused);
  });
});

describe('the key of a certificate', () => {
  const refused = (certificate: Uint8Array) => {
    try {
      publicKeyOf(certificate);
      return 'read';
    } catch (error) {
      return isSignatureError(error) ? error.code : String(error);
    }
  };

  test('is that of its subject', () => {
    expect(publicKeyOf(certificateOf())).toEqual({ curve: 'P-256', point: p256.getPublicKey(secretKey, false) });
    const edwards = ed448.getPublicKey(new Uint8Array(57).fill(7));
    expect(publicKeyOf(certificateOf({ algorithm: '06032b6571', curve: '', bits: `00${hexOf(edwards)}` }))).toEqual({ curve: 'Ed448', point: edwards });
  });

  test('is of one of the three curves', () => {
    expect(refused(certificateOf({ algorithm: '06092a864886f70d010101' })), 'RSA').toBe('unsupported-key');
    expect(refused(certificateOf({ curve: '06052b81040022' })), 'P-384').toBe('unsupported-key');
    expect(refused(certificateOf({ curve: '06052b81040023' })), 'a point of P-256 said to be of P-521').toBe('bad-key');
    expect(refused(certificateOf({ bits: `0004${'01'.repeat(64)}` })), 'not on the curve').toBe('bad-key');
    expect(refused(certificateOf({ bits: `01${hexOf(point)}` })), 'not whole bytes').toBe('bad-key');
  });

  test('is not looked for in what only looks like DER', () => {
    const good = certificateOf();
    const at = (index: number, byte: number) => refused(Uint8Array.from(good, (of, i) => (i === index ? byte : of)));
    expect(refused(good)).toBe('read');
    expect(at(0, 0x31), 'another tag').toBe('bad-certificate');
    expect(at(1, 0x80), 'an indefinite length').toBe('bad-certificate');
    expect(at(2, 0x7f), 'another tag within').toBe('bad-certificate');
    expect(refused(Uint8Array.of(0x30, 0x81, ...good.subarray(1))), 'a length longer than need be').toBe('bad-certificate');
    expect(refused(new Uint8Array())).toBe('bad-certificate');
    for (let length = 1; length < good.length; length++) expect(refused(good.subarray(0, length))).toBe('bad-certificate');
  });
});
