import { V2gtpError } from './errors.js';
import { payloadTypes } from './payload-type.js';

/** Version 0x01, its inverse, payload type (2, big-endian), payload length (4, big-endian). DIN SPEC 70121, 15118-2. */
export const HEADER_LENGTH = 8;

/** The longest payload believed unless told otherwise. The largest seen is a few kilobytes of certificates. */
export const DEFAULT_MAX_PAYLOAD = 0x1_0000;

export interface V2gtpHeader {
  readonly payloadType: number;
  /** Bytes of payload behind the header. */
  readonly length: number;
}

/** The header at `at`, whose eight bytes the caller has seen to; undefined where the version pair is not there. */
export function readHeader(bytes: Uint8Array, at = 0): V2gtpHeader | undefined {
  if (bytes[at] !== 0x01 || bytes[at + 1] !== 0xfe) return undefined;
  const octet = (i: number): number => bytes[at + i] ?? 0;
  const length = ((octet(4) << 24) | (octet(5) << 16) | (octet(6) << 8) | octet(7)) >>> 0;
  return { payloadType: (octet(2) << 8) | octet(3), length };
}

/** Whether a header begins at `at` that a lost reader may trust: known payload type, believable length. */
export function headerFits(bytes: Uint8Array, at: number, maxPayload: number): boolean {
  const header = readHeader(bytes, at);
  return header !== undefined && payloadTypes.has(header.payloadType) && header.length <= maxPayload;
}

/** One V2GTP message: header and payload. Throws `payload-too-long` where the payload exceeds `maxPayload` bytes. */
export function writeFrame(payloadType: number, payload: Uint8Array, maxPayload = DEFAULT_MAX_PAYLOAD): Uint8Array {
  if (payload.length > maxPayload) {
    throw new V2gtpError('payload-too-long', 4, `payload of ${payload.length} bytes exceeds ${maxPayload}`);
  }
  const frame = new Uint8Array(HEADER_LENGTH + payload.length);
  writeHeader(frame, payloadType, payload.length);
  frame.set(payload, HEADER_LENGTH);
  return frame;
}

/** The eight bytes in front of a payload of so many bytes, at the beginning of `target`. */
export function writeHeader(target: Uint8Array, payloadType: number, length: number): void {
  const view = new DataView(target.buffer, target.byteOffset);
  view.setUint16(0, 0x01fe);
  view.setUint16(2, payloadType);
  view.setUint32(4, length);
}

/**
 * The one message that a datagram holds (SDP). Throws `bad-version`, `cut-off` where bytes are missing and
 * `bad-datagram` where bytes are left over.
 */
export function readDatagram(bytes: Uint8Array): { readonly payloadType: number; readonly payload: Uint8Array } {
  if (bytes.length < HEADER_LENGTH) throw new V2gtpError('cut-off', bytes.length, 'datagram shorter than a header');
  const header = readHeader(bytes);
  if (header === undefined) throw new V2gtpError('bad-version', 0, 'datagram does not begin with 01 fe');
  const payload = bytes.subarray(HEADER_LENGTH);
  if (payload.length < header.length) {
    throw new V2gtpError('cut-off', bytes.length, `payload of ${header.length} bytes, ${payload.length} are there`);
  }
  if (payload.length > header.length) {
    const extra = payload.length - header.length;
    throw new V2gtpError('bad-datagram', HEADER_LENGTH + header.length, `${extra} bytes behind the message`);
  }
  return { payloadType: header.payloadType, payload };
}
