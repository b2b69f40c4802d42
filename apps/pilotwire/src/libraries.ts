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
  /** Into memory of the caller's, from `at` on; returns how many bytes. */
  encodeInto(value: unknown, target: Uint8Array, at: number): number;
  typeOf(value: unknown): string;
  /** The value itself, or throws where it is not valid by the schema. */
  check(value: unknown): unknown;
  /** A document: without line breaks of its own, or each element on a line. */
  toXml(value: unknown, options?: { readonly pretty: boolean }): string;
  /** The value of a document; throws an XmlFailure. */
  fromXml(text: string): unknown;
  /** The grammars, printed, of the types of a name and of the elements of that name. */
  grammarsOf(name: string): readonly string[];
  /** The names that have a grammar. */
  grammarNames(): Iterable<string>;
}

export type Codecs = Readonly<Record<string, Codec>>;

export interface ReadOptions {
  /** What messages call the capture. */
  readonly name: string;
  /** What is wrong with the file. */
  readonly warn: (message: string) => void;
  /** Lines of a TLS key log in NSS format. */
  readonly keyLog?: string;
}

/** The records of a capture, in the order of their frames. */
export type ReadCapture = (bytes: AsyncIterable<Uint8Array>, options: ReadOptions) => AsyncIterable<CaptureRecord>;

/** What the commands are made of. */
export interface Libraries {
  readonly codecs: Codecs;
  readonly readCapture: ReadCapture;
  /** The names of messages that captures may hold; there are others. */
  readonly types: () => ReadonlySet<string>;
}

/** Where and why a text is not the XML of a message. */
export interface XmlFailure {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export function isXmlFailure(error: unknown): error is Error & XmlFailure {
  return error instanceof Error && 'code' in error && 'line' in error && 'column' in error;
}

/** True for the typed errors of the codecs. Anything else that is thrown is a fault of the program. */
export function isFailure(error: unknown): error is Error & Failure {
  return error instanceof Error && 'code' in error && 'byte' in error && 'bit' in error && 'path' in error;
}
