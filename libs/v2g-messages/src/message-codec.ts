import type { Codec } from '@pilotwire/exi';

/** A codec that can also name a message: by the element in its body, or by its document element where it has no body. */
export interface MessageCodec<T> extends Codec<T> {
  typeOf(value: T): string;
}

/** The name of the first member; where there is none, an empty text. */
export function onlyKey(value: object): string {
  for (const key in value) return key;
  return '';
}
