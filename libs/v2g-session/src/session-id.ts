/**
 * How a charger makes its session ids: bytes it always begins with, and how many random ones follow. Ids have 0 to 8
 * bytes; seen: eight bytes of which four are zero (alpitronic), ASCII (ABB), four bytes (Supercharger V3).
 */
export interface SessionIdShape {
  /** Hex, upper case. */
  readonly prefix: string;
  readonly random: number;
}

/**
 * A session id from random bytes (hex, at least as many as the shape wants). Never all zero: to a car that is the id of
 * no session. One chance in 2^64, or a broken source of chance; either way the id must work. A shape without bytes gives
 * an id without: what a car must bear.
 */
export function sessionId({ prefix, random }: SessionIdShape, entropy: string): string {
  if (prefix === '' && random === 0) return '';
  const id = `${prefix}${entropy.slice(0, 2 * random)}`.toUpperCase();
  return /[1-9A-F]/.test(id) ? id : `${id.slice(2)}01`;
}

/** Ids are equal where their bytes are, length included: 00 is not sixteen zeros. */
export const sameSession = (a: string, b: string): boolean => a === b || a.toUpperCase() === b.toUpperCase();
