/** Why a call came to nothing. */
export type CsmsErrorCode =
  /** No such station is connected. */
  | 'no-station'
  /** The call is not as the schema of its version, and was not sent. */
  | 'invalid'
  /** The station answered with a CALLERROR, named in the message. */
  | 'refused'
  /** No answer came in time, or the connection broke first. */
  | 'unanswered';

export class CsmsError extends Error {
  readonly code: CsmsErrorCode;
  constructor(code: CsmsErrorCode, message: string) {
    super(message);
    this.name = 'CsmsError';
    this.code = code;
  }
}
