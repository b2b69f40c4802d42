import { CaptureError } from './errors.js';
import type { CaptureSink, Timestamp } from './packet.js';
import type { RecordShape, Window } from './splitter.js';
import { type TickReader, tickReader } from './time.js';
import { fromUtf8 } from './utf8.js';

/** Block types of the pcapng specification; others are skipped. */
export const block = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  enhancedPacket: 6,
  decryptionSecrets: 0x0a,
} as const;

/** Option codes; the same number means the same in every block that uses it here. */
export const option = { end: 0, comment: 1, name: 2, tsResolution: 9, tsOffset: 14 } as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Type and both lengths: what surrounds the body of each block. */
const FRAME = 12;

/** More than any real capture has; keeps a file of nothing but interfaces from filling memory. */
const MAX_INTERFACES = 4096;

interface Interface {
  readonly linkType: number;
  /** Longest packet kept; 0 is no limit. Only simple packets need it. */
  readonly snapLength: number;
  readonly time: TickReader;
}

/** Reads pcapng blocks: several sections and interfaces, either byte order, all packet blocks there ever were. */
export class PcapngShape implements RecordShape {
  readonly #sink: CaptureSink;
  readonly #maxBlock: number;
  #little = true;
  #interfaces: Interface[] = [];
  #n = 0;

  constructor(sink: CaptureSink, maxBlock: number) {
    this.#sink = sink;
    this.#maxBlock = maxBlock;
  }

  measure({ view }: Window, at: number, available: number, position: number): number {
    if (available < FRAME) return FRAME;
    if (view.getUint32(at) === block.section) this.#little = byteOrder(view.getUint32(at + 8), position);
    const length = view.getUint32(at + 4, this.#little);
    if (length < FRAME || length % 4 !== 0 || length > this.#maxBlock) {
      throw new CaptureError('bad-length', position + 4, `block of ${length} bytes`);
    }
    return length;
  }

  record(window: Window, at: number, length: number, position: number): void {
    const trailer = window.view.getUint32(at + length - 4, this.#little);
    if (trailer !== length) {
      const message = `block of ${length} bytes ends as one of ${trailer}`;
      this.#sink.error(new CaptureError('length-mismatch', position + length - 4, message));
    }
    const end = at + length - 4;
    switch (window.view.getUint32(at, this.#little)) {
      case block.section:
        this.#interfaces = [];
        return this.#comments(window, at + 24, end);
      case block.interface:
        return this.#interface(window, at, end, position);
      case block.enhancedPacket:
        return this.#packet(window, at, end, position, window.view.getUint32(at + 8, this.#little));
      case block.obsoletePacket:
        return this.#packet(window, at, end, position, window.view.getUint16(at + 8, this.#little));
      case block.simplePacket:
        return this.#simplePacket(window, at, end, position);
      case block.decryptionSecrets:
        return this.#secrets(window, at, end, position);
    }
  }

  #interface(window: Window, at: number, end: number, position: number): void {
    need(at + 16, end, position);
    if (this.#interfaces.length === MAX_INTERFACES) {
      throw new CaptureError('too-many-interfaces', position, `more than ${MAX_INTERFACES} interfaces`);
    }
    const { view } = window;
    let resolution = 6;
    let offset = 0;
    for (const { code, start, length } of this.#options(window, at + 16, end)) {
      if (code === option.tsResolution && length >= 1) resolution = view.getUint8(start);
      if (code === option.tsOffset && length >= 8) {
        const [high, low] = this.#little ? [start + 4, start] : [start, start + 4];
        offset = view.getInt32(high, this.#little) * 0x1_0000_0000 + view.getUint32(low, this.#little);
      }
    }
    this.#interfaces.push({
      linkType: view.getUint16(at + 8, this.#little),
      snapLength: view.getUint32(at + 12, this.#little),
      time: tickReader(resolution, offset),
    });
    this.#comments(window, at + 16, end);
  }

  /** Enhanced and obsolete packet blocks differ only in how they write the interface. */
  #packet(window: Window, at: number, end: number, position: number, interfaceId: number): void {
    this.#n++;
    need(at + 28, end, position);
    const { view } = window;
    const found = this.#interfaces[interfaceId];
    if (found === undefined) throw unknownInterface(this.#n, interfaceId, position);
    const captured = view.getUint32(at + 20, this.#little);
    const start = at + 28;
    if (captured > end - start) throw tooLong(captured, end - start, position + 20);
    const time = found.time(view.getUint32(at + 12, this.#little), view.getUint32(at + 16, this.#little));
    const after = start + ((captured + 3) & ~3);
    const comment = after < end ? this.#comment(window, after, end) : undefined;
    this.#emit(
      window,
      found.linkType,
      interfaceId,
      time,
      start,
      captured,
      view.getUint32(at + 24, this.#little),
      comment,
    );
  }

  #simplePacket(window: Window, at: number, end: number, position: number): void {
    this.#n++;
    need(at + 12, end, position);
    const found = this.#interfaces[0];
    if (found === undefined) throw unknownInterface(this.#n, 0, position);
    const original = window.view.getUint32(at + 8, this.#little);
    const start = at + 12;
    const captured = Math.min(original, found.snapLength || original);
    if (captured > end - start) throw tooLong(captured, end - start, position + 8);
    this.#emit(window, found.linkType, 0, undefined, start, captured, original, undefined);
  }

  #emit(
    { bytes }: Window,
    linkType: number,
    interfaceId: number,
    time: Timestamp | undefined,
    start: number,
    captured: number,
    originalLength: number,
    comment: string | undefined,
  ): void {
    const packet = {
      n: this.#n,
      time,
      linkType,
      interfaceId,
      bytes: bytes.subarray(start, start + captured),
      originalLength,
    };
    this.#sink.packet(comment === undefined ? packet : { ...packet, comment });
  }

  #secrets(window: Window, at: number, end: number, position: number): void {
    need(at + 16, end, position);
    const start = at + 16;
    const length = window.view.getUint32(at + 12, this.#little);
    if (length > end - start) throw tooLong(length, end - start, position + 12);
    this.#sink.secrets?.(window.view.getUint32(at + 8, this.#little), window.bytes.subarray(start, start + length));
  }

  #comments(window: Window, at: number, end: number): void {
    for (const { code, start, length } of this.#options(window, at, end)) {
      if (code === option.comment) this.#sink.comment?.(fromUtf8(window.bytes.subarray(start, start + length)));
    }
  }

  #comment(window: Window, at: number, end: number): string | undefined {
    const comments: string[] = [];
    for (const { code, start, length } of this.#options(window, at, end)) {
      if (code === option.comment) comments.push(fromUtf8(window.bytes.subarray(start, start + length)));
    }
    return comments.length > 0 ? comments.join('\n') : undefined;
  }

  /** Options end where the block does, or the first one that does not fit. */
  *#options({ view }: Window, at: number, end: number): Generator<{ code: number; start: number; length: number }> {
    while (at + 4 <= end) {
      const code = view.getUint16(at, this.#little);
      const length = view.getUint16(at + 2, this.#little);
      if (code === option.end || at + 4 + length > end) return;
      yield { code, start: at + 4, length };
      at += 4 + ((length + 3) & ~3);
    }
  }
}

/** The byte order of a section, whose magic is here read big-endian. True: little-endian. */
function byteOrder(magic: number, position: number): boolean {
  if (magic === BYTE_ORDER_MAGIC) return false;
  if (magic === 0x4d3c2b1a) return true;
  throw new CaptureError('bad-byte-order', position + 8, `byte-order magic ${magic.toString(16)}`);
}

function need(at: number, end: number, position: number): void {
  if (at > end) throw new CaptureError('bad-block', position, `block ends ${at - end} bytes early`);
}

function tooLong(length: number, room: number, byte: number): CaptureError {
  return new CaptureError('bad-block', byte, `${length} bytes in a block with room for ${room}`);
}

function unknownInterface(n: number, interfaceId: number, position: number): CaptureError {
  return new CaptureError(
    'unknown-interface',
    position + 8,
    `packet ${n} is of interface ${interfaceId}, not described`,
  );
}
