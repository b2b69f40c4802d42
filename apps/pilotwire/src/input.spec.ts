import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { fakeIo } from '../test/console.js';
import { CliError } from './errors.js';
import { type Input, isCapture, openInput } from './input.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pcapng = Buffer.from('0a0d0d0a1c0000004d3c2b1a', 'hex');

async function whole(input: Input): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of input.bytes) parts.push(bytes);
  return Buffer.concat(parts).toString('hex');
}

function file(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

describe('openInput', () => {
  test('a capture is known by its first bytes and still read whole', async () => {
    const input = await openInput(file('a.pcapng', pcapng), fakeIo().io);
    expect(isCapture(input)).toBe(true);
    expect(await whole(input)).toBe(pcapng.toString('hex'));
  });

  test('gzip is unpacked, whatever the name, from a file and from standard input byte by byte', async () => {
    const packed = gzipSync(pcapng);
    const named = await openInput(file('packed', packed), fakeIo().io);
    expect([isCapture(named), await whole(named)]).toEqual([true, pcapng.toString('hex')]);
    const piped = await openInput('-', fakeIo({ stdin: [...packed].map((byte) => Uint8Array.of(byte)) }).io);
    expect([isCapture(piped), await whole(piped)]).toEqual([true, pcapng.toString('hex')]);
  });

  test.each(['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1'])('pcap in either byte order and precision: %s', async (magic) => {
    expect(isCapture(await openInput('-', fakeIo({ stdin: [Buffer.from(magic, 'hex')] }).io))).toBe(true);
  });

  test('text that is typed line by line is handed on at once', async () => {
    let asked = 0;
    const { io } = fakeIo();
    async function* typed(): AsyncGenerator<Uint8Array> {
      asked++;
      yield Buffer.from('8');
      asked++;
    }
    const input = await openInput('-', { ...io, stdin: typed });
    expect([isCapture(input), asked]).toEqual([false, 1]);
  });

  test('an empty file is empty', async () => {
    const input = await openInput(file('empty', new Uint8Array()), fakeIo().io);
    expect([isCapture(input), await whole(input)]).toEqual([false, '']);
  });

  test('a file that is not there, a folder and a broken gzip end with one line', async () => {
    const missing = join(folder, 'x.pcapng');
    await expect(openInput(missing, fakeIo().io)).rejects.toThrow(new CliError(`no such file: ${missing}`));
    await expect(openInput(folder, fakeIo().io)).rejects.toThrow(new CliError(`is a folder: ${folder}`));
    const broken = file('cut.gz', gzipSync(Buffer.alloc(100_000, 'pilot')).subarray(0, 60));
    await expect(openInput(broken, fakeIo().io).then(whole)).rejects.toThrow(`${broken}: broken gzip: `);
  });
});
