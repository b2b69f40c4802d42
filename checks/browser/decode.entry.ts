import { CaptureReader, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import { Conversation, recordToJson, standardDecoders } from '@pilotwire/conversation';
import { decodeByGrammar } from '@pilotwire/exi';
import { encodeMme, nidFromNmk, nmkFromPassword } from '@pilotwire/homeplug';
import { din, dinSchema, iso2, publicKey, signMessage, verifySignature } from '@pilotwire/v2g-messages';
import { p256 } from '@noble/curves/nist.js';
import { fromHex, toHex } from '@pilotwire/wire';

const preCharge = fromHex('809a001150400000c80006400000') ?? new Uint8Array();
const runId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const frame = encodeMme('ff:ff:ff:ff:ff:ff', '02:00:00:00:00:01', { mme: 'CM_SLAC_PARM.REQ', runId });

/** What a capture of that one frame holds. */
function recordTypes(): (string | null | undefined)[] {
  const types: (string | null | undefined)[] = [];
  const conversation = new Conversation(standardDecoders, (record) => types.push(recordToJson(record).type));
  const reader = new CaptureReader({
    packet: (packet) => conversation.packet(packet),
    error(error) {
      throw error;
    },
  });
  reader.push(pcapngHeader([{ linkType: 1 }]));
  reader.push(pcapngPacket({ bytes: frame, time: { seconds: 1, nanos: 0 } }));
  reader.end();
  conversation.end();
  return types;
}

const { value } = din.decode(preCharge);

/** A Plug & Charge message, signed, sent and verified. */
function signature(): string {
  const { secretKey, publicKey: point } = p256.keygen(Uint8Array.from({ length: 48 }, (_, i) => i + 1));
  const Body = { AuthorizationReq: { Id: 'ID1', GenChallenge: '00112233445566778899AABBCCDDEEFF' } };
  const message = { V2G_Message: { Header: { SessionID: '0102030405060708' }, Body } };
  const signed = signMessage(message, ['ID1'], { curve: 'P-256', secret: secretKey });
  return verifySignature(iso2.decode(iso2.encode(signed)).value, publicKey(point, 'P-256')).verdict;
}

/** What the test reads from the page. */
export const result = {
  type: din.typeOf(value),
  bytes: toHex(din.encode(value)),
  bothAgree: JSON.stringify(decodeByGrammar(dinSchema, preCharge).value) === JSON.stringify(value),
  nid: toHex(nidFromNmk(nmkFromPassword('HomePlugAV'))),
  records: recordTypes(),
  signature: signature(),
};
