/** Why an XML document could not be read. */
export type XmlErrorCode =
  | 'not-well-formed'
  | 'unsupported' // a document type, xsi:type, xsi:nil, namespaces or elements without end
  | 'too-deep' // elements nested beyond any schema
  | 'unexpected' // an element, attribute or text that the schema does not have here
  | 'bad-value'; // a text that is no value of its type

export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly code: XmlErrorCode;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;

  constructor(code: XmlErrorCode, text: string, position: number, message: string) {
    const before = text.slice(0, position).split(/\r\n|\r|\n/);
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    super(`line ${line}, column ${column}: ${message}`);
    this.code = code;
    this.line = line;
    this.column = column;
  }
}

export function isXmlError(error: unknown): error is XmlError {
  return error instanceof XmlError;
}
