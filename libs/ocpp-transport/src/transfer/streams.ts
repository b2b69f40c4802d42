import { Transform } from 'node:stream';

/** Lets through so many bytes, and fails at more. */
export function bounded(maxBytes: number): Transform & { readonly bytes: number } {
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new Error(`larger than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
  return Object.defineProperty(stream, 'bytes', { get: () => bytes }) as Transform & { readonly bytes: number };
}
