import { checkReferences, type ReferenceState, type SignableMessage } from '@pilotwire/v2g-messages';
import type { SchemaName } from './record.js';

/** What is told of a signature beside the message: what can be seen without any key. */
export interface SignatureNote {
  readonly code: `signature-${Exclude<ReferenceState, 'matches'>}`;
  readonly path: string;
  readonly message: string;
}

const said: Readonly<Record<Exclude<ReferenceState, 'matches'>, string>> = {
  altered: 'which is not as it was signed',
  stale: 'which is nothing in this message',
  ambiguous: 'which several elements are called',
  unsupported: 'by a reference or an algorithm that is not known',
};

/** Of a valid message: each reference of its signature that does not match what it refers to. */
export function signatureNotes(schema: SchemaName, message: unknown): readonly SignatureNote[] {
  if (!isSigned(schema, message)) return [];
  return checkReferences(message).flatMap(({ uri, state, path = 'Signature' }) =>
    state === 'matches' ? [] : [{ code: `signature-${state}` as const, path, message: `the signature is of ${uri}, ${said[state]}` }],
  );
}

function isSigned(schema: SchemaName, message: unknown): message is SignableMessage {
  if (schema !== 'iso2' && schema !== 'iso20-common') return false;
  const [content] = Object.values(message as SignableMessage) as ({ readonly Header?: { readonly Signature?: unknown } } | undefined)[];
  return content?.Header?.Signature !== undefined;
}
