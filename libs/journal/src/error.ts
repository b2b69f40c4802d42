/**
 * `disk-full`: no room, try again later. `io`: the disk said no for another reason. `too-large`: one record is beyond the
 * limit. `overloaded`: the disk does not keep up. `locked`: another process has this journal. `closed`: this one.
 */
export type JournalErrorCode = 'disk-full' | 'io' | 'too-large' | 'overloaded' | 'locked' | 'closed';

/** Why a record was not kept, or a journal not opened. What was not kept may be appended again. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const noRoom: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** An error of the file layer as ours. */
export function journalError(error: unknown): JournalError {
  if (error instanceof JournalError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new JournalError(noRoom.includes(code) ? 'disk-full' : 'io', message, { cause: error });
}
