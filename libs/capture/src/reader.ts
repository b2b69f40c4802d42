import { CaptureError } from './errors.js';
import type { CaptureSink } from './packet.js';
import { pcapShape } from './pcap.js';
import { block, PcapngShape } from './pcapng.js';
import { type RecordShape, RecordSplitter } from './splitter.js';

/** The longest block or packet that is believed: 16 MiB. Wireshark writes none above 256 KiB. */
const DEFAULT_MAX_BLOCK = 0x100_0000;

export interface CaptureReaderOptions {
  /** Longest block or packet in bytes; a longer one is taken for a lie, and ends the reading. */
  readonly maxBlock?: number;
}

/** Whether these first bytes of a file are gzip's: unpack it before pushing it into a reader. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Reads pcap and pcapng, told apart by their first bytes, from chunks of any size. It keeps at most one block, and no
 * packet. Errors go to the sink: behind a bad block reading goes on, behind a `FatalCaptureErrorCode` nothing is read.
 */
export class CaptureReader {
  readonly #sink: CaptureSink;
  readonly #splitter: RecordSplitter;
  #ended = false;

  constructor(sink: CaptureSink, { maxBlock = DEFAULT_MAX_BLOCK }: CaptureReaderOptions = {}) {
    this.#sink = sink;
    let format: RecordShape | undefined;
    this.#splitter = new RecordSplitter({
      measure(window, at, available, position) {
        if (format === undefined && available < 4) return 4;
        format ??= detect(window.view.getUint32(at), sink, maxBlock);
        return format.measure(window, at, available, position);
      },
      record(window, at, length, position) {
        try {
          format?.record(window, at, length, position);
        } catch (error) {
          if (!(error instanceof CaptureError)) throw error;
          sink.error(error);
        }
      },
    });
  }

  /** Packets that lie whole in `chunk` are views of it: do not write to it afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#ended) return;
    try {
      this.#splitter.push(chunk);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.#ended = true;
      this.#sink.error(error);
    }
  }

  /** Tells that the file has ended: inside a block that is a `cut-off`. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { pending, position } = this.#splitter;
    if (pending === 0 && position > 0) return;
    const message = position > 0 ? `the last block ends after ${pending} bytes` : `a file of ${pending} bytes`;
    this.#sink.error(new CaptureError('cut-off', position + pending, message));
  }
}

/** The format that begins with these four bytes, read big-endian. */
function detect(magic: number, sink: CaptureSink, maxBlock: number): RecordShape {
  if (magic === block.section) return new PcapngShape(sink, maxBlock);
  const pcap = pcapShape(magic, sink, maxBlock);
  if (pcap !== undefined) return pcap;
  const what = magic >>> 16 === 0x1f8b ? 'gzip, to be unpacked first' : 'neither pcap nor pcapng';
  throw new CaptureError('unknown-format', 0, `begins with ${magic.toString(16).padStart(8, '0')}: ${what}`);
}
