import { isExiError } from '@pilotwire/exi';
import { decodeMme, mmes } from '@pilotwire/homeplug';
import { codecs, type MessageCodec } from '@pilotwire/v2g-messages';
import { toHex } from '@pilotwire/wire';
import type { Decoded, Decoders } from './decoders.js';
import type { RecordError, SchemaName } from './record.js';
import { signatureNotes } from './signatures.js';

const known = codecs as Readonly<Record<SchemaName, MessageCodec<unknown>>>;

/** The project's own codecs. */
export const standardDecoders: Decoders = { exi, bestFit, homeplug };

/** The names of the messages that the project's own codecs know, in EXI and of HomePlug; a capture may hold others. */
export function standardTypes(): ReadonlySet<string> {
  // Within a body any element may stand by its schema; only those called so are messages.
  const isMessage = (name: string): boolean => /Re[qs]$/.test(name);
  const exiTypes = Object.values(known).flatMap(({ set: { roots } }) => roots.map(({ name }) => name).filter(isMessage));
  return new Set([...exiTypes, ...mmes.map(({ listedAs }) => listedAs)]);
}

function exi(schema: SchemaName, bytes: Uint8Array): Decoded {
  const codec = known[schema];
  try {
    const { value, anomalies: deviations } = codec.decode(bytes);
    // A signature is of valid elements alone.
    const anomalies = deviations.length > 0 ? deviations : signatureNotes(schema, value);
    return { type: codec.typeOf(value), decoded: value, ...(anomalies.length > 0 && { anomalies }) };
  } catch (error) {
    if (!isExiError(error)) throw error;
    const { code, message, byte, bit, path } = error;
    return { error: { code, message, byte, bit, path } };
  }
}

/** The schema that reads all of the bytes; where several do, the one that would write the same. */
function bestFit(bytes: Uint8Array): ({ readonly schema: SchemaName } & Decoded) | undefined {
  let best: ({ readonly schema: SchemaName } & Decoded) | undefined;
  for (const schema of Object.keys(known) as SchemaName[]) {
    const result = exi(schema, bytes);
    if ('error' in result) continue;
    if (writesSame(schema, result.decoded, bytes)) return { schema, ...result };
    best ??= { schema, ...result };
  }
  return best;
}

function writesSame(schema: SchemaName, value: unknown, bytes: Uint8Array): boolean {
  try {
    const written = known[schema].encode(value);
    return written.length === bytes.length && written.every((byte, i) => byte === bytes[i]);
  } catch (error) {
    if (!isExiError(error)) throw error;
    return false;
  }
}

function homeplug(frame: Uint8Array): Decoded {
  const mme = decodeMme(frame);
  switch (mme.kind) {
    case 'known':
      return { type: mme.type, decoded: plain(mme.value), ...(mme.anomalies.length > 0 && { anomalies: mme.anomalies }) };
    case 'unknown':
      return { type: mme.type, decoded: { payload: toHex(mme.payload) } };
    case 'malformed':
    case 'not-mme': {
      const { code, message, byte, path } = mme.error;
      const error: RecordError = { code, message, byte, path };
      return { error };
    }
  }
}

/** As JSON can show it: bytes as lower-case hex. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, plain(of)]));
}
