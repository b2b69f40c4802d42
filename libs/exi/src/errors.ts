/** Why bytes could not be read, or a value could not be written. */
export type ExiErrorCode =
  // reading
  | 'bad-header' // not a bit-packed EXI body with default options
  | 'truncated' // the message ends inside a value
  | 'unknown-event' // an event code no production of the grammar has
  | 'unknown-root' // the document element is none of the schema's
  | 'bad-enumeration' // an index beyond the last enumerated value
  | 'bad-length' // a length no message of this size can hold
  | 'bad-number' // a number wider than its type could ever be
  | 'bad-character' // a code point Unicode does not have
  | 'bad-string-table' // a hit on an entry that is not there
  | 'too-deep' // elements nested beyond any schema
  | 'unsupported' // legal EXI no V2G message uses (xsi:type)
  // writing
  | 'missing' // a required member is absent
  | 'unexpected' // a member the schema does not have here
  | 'too-many' // more entries than the schema allows
  | 'wrong-type' // a value of another type than the schema's
  | 'out-of-range' // a number, length or text outside its bounds
  | 'no-room'; // the memory to write to is too small

/** The one error of this library: what, where in the bits, and where in the message. */
export class ExiError extends Error {
  override readonly name = 'ExiError';
  readonly code: ExiErrorCode;
  /** Offset of the byte that was being read, or was to be written. */
  readonly byte: number;
  /** Bit within that byte, 0 is the most significant. */
  readonly bit: number;
  /** Such as `V2G_Message/Body/PreChargeReq/EVTargetVoltage`. */
  readonly path: string;

  constructor(code: ExiErrorCode, position: number, path: string, message: string) {
    super(message);
    this.code = code;
    this.byte = position >>> 3;
    this.bit = position & 7;
    this.path = path;
  }
}

export function isExiError(error: unknown): error is ExiError {
  return error instanceof ExiError;
}

/** What a reader accepted although a strict writer would not have written it. */
export type AnomalyCode =
  | 'trailing-bytes' // bytes after the end of the document
  | 'padding-bits' // the last byte's unused bits are not zero
  | 'second-level-end' // an element ended by the escape's code instead of empty content
  | 'unexpected-content' // an element, attribute or text the schema does not have, skipped
  | 'abstract-element' // the head of a substitution group in the place of one of its members
  | 'nil' // content left out by xsi:nil
  | 'out-of-range' // a number outside its type's bounds
  | 'too-long' // text or bytes longer than the schema allows
  | 'too-short'
  | 'redundant-septets' // an integer written longer than it need be
  | 'string-table-hit' // text written as a reference to an earlier one
  | 'regrouped'; // members of a repeated choice came interleaved: their order is lost

export interface Anomaly {
  readonly code: AnomalyCode;
  readonly byte: number;
  readonly bit: number;
  readonly path: string;
  readonly message: string;
}
