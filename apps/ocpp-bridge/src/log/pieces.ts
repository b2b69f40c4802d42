/** Octets of one record of a journal; it takes a mebibyte. */
const mostOctets = 1_000_000;

// A local list alone may be longer than one record, so what belongs together goes in pieces.
const [first, last] = [1, 2];

/** What belongs together, cut into records: each begins with an octet that says whether it is the first, the last, or both. */
export function piecesOf(text: string, most = mostOctets): Uint8Array[] {
  const octets = new TextEncoder().encode(text);
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < octets.length || from === 0; from += most) {
    const part = octets.subarray(from, from + most);
    const piece = new Uint8Array(1 + part.length);
    piece[0] = (from === 0 ? first : 0) | (from + most >= octets.length ? last : 0);
    piece.set(part, 1);
    pieces.push(piece);
  }
  return pieces;
}

/** Puts pieces together again; what lacks a piece never was. */
export class Joiner {
  #parts: Uint8Array[] | undefined;

  /** The text, where this was its last piece. */
  take(piece: Uint8Array): string | undefined {
    const flags = piece[0] ?? 0;
    if (flags & first) this.#parts = [];
    if (this.#parts === undefined) return undefined;
    this.#parts.push(piece.subarray(1));
    if (!(flags & last)) return undefined;
    const octets = Buffer.concat(this.#parts);
    this.#parts = undefined;
    return octets.toString('utf8');
  }
}
