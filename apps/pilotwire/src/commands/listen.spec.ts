import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureReader, linkType } from '@pilotwire/capture';
import { virtualClock } from '@pilotwire/runtime';
import { fromHex } from '@pilotwire/wire';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedPath } from '../../../../tools/shared.js';
import { fakeIo } from '../../test/console.js';
import { readCapture } from '../captures.js';
import { UsageError } from '../errors.js';
import type { Io } from '../io.js';
import type { HeardFrame, SourceListener } from '../listen/source.js';
import { listenCommand } from './listen.js';

const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-listen-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const folder = sharedPath('captures');
const captures = folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.pcapng'));

/** A command that listens, and the link that it listens to. */
function listening(args: readonly string[], { io = fakeIo() } = {}) {
  const clock = virtualClock();
  let listener: SourceListener | undefined;
  const link = { closed: false, heard: 0, dropped: 3 };
  const command = listenCommand({
    clock,
    open: (_, given) => {
      listener = given;
      return { counters: () => link, close: () => void (link.closed = true) };
    },
  });
  const ended = command.run(['--interface', 'eth1', ...args], io.io);
  const hear = (...batch: HeardFrame[]): void => listener?.frames(batch);
  const tell = (state: 'up' | 'no-carrier' | 'down' | 'removed'): void => listener?.link({ state });
  return { ...io, clock, link, ended, hear, tell };
}

/** The frames of a capture, and whether all of it is Ethernet with times. */
function framesOf(name: string): readonly HeardFrame[] {
  const frames: HeardFrame[] = [];
  const reader = new CaptureReader({
    packet({ bytes, time, originalLength, linkType: type }) {
      expect([type, time]).toEqual([linkType.ethernet, expect.anything()]);
      if (time !== undefined) frames.push({ bytes: bytes.slice(), time, originalLength });
    },
    error: (error) => expect.fail(error.message),
  });
  reader.push(readFileSync(`${folder}/${name}`));
  reader.end();
  return frames;
}

async function recordsOf(path: string): Promise<string[]> {
  const bytes = readFileSync(path);
  const lines: string[] = [];
  for await (const record of readCapture((async function* () { yield bytes; })(), { name: path, warn: expect.fail })) lines.push(JSON.stringify(record));
  return lines;
}

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) ?? expect.fail(text);
const at = (seconds: number, bytes: Uint8Array): HeardFrame => ({ bytes, time: { seconds, nanos: 5 }, originalLength: bytes.length });
const parmReq = hex(`ffffffffffff 02000000000e 88e1 01 6460 0000 00 00 0102030405060708${'00'.repeat(31)}`);

describe.skipIf(folder === undefined)('a recorded capture on the link', () => {
  test.each(captures)('%s: each message once and in order, and a file that says the same', async (name) => {
    const file = join(scratch, name);
    const live = listening(['--json', '--write', file]);
    const frames = framesOf(name);
    for (let i = 0; i < frames.length; i += 7) live.hear(...frames.slice(i, i + 7));
    live.interrupt();
    expect(await live.ended).toBe(0);
    expect(live.link.closed).toBe(true);

    const expected = await recordsOf(`${folder}/${name}`);
    const kinds = live.printed.map((line) => (JSON.parse(line) as { kind: string }).kind);
    const summary = JSON.parse(live.printed.at(-1) ?? '{}') as { messages: number };
    const shown = live.printed.filter((_, i) => kinds[i] !== 'key' && kinds[i] !== 'summary');
    expect(shown).toEqual(expected);
    expect(summary).toMatchObject({ kind: 'summary', frames: frames.length, messages: expected.length, dropped: 3, file });
    expect(await recordsOf(file)).toEqual(expected);
  });

  test('what is under way when it ends is told', async () => {
    const live = listening(['--json']);
    const frames = framesOf('ISO-20_TLS13_DC_DS5366_Josev.pcapng');
    live.hear(...frames.slice(0, frames.length / 2));
    live.interrupt();
    await live.ended;
    expect(JSON.parse(live.printed.at(-2) ?? '')).toMatchObject({ kind: 'tls', type: 'Summary', decoded: { end: 'end of capture' } });
  });

  test('the text of a charge is that of decode, with the key pointed out once where it passes', async () => {
    const live = listening([]);
    for (const frame of framesOf('2023-05-24_pyPlc_with_Ioniq93prcSoc.pcapng')) live.hear(frame);
    live.interrupt();
    await live.ended;
    const keys = live.printed.flatMap((line, i) => (line.includes('the key of a network has passed') ? [i] : []));
    expect(keys.map((i) => live.printed[i])).toEqual(['              the key of a network has passed: NMK 7777644d777777777777777777777777  NID 01020304050607 (which is not the hash of the key)']);
    expect(live.printed[(keys[0] ?? 0) - 1]).toMatch(/^18:33:47\.598 {2}\? {9}CM_SET_KEY\.REQ .* nid=01020304050607 newKey=7777/);
    expect(live.errors.at(-1)).toMatch(/^\d+ frames heard \(\d+ octets\); \d+ messages, \d+ of them not decodable; 1 key seen; 3 dropped by the kernel\n$/);
  });
});

describe('listen', () => {
  test('has in its file within a second what it has heard, for its owner alone', async () => {
    const file = join(scratch, 'flushed.pcapng');
    const { hear, clock, ended, interrupt } = listening(['--write', file]);
    const header = statSync(file).size;
    expect([header > 0, statSync(file).mode & 0o777]).toEqual([true, 0o600]);
    hear(at(1, parmReq));
    expect(statSync(file).size).toBe(header);
    clock.advance(1_000);
    expect(statSync(file).size).toBeGreaterThan(header + parmReq.length);
    expect(await recordsOf(file)).toHaveLength(1);
    interrupt();
    expect(await ended).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('does not write over a file', async () => {
    const file = join(scratch, 'there.pcapng');
    const first = listening(['--write', file]);
    const second = listening(['--write', file]);
    await expect(second.ended).rejects.toThrow(`there is a file already: ${file}`);
    expect(second.link.closed).toBe(true);
    first.interrupt();
    await first.ended;
  });

  test('counts what no message is, and shows a message that is broken', async () => {
    const live = listening(['--json']);
    live.hear(at(1, new Uint8Array(60)), at(2, parmReq.subarray(0, 20)), at(3, new Uint8Array(3)));
    live.interrupt();
    await live.ended;
    const [broken, summary] = live.printed.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(broken).toMatchObject({ kind: 'homeplug', n: 2, t: 2.000000005, decoded: null, error: { code: 'truncated' } });
    expect(summary).toMatchObject({ frames: 3, messages: 1, errors: 1, keys: 0 });
  });

  test('tells when the cable is pulled, goes on when it is back, and ends when the interface is gone', async () => {
    const live = listening([]);
    live.tell('up');
    live.tell('no-carrier');
    live.tell('up');
    live.hear(at(1, parmReq));
    live.tell('removed');
    await expect(live.ended).rejects.toThrow('eth1: the network interface has gone');
    expect(live.errors).toEqual([
      'listening on eth1; Ctrl-C ends it\n', expect.stringMatching(/: eth1: no carrier/), expect.stringMatching(/: eth1: it is there again/),
      expect.stringMatching(/^1 frames heard/),
    ]);
    expect(live.printed).toHaveLength(1);
  });

  test('keeps a bounded number of lines for a reader who does not read, and counts the rest', async () => {
    let taken: () => void = () => {};
    const full = new Promise<void>((resolve) => (taken = resolve));
    const io = fakeIo();
    const slow: Io = { ...io.io, out: { ...io.io.out, line: (text) => (io.lines.put(text), io.printed.length === 1 ? full : undefined) } };
    const live = listening([], { io: { ...io, io: slow } });
    for (let i = 0; i < 12_000; i++) live.hear(at(i, parmReq));
    expect(live.printed).toHaveLength(1);
    taken();
    await full;
    live.interrupt();
    await live.ended;
    expect(live.printed).toHaveLength(10_001);
    expect(live.errors.at(-1)).toContain('12000 messages');
    expect(live.errors.at(-1)).toContain('1999 lines not printed');
  });

  test.each([
    [[], 'listen needs an interface: --interface IF'],
    [['--interface', 'eth1', 'x'], 'listen takes no arguments: x'],
  ])('%j is refused', async (args, message) => {
    const command = listenCommand({ clock: virtualClock(), open: () => expect.fail('opened') });
    await expect(async () => command.run(args, fakeIo().io)).rejects.toThrow(new UsageError(message));
  });
});
