import type { Packet } from '@pilotwire/capture';
import { writeFrame } from '@pilotwire/v2gtp';
import { fromHex, toHex } from '@pilotwire/wire';
import { ACK, car, charger, type End, SYN, tcpFrame } from '../../capture/test/frames.js';
import { Conversation, type ConversationRecord, type Decoders } from '../src/index.js';
import { decodersKnowing, type Expected } from './expected.js';

export const bytes = (hex: string): Uint8Array => {
  const found = fromHex(hex);
  if (found === undefined) throw new Error(`not hex: ${hex}`);
  return found;
};

export const hexOf = (message: { readonly bytes: Uint8Array }): string => toHex(message.bytes);

/** A message as an expected file would hold it. */
export const message = (
  schema: string,
  type: string,
  hex: string,
  decoded: unknown = {},
  payloadType = '8001',
): Expected => ({
  n: 0,
  t: 0,
  dir: type.endsWith('Req') ? 'ev->evse' : 'evse->ev',
  kind: 'v2gtp',
  schema,
  type,
  payloadType,
  hex,
  decoded,
});

const offer = (namespace: string, SchemaID: number) => ({ ProtocolNamespace: namespace, SchemaID });

/** A handshake in which the car offers namespaces, numbered from 1; the bytes stand for it. */
export const handshakeReq = (hex: string, ...namespaces: readonly string[]): Expected =>
  message('app', 'supportedAppProtocolReq', hex, {
    supportedAppProtocolReq: { AppProtocol: namespaces.map((namespace, i) => offer(namespace, i + 1)) },
  });

export const handshakeRes = (hex: string, SchemaID: number): Expected =>
  message('app', 'supportedAppProtocolRes', hex, {
    supportedAppProtocolRes: { ResponseCode: 'OK_SuccessfulNegotiation', SchemaID },
  });

export const DIN = 'urn:din:70121:2012:MsgDef';
export const ISO2 = 'urn:iso:15118:2:2013:MsgDef';
export const ISO20 = 'urn:iso:std:iso:15118:-20:DC';

/** The first messages of a charge. The payloads need only differ: what reads them here is a table. */
export const charge: readonly Expected[] = [
  handshakeReq('8000dbab9371d3234b71d1b981899189d191818991d26b9b3a232b30020000040040', DIN),
  handshakeRes('80400040', 1),
  message('din', 'SessionSetupReq', '809a0000000000000000000011d0'),
  message('din', 'SessionSetupRes', '809a02000000003bc1351311e020045452a28482c0'),
  message('din', 'CableCheckReq', '809a00000000000efc4d4c511030'),
  message('din', 'CableCheckRes', '809a020000000001fe80015045'),
  message('din', 'PreChargeReq', '809a0040000000000000000113501fe8001000000f'),
  message('din', 'PreChargeRes', '809a0040000000000000000113600000'),
];

export interface Segment {
  readonly from: End;
  readonly to: End;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly payload: Uint8Array;
}

/** The messages as segments of at most `size` bytes, each acknowledging what the other side has sent before. */
export function segmentsOf(messages: readonly Expected[], size: (index: number) => number, start = 1000): Segment[] {
  const next = { car: start, charger: start };
  const segments: Segment[] = [];
  for (const { dir, payloadType, hex } of messages) {
    const [me, you] = dir === 'ev->evse' ? (['car', 'charger'] as const) : (['charger', 'car'] as const);
    const [from, to] = me === 'car' ? [car, charger] : [charger, car];
    const frame = writeFrame(Number.parseInt(payloadType ?? '', 16), bytes(hex));
    for (let at = 0; at < frame.length;) {
      const payload = frame.slice(at, at + size(segments.length));
      segments.push({ from, to, sequence: next[me] >>> 0, acknowledgment: next[you] >>> 0, payload });
      next[me] += payload.length;
      at += payload.length;
    }
  }
  return segments;
}

export const toFrame = ({ from, to, sequence, payload, acknowledgment }: Segment): Uint8Array =>
  tcpFrame(from, to, sequence, ACK, payload, acknowledgment);

/** SYN and SYN-ACK before sequence number `start` of both sides. */
export const opening = (start = 1000): Uint8Array[] => [
  tcpFrame(car, charger, (start - 1) >>> 0, SYN),
  tcpFrame(charger, car, (start - 1) >>> 0, SYN | ACK, new Uint8Array(0), start >>> 0),
];

/** What a conversation makes of Ethernet frames, one a second. */
export function listen(frames: readonly Uint8Array[], decoders: Decoders = decodersKnowing(charge), linkType = 1) {
  const records: ConversationRecord[] = [];
  const conversation = new Conversation(decoders, (record) => records.push(record));
  for (const [i, frame] of frames.entries()) {
    const packet: Packet = {
      n: i + 1,
      time: { seconds: i, nanos: 0 },
      linkType,
      interfaceId: 0,
      bytes: frame,
      originalLength: frame.length,
    };
    conversation.packet(packet);
  }
  conversation.end();
  return { records, stats: conversation.stats };
}

/** A record in a line: direction, schema, type, and its bytes. */
export const brief = (record: ConversationRecord | Expected): string => {
  const schema = 'schema' in record ? record.schema : record.kind;
  const type = 'type' in record ? record.type : '';
  return `${record.dir} ${schema} ${type} ${'hex' in record ? record.hex : hexOf(record)}`;
};
