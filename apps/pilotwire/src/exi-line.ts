import { didYouMean } from '@pilotwire/configuration/nearest';
import { fromHex, toHex } from '@pilotwire/wire';
import { UsageError } from './errors.js';
import { type Anomaly, type Codec, type Codecs, type Failure, isFailure, isXmlFailure, type XmlFailure } from './libraries.js';
import { type Line, LONGEST_LINE } from './lines.js';

/** A message that was understood. */
export interface Message {
  readonly schema: string;
  readonly type: string;
  readonly decoded: unknown;
  readonly anomalies?: readonly Anomaly[];
  /** Further schemas that read the same bytes as well. */
  readonly also?: readonly Message[];
}

export type Result<T> = T | { readonly error: Failure };

/** The codec of that name; throws a UsageError that lists the names there are. */
export function codecOf(codecs: Codecs, schema: string): Codec {
  const codec = Object.hasOwn(codecs, schema) ? codecs[schema] : undefined;
  if (codec) return codec;
  const names = Object.keys(codecs);
  throw new UsageError(`unknown schema: ${schema}${didYouMean(schema, names)}; there are: ${names.join(', ')}`);
}

/** One line of hex to the message it carries. Without a schema, the one that reads it all and writes it back the same. */
export function decodeLine(codecs: Codecs, schema: string | undefined, line: Line): Result<Message> {
  if ('problem' in line) return { error: unreadable(line.problem) };
  const text = line.text.trim();
  const bytes = fromHex(text);
  if (bytes === undefined) {
    const at = text.search(/[^0-9a-fA-F]/);
    const why = at < 0 ? 'an odd number of hex digits' : `not a hex digit: ${JSON.stringify(text[at])}`;
    return { error: failure('not-hex', why, (at < 0 ? text.length : at) >> 1) };
  }
  if (schema !== undefined) return decodeAs(schema, codecOf(codecs, schema), bytes);
  return decodeByFit(codecs, bytes);
}

/** A line of JSON, the value alone or `{ schema, type, decoded }`, or a line of XML, to the hex of its message. */
export function encodeLine(codecs: Codecs, schema: string | undefined, line: Line): Result<{ readonly hex: string }> {
  if ('problem' in line) return { error: unreadable(line.problem) };
  if (/^\s*</.test(line.text)) return encodeXml(codecs, schema, line.text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.text);
  } catch (error) {
    return { error: failure('not-json', error instanceof Error ? error.message : String(error)) };
  }
  const named = isNamed(parsed) ? parsed : undefined;
  if (named && schema !== undefined && named.schema !== schema) {
    return { error: failure('other-schema', `the line says ${named.schema}, the command ${schema}`) };
  }
  const name = schema ?? named?.schema;
  if (name === undefined) return { error: failure('no-schema', 'the line names no schema, and --schema is not given') };
  const codec = Object.hasOwn(codecs, name) ? codecs[name] : undefined;
  if (!codec) return { error: failure('no-schema', `unknown schema: ${name}${didYouMean(name, Object.keys(codecs))}`) };
  return guarded(() => {
    const value = codec.check(named ? named.decoded : parsed);
    const type = codec.typeOf(value);
    if (named?.type !== undefined && named.type !== type) {
      return { error: failure('other-type', `the line says ${named.type}, its value is a ${type}`) };
    }
    return { hex: toHex(codec.encode(value)) };
  });
}

/** Read by the schema that has its document element, with its namespace; of the errors of all, that of the one that got furthest. */
function encodeXml(codecs: Codecs, schema: string | undefined, text: string): Result<{ readonly hex: string }> {
  const failures: Failure[] = [];
  for (const name of schema === undefined ? Object.keys(codecs) : [schema]) {
    const codec = codecOf(codecs, name);
    try {
      const value = codec.fromXml(text);
      return guarded(() => ({ hex: toHex(codec.encode(codec.check(value))) }));
    } catch (error) {
      if (!isXmlFailure(error)) throw error;
      failures.push(failure(error.code, error.message, offset(text, error)));
    }
  }
  const furthest = failures.reduce((one, other) => (other.byte > one.byte ? other : one));
  // All stop at the document element where none of them has it.
  const nobody = failures.length > 1 && failures.every(({ code, byte }) => code === 'unexpected' && byte === furthest.byte);
  return { error: nobody ? { ...furthest, message: `${furthest.message}, nor of any other` } : furthest };
}

/** Where in a text of several lines an error is. */
function offset(text: string, { line, column }: XmlFailure): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
}

/** The error as one line of text. */
export function failureText({ code, byte, bit, path, message }: Failure): string {
  return `${code} at byte ${byte} bit ${bit}${path === '' ? '' : ` in ${path}`}: ${message}`;
}

function decodeAs(schema: string, codec: Codec, bytes: Uint8Array): Result<Message> {
  return guarded(() => {
    const { value, anomalies } = codec.decode(bytes);
    return { schema, type: codec.typeOf(value), decoded: value, ...(anomalies.length > 0 && { anomalies }) };
  });
}

function decodeByFit(codecs: Codecs, bytes: Uint8Array): Result<Message> {
  const fits: Message[] = [];
  const reasons: string[] = [];
  let deepest: Failure = failure('no-schema', '');
  for (const [schema, codec] of Object.entries(codecs)) {
    const result = decodeAs(schema, codec, bytes);
    if ('error' in result) {
      reasons.push(`${schema}: ${failureText(result.error)}`);
      if (result.error.byte >= deepest.byte) deepest = result.error;
      continue;
    }
    const again = guarded(() => ({ hex: toHex(codec.encode(result.decoded)) }));
    if ('hex' in again && again.hex === toHex(bytes)) fits.push(result);
    else reasons.push(`${schema}: reads it as ${result.type}, but writes other bytes; name the schema to see it`);
  }
  const [first, ...also] = fits;
  if (first === undefined) return { error: { ...deepest, code: 'no-schema', message: `no schema fits; ${reasons.join('; ')}` } };
  return also.length > 0 ? { ...first, also } : first;
}

function guarded<T>(work: () => Result<T>): Result<T> {
  try {
    return work();
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { code, byte, bit, path, message } = error;
    return { error: { code, byte, bit, path, message } };
  }
}

function isNamed(value: unknown): value is { schema: string; type?: unknown; decoded: unknown } {
  return typeof value === 'object' && value !== null && 'decoded' in value && 'schema' in value && typeof value.schema === 'string';
}

function failure(code: string, message: string, byte = 0): Failure {
  return { code, byte, bit: 0, path: '', message };
}

function unreadable(problem: 'line-too-long' | 'not-utf8'): Failure {
  return failure(problem, problem === 'not-utf8' ? 'the line is not UTF-8' : `the line is longer than ${LONGEST_LINE / 2 ** 20} MiB`);
}
