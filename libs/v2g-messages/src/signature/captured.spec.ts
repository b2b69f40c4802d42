import { sha256 } from '@noble/hashes/sha2.js';
import { encodeFragment } from '@pilotwire/exi';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../../tools/shared.js';
import { bytesOf, hexOf, linesOf } from '../../test/lines.js';
import {
  checkReferences,
  iso2,
  type Iso2Message,
  iso2Schema,
  type PublicKey,
  publicKeyOf,
  type SignatureVerdict,
  verifySignature,
} from '../index.js';
import { EMAIDType } from '../iso15118-2/certificates.js';

interface Recorded {
  readonly n: number;
  readonly schema: string;
  readonly hex: string;
}

const folder = sharedPath('captures');
const metering = 'ISO-2_AC_PnC_TLS_Contract_MeteringReceipt_DS5366_RiseV2G';
const installation = 'ISO-2_DC_PnC_TLS_CertInstallation_DS5366_RiseV2G';

/** Messages of a session by their frames; they are inside TLS. */
function messagesOf(capture: string): Map<number, Iso2Message> {
  const lines = linesOf<Recorded>(`${folder}/${capture}.pcapng.expected.jsonl.gz`).filter(({ schema }) => schema === 'iso2');
  return new Map(lines.map(({ n, hex }) => [n, iso2.decode(bytesOf(hex)).value]));
}

type Signer = 'contract' | 'OEM' | 'SA';

/** The keys of the certificates that the messages of a session carry. */
function keysOf(messages: Iterable<Iso2Message>): Map<Signer, PublicKey> {
  const keys = new Map<Signer, PublicKey>();
  for (const { V2G_Message } of messages) {
    const { PaymentDetailsReq, CertificateInstallationReq, CertificateInstallationRes } = V2G_Message.Body;
    if (PaymentDetailsReq) keys.set('contract', publicKeyOf(bytesOf(PaymentDetailsReq.ContractSignatureCertChain.Certificate)));
    if (CertificateInstallationReq) keys.set('OEM', publicKeyOf(bytesOf(CertificateInstallationReq.OEMProvisioningCert)));
    if (CertificateInstallationRes) keys.set('SA', publicKeyOf(bytesOf(CertificateInstallationRes.SAProvisioningCertificateChain.Certificate)));
  }
  return keys;
}

/** What each key of a session says of each signature in it. */
function verdictsOf(capture: string): [n: number, signer: Signer | undefined, verdict: SignatureVerdict | undefined][] {
  const messages = messagesOf(capture);
  const keys = keysOf(messages.values());
  const signed = [...messages].filter(([, { V2G_Message }]) => V2G_Message.Header.Signature);
  return signed.map(([n, message]) => {
    const verdicts = [...keys].map(([signer, key]) => [signer, verifySignature(message, key).verdict] as const);
    const [[signer, verdict] = [], ...others] = verdicts.filter(([, of]) => of !== 'not-by-key');
    expect(others, `frame ${n} is signed with one key`).toEqual([]);
    return [n, signer, verdict];
  });
}

describe.skipIf(folder === undefined)('the signatures of captured Plug & Charge sessions', () => {
  test('all verify with the certificate of their signer; those repeated on later messages are stale', () => {
    const stale = [172, 176, 180, 184, 196, 200, 204, 208].map((n) => [n, 'contract', 'stale'] as const);
    const valid = [109, 164, 188].map((n) => [n, 'contract', 'valid'] as const);
    expect(verdictsOf(metering)).toEqual([...stale, ...valid].sort(([a], [b]) => a - b));
    expect(verdictsOf(installation)).toEqual([
      [112, 'OEM', 'valid'],
      [118, 'SA', 'valid'],
      [128, 'contract', 'valid'],
    ]);
  });

  test('a stale signature refers to nothing in its message', () => {
    const message = messagesOf(metering).get(172) as Iso2Message;
    expect(checkReferences(message)).toEqual([{ uri: '#id1', state: 'stale' }]);
  });

  test('each element that is signed is named by its place', () => {
    const response = 'V2G_Message/Body/CertificateInstallationRes';
    const message = messagesOf(installation).get(118) as Iso2Message;
    expect(checkReferences(message)).toEqual([
      { uri: '#ID1', state: 'matches', path: `${response}/ContractSignatureCertChain` },
      { uri: '#ID2', state: 'matches', path: `${response}/ContractSignatureEncryptedPrivateKey` },
      { uri: '#ID3', state: 'matches', path: `${response}/DHpublickey` },
      { uri: '#ID4', state: 'matches', path: `${response}/eMAID` },
    ]);
  });

  test('an element whose name has several types is digested under the element fragment grammar', () => {
    const { eMAID } = messagesOf(installation).get(118)?.V2G_Message.Body.CertificateInstallationRes ?? {};
    const bytes = encodeFragment(iso2Schema, { name: 'eMAID', uri: 'urn:iso:15118:2:2013:MsgBody' }, EMAIDType, eMAID);
    expect(hexOf(sha256(bytes)).slice(0, 8)).toBe('7c5ca09e');
  });

  test('a flipped bit, of the element or of the signature, is found whichever it is', () => {
    const messages = messagesOf(installation);
    const key = keysOf(messages.values()).get('contract') as PublicKey;
    const message = messages.get(128) as Iso2Message;
    const text = JSON.stringify(message);
    const { Signature } = message.V2G_Message.Header;
    const verdicts = new Map<string, Set<SignatureVerdict>>();
    for (const [what, hex] of [
      ['element', message.V2G_Message.Body.AuthorizationReq?.GenChallenge],
      ['digest', Signature?.SignedInfo.Reference[0]?.DigestValue],
      ['value', Signature?.SignatureValue.CONTENT],
    ] as const) {
      const bytes = bytesOf(hex ?? '');
      expect(bytes.length).toBeGreaterThan(0);
      for (let bit = 0; bit < 8 * bytes.length; bit += 11) {
        const flipped = bytes.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (0x80 >> (bit & 7));
        const changed = JSON.parse(text.replace(hex ?? '', hexOf(flipped).toUpperCase())) as Iso2Message;
        verdicts.set(what, (verdicts.get(what) ?? new Set()).add(verifySignature(changed, key).verdict));
      }
    }
    expect(Object.fromEntries(verdicts)).toEqual({
      element: new Set(['altered']),
      digest: new Set(['not-by-key']),
      value: new Set(['not-by-key']),
    });
  });

  test('every certificate of the sessions is read; cut short or with more behind, none is', () => {
    const certificates = new Set<string>();
    const collect = (name: string, value: unknown): void => {
      if (typeof value === 'string' && /^(OEMProvisioningCert|Certificate)$/.test(name)) certificates.add(value);
      else if (Array.isArray(value)) value.forEach((of) => collect(name, of));
      else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, of]) => collect(key, of));
    };
    for (const capture of [metering, installation]) for (const message of messagesOf(capture).values()) collect('', message);
    expect(certificates.size).toBeGreaterThan(5);
    for (const hex of certificates) {
      expect(publicKeyOf(bytesOf(hex)).point).toHaveLength(65);
      const refused = expect.objectContaining({ code: 'bad-certificate' });
      expect(() => publicKeyOf(bytesOf(hex.slice(0, -2)))).toThrow(refused);
      expect(() => publicKeyOf(bytesOf(`${hex}00`))).toThrow(refused);
    }
  });
});
