import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isReaderGone, output } from './io.js';

/** A stream that keeps what it is handed, and is done with a piece only when told. */
function slow(): { stream: NodeJS.WriteStream; pieces: string[]; take: () => Promise<void> } {
  const pieces: string[] = [];
  let taken: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 100_000,
    decodeStrings: false,
    write(piece: string, _encoding, done) {
      pieces.push(piece);
      taken = done;
    },
  });
  const take = async (): Promise<void> => {
    taken?.();
    await turn();
  };
  return { stream: stream as unknown as NodeJS.WriteStream, pieces, take };
}

describe('output', () => {
  test('lines that are ready together are written in one piece, without being asked to', async () => {
    const { stream, pieces } = slow();
    const out = output(stream);
    expect([out.line('a'), out.line('b')]).toEqual([undefined, undefined]);
    expect(pieces).toEqual([]);
    await turn();
    expect(pieces).toEqual(['a\nb\n']);
  });

  test('much output is not held back, and has to wait where nobody takes it', async () => {
    const { stream, pieces, take } = slow();
    const out = output(stream);
    expect(out.line('x'.repeat(70_000))).toBeUndefined();
    expect(pieces).toHaveLength(1);
    const full = out.line('y'.repeat(70_000));
    expect(full).toBeInstanceOf(Promise);
    expect(out.line('z')).toBe(full);
    for (const _ of ['x', 'y', 'z']) await take();
    await full;
    expect(out.line('z')).toBeUndefined();
  });

  test('a reader that has gone is one on every system', () => {
    const error = (code: string) => Object.assign(new Error(code), { code });
    expect(['EPIPE', 'EOF', 'EIO'].map((code) => isReaderGone(error(code)))).toEqual([true, true, false]);
  });

  test('on a terminal what is printed next replaces an update; elsewhere there is none', async () => {
    const { stream, pieces } = slow();
    const terminal = output(Object.assign(stream, { isTTY: true, columns: 100 }));
    terminal.update('1 kW');
    terminal.update('2 kW');
    void terminal.line('the end');
    void terminal.line('of it');
    terminal.update('3 kW');
    await terminal.flush();
    expect(pieces).toEqual(['1 kW\r\u001b[K2 kW\r\u001b[Kthe end\nof it\n3 kW\r\u001b[K']);
    expect(terminal.columns).toBe(100);
    const pipe = slow();
    const file = output(pipe.stream);
    file.update('1 kW');
    await file.flush();
    expect([pipe.pieces, file.columns]).toEqual([[], 80]);
  });

  test('flush hands over what is held', async () => {
    const { stream, pieces } = slow();
    const out = output(stream);
    void out.line('last');
    await out.flush();
    expect(pieces).toEqual(['last\n']);
  });
});
