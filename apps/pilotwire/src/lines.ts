/** A line of input, or why it is none. */
export type Line = { readonly text: string } | { readonly problem: 'line-too-long' | 'not-utf8' };

/** The longest line that is read, in bytes: twice of what XML makes of the 64 kB that a message may have in EXI. */
export const LONGEST_LINE = 4 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The lines of a stream, one by one and as soon as each is complete; the last may lack its newline, and CRLF counts as
 * one. A line longer than `longest` is skipped without being kept, and reported in its place.
 */
export async function* lines(source: AsyncIterable<Uint8Array>, longest: number = LONGEST_LINE): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0; // of the line so far, even if its parts were dropped
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield finish([...parts, chunk.subarray(start, end)], size + end - start, longest);
      [parts, size, start] = [[], 0, end + 1];
    }
    size += chunk.length - start;
    if (size > longest + 1) parts = []; // one more for a carriage return
    else if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (size > 0) yield finish(parts, size, longest);
}

function finish(parts: readonly Uint8Array[], size: number, longest: number): Line {
  if (size > longest + 1) return { problem: 'line-too-long' };
  const bytes = Buffer.concat(parts);
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  if (end > longest) return { problem: 'line-too-long' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end)) };
  } catch {
    return { problem: 'not-utf8' };
  }
}
