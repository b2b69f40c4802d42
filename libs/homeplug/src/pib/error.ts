/**
 * `truncated` the file ends before what it announces; `length` a length that cannot be (not whole words, or not the
 * file's); `checksum` a header's or an image's does not hold; `chain` the chain of a container goes back, is too long
 * or leads to no parameter block; `field` a named field lies beyond this image or a value does not fit it.
 */
export type PibErrorCode = 'truncated' | 'length' | 'checksum' | 'chain' | 'field';

/** `offset` counts from the start of the file. */
export class PibError extends Error {
  override readonly name = 'PibError';
  readonly code: PibErrorCode;
  readonly offset: number;

  constructor(code: PibErrorCode, offset: number, what: string) {
    super(`${what} (offset 0x${offset.toString(16)})`);
    this.code = code;
    this.offset = offset;
  }
}

export function isPibError(error: unknown): error is PibError {
  return error instanceof PibError;
}
