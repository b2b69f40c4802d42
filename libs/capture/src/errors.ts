/** Codes behind which nothing more of the file is read, because the next block cannot be found. */
export type FatalCaptureErrorCode =
  /** Neither pcap nor pcapng. */
  | 'unknown-format'
  /** A pcapng section whose byte order cannot be told. */
  | 'bad-byte-order'
  /** A length that no block or packet can have. */
  | 'bad-length'
  /** The file ends inside a block. */
  | 'cut-off';

/** Codes of one bad block: what is behind it is read. */
export type BlockErrorCode =
  /** A block too short for what its type has to hold. */
  | 'bad-block'
  /** The length at the end of a block is not the one at its beginning. The block is used all the same. */
  | 'length-mismatch'
  /** A packet of an interface that its section has not described. It is counted, and cannot be read. */
  | 'unknown-interface'
  /** More interfaces in a section than are kept. */
  | 'too-many-interfaces';

export type CaptureErrorCode = FatalCaptureErrorCode | BlockErrorCode;

/** What is wrong in a capture file, and at which byte of it. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code: CaptureErrorCode;
  readonly byte: number;

  constructor(code: CaptureErrorCode, byte: number, message: string) {
    super(message);
    this.code = code;
    this.byte = byte;
  }
}
