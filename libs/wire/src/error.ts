/**
 * What can be wrong with bytes, or with a value to be written:
 * `truncated` the bytes end before the field does; `unexpected` bytes that cannot be this kind of message;
 * `range` a number outside its field; `length` a byte string or list of another length than the field's;
 * `format` text that is no MAC address or does not fit its octets; `missing` no value for a field;
 * `limit` more bytes than a message may have.
 */
export type WireErrorCode = 'truncated' | 'unexpected' | 'range' | 'length' | 'format' | 'missing' | 'limit';

/** Says where and what: `byte` counts from the buffer's start, `path` names the field as `CM_SLAC_MATCH.CNF/nmk`. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  readonly byte: number;
  readonly path: string;

  constructor(code: WireErrorCode, byte: number, path: string, what: string) {
    super(`${path === '' ? '' : `${path}: `}${what} (byte ${byte})`);
    this.code = code;
    this.byte = byte;
    this.path = path;
  }
}

export function isWireError(error: unknown): error is WireError {
  return error instanceof WireError;
}

/**
 * `constant` a fixed field holds something else; `reserved` reserved octets are not as the standard wants them;
 * `unusual` a field holds another value than everybody sends; `trailing` octets after the end of the message;
 * `fragmented` the message is one piece of several.
 */
export type AnomalyCode = 'constant' | 'reserved' | 'unusual' | 'trailing' | 'fragmented';

/** A deviation that does not stop a reader. `byte` and `path` as in `WireError`. */
export interface Anomaly {
  readonly code: AnomalyCode;
  readonly byte: number;
  readonly path: string;
  readonly message: string;
}
