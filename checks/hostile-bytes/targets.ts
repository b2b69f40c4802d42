import { CaptureReader, dissect, TcpReassembler } from '@pilotwire/capture';
import { isExiError } from '@pilotwire/exi';
import { decodeMme, isPibError, patchPib, readPib } from '@pilotwire/homeplug';
import { codecs, type MessageCodec, type SchemaName } from '@pilotwire/v2g-messages';
import { decodeSdpRequest, decodeSdpResponse, Deframer, readDatagram, SDP_REQUEST, V2gtpError } from '@pilotwire/v2gtp';
import { putLe32, xorChecksum32 } from '@pilotwire/wire';

/** What a decoder made of one input: what to count it as, and whether it got past the first header. */
export interface Outcome {
  readonly as: string;
  readonly past: boolean;
}

/** A decoder to throw hostile bytes at. Whatever `run` throws is a fault of it. */
export interface Target {
  readonly name: string;
  /** Bytes of the first header: most changes are made behind it. */
  readonly header: number;
  /** Puts checksums right again, where they would hide all else from half of the mutants. */
  seal?(bytes: Uint8Array): void;
  run(bytes: Uint8Array): Outcome;
}

function exi(schema: SchemaName): Target {
  const codec = codecs[schema] as MessageCodec<unknown>;
  return {
    name: `exi.${schema}`,
    header: 2,
    run(bytes) {
      try {
        const { value, anomalies } = codec.decode(bytes);
        return { as: anomalies.length === 0 ? `value ${codec.typeOf(value)}` : `value with ${anomalies[0]?.code}`, past: true };
      } catch (error) {
        if (!isExiError(error)) throw error;
        return { as: error.code, past: error.byte > 1 };
      }
    },
  };
}

const v2gtp: Target = {
  name: 'v2gtp',
  header: 8,
  run(bytes) {
    const deframer = new Deframer();
    const middle = bytes.length >> 1;
    const events = [...deframer.push(bytes.subarray(0, middle)), ...deframer.push(bytes.subarray(middle)), ...deframer.end()];
    const skipped = events.find((event) => event.kind !== 'message');
    const first = events[0];
    return { as: skipped?.kind === 'skipped' ? skipped.error.code : 'messages', past: first?.kind === 'message' || bytes.length < 8 };
  },
};

const sdp: Target = {
  name: 'sdp',
  header: 8,
  run(bytes) {
    try {
      const { payload, payloadType } = readDatagram(bytes);
      const read = payloadType === SDP_REQUEST ? decodeSdpRequest(payload) : decodeSdpResponse(payload);
      return { as: 'ip' in read ? 'value response' : 'value request', past: true };
    } catch (error) {
      if (!(error instanceof V2gtpError)) throw error;
      // A header that is whole and of the right version was read, whatever it says of the payload's length.
      return { as: error.code, past: error.code !== 'bad-version' && bytes.length >= 8 };
    }
  },
};

const mme: Target = {
  name: 'mme',
  header: 19,
  run(bytes) {
    const decoded = decodeMme(bytes);
    if (decoded.kind === 'known') return { as: decoded.anomalies.length === 0 ? 'value' : `value with ${decoded.anomalies[0]?.code}`, past: true };
    if (decoded.kind === 'unknown') return { as: 'unknown', past: true };
    return { as: `${decoded.kind} ${decoded.error.code}`, past: decoded.kind === 'malformed' };
  },
};

const pib: Target = {
  name: 'pib',
  header: 12,
  seal(bytes) {
    if (bytes.length < 16 || bytes.length % 4 !== 0) return;
    putLe32(bytes, 8, 0);
    putLe32(bytes, 8, xorChecksum32(bytes));
  },
  run(bytes) {
    try {
      const fields = readPib(bytes);
      patchPib(bytes, { userHfid: 'EVSE' });
      return { as: `value ${Object.keys(fields).length}`, past: true };
    } catch (error) {
      if (!isPibError(error)) throw error;
      return { as: error.code, past: error.offset > 0 };
    }
  },
};

/** A capture file, read to its packets and their transport. */
function file(name: 'pcap' | 'pcapng', header: number): Target {
  return {
    name,
    header,
    run(bytes) {
      let packets = 0;
      let first: string | undefined;
      let byte = 0;
      const tcp = new TcpReassembler(() => ({ data: () => undefined, gap: () => undefined, close: () => undefined }));
      const reader = new CaptureReader({
        packet(packet) {
          packets++;
          const found = dissect(packet);
          if (found.kind === 'tcp') tcp.segment(found, packet);
        },
        error(error) {
          first ??= error.code;
          byte = Math.max(byte, error.byte);
        },
      });
      for (let at = 0; at < bytes.length; at += 700) reader.push(bytes.subarray(at, at + 700));
      reader.end();
      tcp.end();
      return { as: first ?? 'packets', past: packets > 0 || byte >= header };
    },
  };
}

/** TCP segments as they lie in Ethernet frames, each mutated on its own; the reassembler sees a run of them. */
const tcpReassembler = new TcpReassembler(() => ({ data: () => undefined, gap: () => undefined, close: () => undefined }));
let frame = 0;
const tcp: Target = {
  name: 'tcp',
  header: 74,
  run(bytes) {
    frame++;
    const packet = { n: frame, time: { seconds: frame, nanos: 0 }, linkType: 1, interfaceId: 0, bytes, originalLength: bytes.length };
    const found = dissect(packet);
    if (found.kind !== 'tcp') return { as: found.kind === 'unread' ? found.why : found.kind, past: found.kind === 'udp' };
    tcpReassembler.segment(found, packet);
    return { as: 'segment', past: true };
  },
};

export const targets: readonly Target[] = [...(Object.keys(codecs) as SchemaName[]).map(exi), v2gtp, sdp, mme, pib, file('pcap', 24), file('pcapng', 28), tcp];
