export type V2gtpErrorCode =
  /** The first two bytes are no protocol version (0x01) with its inverse (0xFE). */
  | 'bad-version'
  /** A payload longer than the cap; such a length is believed to be a lie. */
  | 'payload-too-long'
  /** The stream ended, or lost bytes, inside a message. */
  | 'cut-off'
  /** Bytes before the first header of a stream that was joined in its middle. */
  | 'mid-stream'
  /** An SDP payload whose length is not the one of its type, or an address or port that no SDP message can carry. */
  | 'bad-sdp'
  /** A datagram with bytes missing or left over behind its one message. */
  | 'bad-datagram';

/** What is wrong with V2GTP bytes, and at which byte (counted from the start of the stream or of the given bytes). */
export class V2gtpError extends Error {
  override readonly name = 'V2gtpError';
  readonly code: V2gtpErrorCode;
  readonly byte: number;

  constructor(code: V2gtpErrorCode, byte: number, message: string) {
    super(message);
    this.code = code;
    this.byte = byte;
  }
}
