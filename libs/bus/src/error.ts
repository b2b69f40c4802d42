/**
 * `not-the-writer`: the contract names another. `too-large`: beyond what a broker should carry. `overlap`: two
 * subscriptions of one connection share topics, and neither holds the other. `offline`: no broker at this moment.
 * `no-answer`: nobody answered a command in time. `closed`: the bus is.
 */
export type BusErrorCode = 'not-the-writer' | 'too-large' | 'overlap' | 'offline' | 'no-answer' | 'closed';

export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
