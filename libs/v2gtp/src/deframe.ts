import { V2gtpError } from './errors.js';
import { DEFAULT_MAX_PAYLOAD, HEADER_LENGTH, headerFits, readHeader } from './frame.js';

/** A whole message. Its payload is a view of the pushed bytes where it came in one piece. */
export interface V2gtpMessage {
  readonly kind: 'message';
  readonly payloadType: number;
  readonly payload: Uint8Array;
  /** Where its header begins, in bytes from the start of the stream. */
  readonly at: number;
}

/** Bytes that belong to no message, and why. One stretch may come in several pieces, all with the same error. */
export interface V2gtpSkipped {
  readonly kind: 'skipped';
  readonly error: V2gtpError;
  readonly bytes: Uint8Array;
  readonly at: number;
}

export type DeframeEvent = V2gtpMessage | V2gtpSkipped;

export interface DeframerOptions {
  /** Payloads longer than this are not waited for: the length is taken for a lie. Default 64 KiB. */
  readonly maxPayload?: number;
  /** The stream is seen from somewhere in its middle: what comes before the first header that fits is skipped. */
  readonly midStream?: boolean;
}

/**
 * Cuts one direction of a TCP stream into V2GTP messages, however the bytes arrive. Every byte pushed comes back once,
 * in a message or as skipped: after a bad header, an unbelievable length or lost bytes the deframer looks for the next
 * header with a known payload type and a believable length. In step, an unknown payload type is an ordinary message.
 */
export class Deframer {
  readonly #maxPayload: number;
  /** Why the deframer is looking for a header; undefined in step. */
  #lost: V2gtpError | undefined;
  /** Begin of a message (in step) or of something that may become a header (lost). */
  #partial = new Uint8Array(0);
  #have = 0;
  /** Stream offset of the first byte that is neither reported nor in `#partial`. */
  #position = 0;

  constructor({ maxPayload = DEFAULT_MAX_PAYLOAD, midStream = false }: DeframerOptions = {}) {
    this.#maxPayload = maxPayload;
    if (midStream) this.#lost = new V2gtpError('mid-stream', 0, 'stream joined before a V2GTP header');
  }

  push(bytes: Uint8Array): readonly DeframeEvent[] {
    const events: DeframeEvent[] = [];
    this.#walk(this.#resume(bytes, events), 0, events);
    return events;
  }

  /** Tells that `length` bytes of the stream are missing (0 where unknown). */
  gap(length: number): readonly DeframeEvent[] {
    const events = this.end();
    this.#lost = new V2gtpError('cut-off', this.#position, `${length} bytes of the stream are missing`);
    this.#position += length;
    return events;
  }

  /**
   * Gives up the message that is being waited for. Its length may have been the lie, so messages that lie whole behind
   * its header are still found.
   */
  end(): readonly DeframeEvent[] {
    const events: DeframeEvent[] = [];
    while (this.#have > 0) {
      const bytes = this.#partial.slice(0, this.#have);
      this.#position -= this.#have;
      this.#have = 0;
      this.#lost ??= new V2gtpError('cut-off', this.#position, cutOff(bytes));
      this.#walk(bytes, 1, events);
    }
    return events;
  }

  /** Adds to the message begun before, and returns what is left to be looked at. */
  #resume(bytes: Uint8Array, events: DeframeEvent[]): Uint8Array {
    if (this.#have === 0) return bytes;
    if (this.#have < HEADER_LENGTH) {
      const joined = new Uint8Array(this.#have + bytes.length);
      joined.set(this.#partial.subarray(0, this.#have));
      joined.set(bytes, this.#have);
      this.#position -= this.#have;
      this.#have = 0;
      return joined;
    }
    const { payloadType, length } = readHeader(this.#partial) ?? { payloadType: 0, length: 0 };
    const added = bytes.subarray(0, HEADER_LENGTH + length - this.#have);
    this.#keep(added);
    if (this.#have < HEADER_LENGTH + length) return bytes.subarray(added.length);
    const at = this.#position - this.#have;
    const payload = this.#partial.slice(HEADER_LENGTH, this.#have);
    events.push({ kind: 'message', payloadType, payload, at });
    this.#have = 0;
    return bytes.subarray(added.length);
  }

  /** Reports all of `bytes`, or keeps their end. A lost deframer looks for headers from `from` on. */
  #walk(bytes: Uint8Array, from: number, events: DeframeEvent[]): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#lost !== undefined) {
        const found = this.#seek(bytes, Math.max(at, from));
        if (found > at) {
          events.push({ kind: 'skipped', error: this.#lost, bytes: bytes.subarray(at, found), at: this.#position });
        }
        this.#position += found - at;
        at = found;
        if (bytes.length - at < HEADER_LENGTH) break;
        this.#lost = undefined;
      }
      const length = this.#messageLength(bytes, at);
      if (length === undefined) continue;
      if (length > bytes.length - at) break;
      const payload = bytes.subarray(at + HEADER_LENGTH, at + length);
      const payloadType = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      events.push({ kind: 'message', payloadType, payload, at: this.#position });
      this.#position += length;
      at += length;
    }
    this.#keep(bytes.subarray(at));
  }

  /** Length of the message at `at`, header included; more than there is where more is needed; undefined: now lost. */
  #messageLength(bytes: Uint8Array, at: number): number | undefined {
    const available = bytes.length - at;
    if (available < HEADER_LENGTH) {
      if (mayBecomeHeader(bytes, at)) return HEADER_LENGTH;
    } else {
      const header = readHeader(bytes, at);
      if (header !== undefined && header.length <= this.#maxPayload) return HEADER_LENGTH + header.length;
      if (header !== undefined) {
        const message = `payload of ${header.length} bytes exceeds ${this.#maxPayload}`;
        this.#lost = new V2gtpError('payload-too-long', this.#position + 4, message);
        return undefined;
      }
    }
    this.#lost = new V2gtpError('bad-version', this.#position, 'a V2GTP header begins with 01 fe');
    return undefined;
  }

  /** The first place from `from` on where a header fits, or begins and is cut by the end of the bytes. */
  #seek(bytes: Uint8Array, from: number): number {
    for (let at = bytes.indexOf(0x01, from); at >= 0; at = bytes.indexOf(0x01, at + 1)) {
      if (bytes.length - at < HEADER_LENGTH ? mayBecomeHeader(bytes, at) : headerFits(bytes, at, this.#maxPayload)) {
        return at;
      }
    }
    return bytes.length;
  }

  /** Grows by doubling, so that a length alone never makes it allocate, nor a message in tiny pieces copy for ever. */
  #keep(bytes: Uint8Array): void {
    const length = this.#have + bytes.length;
    if (length > this.#partial.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#partial.length));
      grown.set(this.#partial.subarray(0, this.#have));
      this.#partial = grown;
    }
    this.#partial.set(bytes, this.#have);
    this.#have = length;
    this.#position += bytes.length;
  }
}

function mayBecomeHeader(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x01 && (bytes.length - at === 1 || bytes[at + 1] === 0xfe);
}

function cutOff(bytes: Uint8Array): string {
  if (bytes.length < HEADER_LENGTH) return `a header ends after ${bytes.length} bytes`;
  return `payload of ${readHeader(bytes)?.length} bytes ends after ${bytes.length - HEADER_LENGTH}`;
}
