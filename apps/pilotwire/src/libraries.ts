import type { CaptureRecord } from './record.js';

/** Where and why bytes or a value are not a message. */
export interface Failure {
  readonly code: string;
  readonly byte: number;
  readonly bit: number;
  readonly path: string;
  readonly message: string;
}

/** A deviation that the decoder read over. */
export type Anomaly = Failure;

/** Bytes to the plain value of a message and back, for one schema. Both throw the library's own error, a Failure. */
export interface Codec {
  decode(bytes: Uint8Array): { readonly value: unknown; readonly anomalies: readonly Anomaly[] };
  encode(value: unknown): Uint8Array;
  typeOf(value: unknown): string;
  /** The value itself, or throws where it is not valid by the schema. */
  check(value: unknown): unknown;
}

export type Codecs = Readonly<Record<string, Codec>>;

/** The records of the capture called `name`, in the order of their frames; what is wrong with the file goes to `warn`. */
export type ReadCapture = (
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  warn: (message: string) => void,
) => AsyncIterable<CaptureRecord>;

/** What the commands are made of. */
export interface Libraries {
  readonly codecs: Codecs;
  readonly readCapture: ReadCapture;
}

/** True for the typed errors of the codecs. Anything else that is thrown is a fault of the program. */
export function isFailure(error: unknown): error is Error & Failure {
  return error instanceof Error && 'code' in error && 'byte' in error && 'bit' in error && 'path' in error;
}
