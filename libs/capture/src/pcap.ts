import { CaptureError } from './errors.js';
import type { CaptureSink } from './packet.js';
import type { RecordShape, Window } from './splitter.js';

const FILE_HEADER = 24;
const PACKET_HEADER = 16;

/** First four bytes of a pcap file, read big-endian, and what they say. */
const magics: ReadonlyMap<number, { readonly little: boolean; readonly nanosPerTick: number }> = new Map([
  [0xa1b2c3d4, { little: false, nanosPerTick: 1000 }],
  [0xd4c3b2a1, { little: true, nanosPerTick: 1000 }],
  [0xa1b23c4d, { little: false, nanosPerTick: 1 }],
  [0x4d3cb2a1, { little: true, nanosPerTick: 1 }],
]);

/** The classic format: one header, one link type, packets with 32-bit seconds. Undefined where the magic is not its. */
export function pcapShape(magic: number, sink: CaptureSink, maxBlock: number): RecordShape | undefined {
  const format = magics.get(magic);
  if (format === undefined) return undefined;
  const { little, nanosPerTick } = format;
  let linkType: number | undefined;
  let n = 0;
  return {
    measure({ view }, at, available, position) {
      if (linkType === undefined) return FILE_HEADER;
      if (available < PACKET_HEADER) return PACKET_HEADER;
      const captured = view.getUint32(at + 8, little);
      if (captured > maxBlock) {
        throw new CaptureError('bad-length', position + 8, `packet of ${captured} bytes, more than ${maxBlock}`);
      }
      return PACKET_HEADER + captured;
    },
    record({ bytes, view }: Window, at, length) {
      if (linkType === undefined) {
        // The upper half holds the length of a frame check sequence, if any.
        linkType = view.getUint32(at + 20, little) & 0xffff;
        return;
      }
      const ticks = view.getUint32(at + 4, little);
      // Some writers let the fraction run over the second.
      const nanos = ticks * nanosPerTick;
      sink.packet({
        n: ++n,
        time: { seconds: view.getUint32(at, little) + Math.floor(nanos / 1e9), nanos: nanos % 1e9 },
        linkType,
        interfaceId: 0,
        bytes: bytes.subarray(at + PACKET_HEADER, at + length),
        originalLength: view.getUint32(at + 12, little),
      });
    },
  };
}
