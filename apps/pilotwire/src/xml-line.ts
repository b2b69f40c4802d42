import { failureText } from './exi-line.js';
import { type Codecs, isFailure } from './libraries.js';
import type { CaptureRecord } from './record.js';
import { errorText, oneLine } from './render.js';

/** A message as an XML document, on one line unless it shall be pretty; where it has none, such as a text of control characters, a comment that says why. */
export function xmlText(codecs: Codecs, { schema, decoded }: { readonly schema: string; readonly decoded: unknown }, pretty: boolean): string {
  const codec = codecs[schema];
  if (!codec) return xmlComment(`no codec for ${schema}`);
  try {
    if (pretty) return codec.toXml(decoded, { pretty }).trimEnd();
    // A line break can only be in a text, where a reference stands for it as well.
    return codec.toXml(decoded).replaceAll('\n', '&#10;');
  } catch (error) {
    if (!isFailure(error)) throw error;
    return xmlComment(failureText(error));
  }
}

/** The XML of a capture's record; undefined where it is no message in EXI. */
export function recordXml(codecs: Codecs, record: CaptureRecord, pretty: boolean): string | undefined {
  const { schema, decoded, error, n } = record;
  if (typeof schema !== 'string' || !Object.hasOwn(codecs, schema)) return undefined;
  if (decoded !== null) return xmlText(codecs, { schema, decoded }, pretty);
  return xmlComment(`frame ${n}: ${error === undefined ? 'not decoded' : errorText(error)}`);
}

export function xmlComment(text: string): string {
  return `<!-- ${oneLine(text).replaceAll(/-(?=-)/g, '- ')} -->`;
}
