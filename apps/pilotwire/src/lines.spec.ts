import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Line, lines, LONGEST_LINE } from './lines.js';

async function read(chunks: Iterable<string | Uint8Array>, longest?: number): Promise<Line[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const found: Line[] = [];
  for await (const line of lines(source(), longest)) found.push(line);
  return found;
}

describe('lines', () => {
  test('however the stream is cut, the lines are the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 8, unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' '))), fc.array(fc.nat(40)), async (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
        expect(await read(chunks)).toEqual(texts.map((text) => ({ text })));
      }),
      { seed: 7012 },
    );
  });

  test('the last line may lack its newline, CRLF counts as one, an empty line is a line', async () => {
    expect(await read(['a\r\n\nb'])).toEqual([{ text: 'a' }, { text: '' }, { text: 'b' }]);
  });

  test('a line that is too long is reported in its place, at the very byte', async () => {
    expect(await read(['12345\r\n123', '456\n', '1', '2345678', '9\nz'], 5)).toEqual([
      { text: '12345' },
      { problem: 'line-too-long' },
      { problem: 'line-too-long' },
      { text: 'z' },
    ]);
  });

  test('a line of 4 MiB is read, one byte more is not, and nothing of it is kept', async () => {
    const longest = 'a'.repeat(LONGEST_LINE);
    expect(await read([`${longest}\n`, longest, 'a\nb\n'])).toEqual([{ text: longest }, { problem: 'line-too-long' }, { text: 'b' }]);
  });

  test('bytes that are not UTF-8 are reported, not replaced', async () => {
    expect(await read([Uint8Array.of(0x22, 0xff, 0x22, 0x0a, 0x61)])).toEqual([{ problem: 'not-utf8' }, { text: 'a' }]);
  });
});
