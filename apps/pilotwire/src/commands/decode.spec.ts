import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { toy } from '../../test/toy.js';
import { UsageError } from '../errors.js';
import type { Libraries, ReadCapture } from '../libraries.js';
import type { CaptureRecord } from '../record.js';
import { decodeCommand } from './decode.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = { n: 1, t: 1681645913.5, dir: '?', hex: '00', decoded: null } as const;
const records: CaptureRecord[] = [
  { ...base, kind: 'homeplug', schema: 'homeplug', type: 'CM_SLAC_PARM.REQ', decoded: { runId: '01' } },
  { ...base, kind: 'sdp', dir: 'ev->evse', decoded: { SDPReq: { security: 16, transport: 0 } } },
  { ...base, kind: 'v2gtp', schema: 'din', type: 'PreChargeReq', conn: 0, decoded: { PreChargeReq: { n: 1 } } },
  { ...base, kind: 'v2gtp', schema: 'din', type: null, conn: 0, error: { code: 'truncated', message: 'cut short' }, t: base.t + 2 },
];

/** Counts what it is fed, so that a test sees that the whole file went through. */
const fed: number[] = [];
const readCapture: ReadCapture = async function* (bytes) {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  fed.push(size);
  yield* records;
};
const libraries: Libraries = { codecs: { ping: toy(1, 'Ping'), din: toy(2, 'Pong') }, readCapture, types: () => new Set(['PreChargeReq', 'PreChargeRes']) };
const pcapng = Buffer.from(`0a0d0d0a${'00'.repeat(60)}`, 'hex');

interface Shown {
  readonly code: number;
  readonly printed: string[];
  readonly errors: string[];
}

async function decode(args: string[], stdin: (string | Uint8Array)[] = [], outTerminal = false): Promise<Shown> {
  const { io, printed, errors } = fakeIo({ stdin, outTerminal });
  return { code: await decodeCommand(libraries).run(args, io), printed, errors };
}

describe('decode of bare EXI', () => {
  test('gives XML, and a comment where there is none', async () => {
    expect(await decode(['--xml', '0107', '03'])).toMatchObject({
      code: 1,
      printed: ['<Ping n="7"/>', expect.stringMatching(/^<!-- no-schema at byte 0 bit 0: no schema fits; .* -->$/)],
    });
    await expect(decode(['--xml', '--json', '0107'])).rejects.toThrow(UsageError);
  });

  test('gives one line for each line of input, in order, and exit code 1 if one failed', async () => {
    const { code, printed } = await decode(['--json', '--schema', 'ping', '-'], ['0107\nxx\n', '\n01', '08']);
    expect(printed.map((line) => JSON.parse(line))).toEqual([
      { schema: 'ping', type: 'Ping', decoded: { Ping: { n: 7 } } },
      { error: expect.objectContaining({ code: 'not-hex' }) },
      { error: expect.objectContaining({ code: 'other-message', byte: 0 }) },
      { schema: 'ping', type: 'Ping', decoded: { Ping: { n: 8 } } },
    ]);
    expect(code).toBe(1);
  });

  test('is for people at a terminal, and JSON for other programs', async () => {
    const { printed } = await decode(['0107']);
    expect(printed.map((line) => JSON.parse(line))).toEqual([{ schema: 'ping', type: 'Ping', decoded: { Ping: { n: 7 } } }]);
    expect((await decode(['--json', '0107'], [], true)).printed).toEqual(printed);
    expect((await decode(['0107'], [], true)).printed).toEqual(['ping  Ping  n=7']);
  });

  test('reads hex from its arguments, and says what is wrong with it', async () => {
    expect(await decode(['0107', '0208'], [], true)).toMatchObject({ code: 0, printed: ['ping  Ping  n=7', 'din  Pong  n=8'] });
    expect(await decode(['--schema', 'ping', '0208', '010', '0x0107'], [], true)).toMatchObject({
      code: 1,
      printed: [
        'error: other-message at byte 0 bit 0: no message begins with 2',
        'error: not-hex at byte 1 bit 0: an odd number of hex digits',
        'error: not-hex at byte 0 bit 0: not a hex digit: "x"',
      ],
    });
  });

  test('a line over 4 MiB is an error line, and the next one is read', async () => {
    const { printed } = await decode(['--json', '-'], ['01'.repeat(2_100_000), '\n0107\n']);
    expect(printed.map((line) => JSON.parse(line))).toEqual([
      { error: expect.objectContaining({ code: 'line-too-long' }) },
      { schema: 'ping', type: 'Ping', decoded: { Ping: { n: 7 } } },
    ]);
  });

  test.each([
    [[], 'nothing to decode'],
    [['--schema', 'pnig', '0107'], 'unknown schema: pnig (did you mean ping?)'],
    [['--schema', 'ping', '--schema', 'din', '0107'], '--schema is given twice'],
    [['--stats', '0107'], 'are for captures'],
    [['--kind', 'hompelug', 'x'], 'unknown kind: hompelug (did you mean homeplug?)'],
    [['--schema', 'dni', 'x.pcapng'], 'unknown schema: dni (did you mean din?); there are: ping, din, homeplug, sdp'],
    [['--pretty', '0107'], '--pretty is for --xml'],
  ])('%j is refused: %s', async (args, message) => {
    await expect(decode(args)).rejects.toThrow(UsageError);
    await expect(decode(args)).rejects.toThrow(message);
  });

  test('a word that is neither a file nor hex is a file that is not there', async () => {
    expect(await decode(['0107x'])).toEqual({ code: 1, printed: [], errors: ['pilotwire: decode: no such file: 0107x\n'] });
  });
});

describe('decode of captures', () => {
  test('reads files, packed ones and standard input', async () => {
    const [plain, packed] = [join(folder, 'a.pcapng'), join(folder, 'b.pcapng.gz')];
    writeFileSync(plain, pcapng);
    writeFileSync(packed, gzipSync(pcapng));
    fed.length = 0;
    const { code, printed } = await decode(['--json', plain, packed, '-'], [pcapng]);
    expect([code, fed]).toEqual([0, [64, 64, 64]]);
    const told = [plain, packed, '-'].flatMap((file) => records.map((record) => ({ file, ...record })));
    expect(printed.map((line) => JSON.parse(line))).toEqual(told);
  });

  test('a file that cannot be read does not end the reading of the next', async () => {
    const there = join(folder, 'c.pcapng');
    writeFileSync(there, pcapng);
    const { code, printed, errors } = await decode(['--json', join(folder, 'gone.pcapng'), there]);
    expect([code, printed.length]).toEqual([1, records.length]);
    expect(errors).toEqual([expect.stringContaining('no such file: ')]);
  });

  test('a file goes before hex, and several files are told apart', async () => {
    const name = 'abcd';
    writeFileSync(join(folder, name), pcapng);
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await decode([name, name])).printed[0]).toMatch(/^abcd: 11:51:53\.500 {2}\? /);
    } finally {
      process.chdir(before);
    }
  });

  test.each([
    [['--kind', 'sdp'], [1]],
    [['--kind', 'sdp', '--kind', 'homeplug'], [0, 1]],
    [['--type', 'PreChargeReq'], [2]],
    [['--schema', 'din'], [2, 3]],
    [['--schema', 'din', '--type', 'CM_SLAC_PARM.REQ'], []],
  ])('%j shows the records %j', async (filter, shown) => {
    const { printed } = await decode(['--json', ...filter, '-'], [pcapng]);
    expect(printed.map((line) => JSON.parse(line))).toEqual(shown.map((i) => records[i]));
  });

  test('a type that nobody knows and no message has is an error, with what may be meant; one that is only not there is none', async () => {
    await expect(decode(['--type', 'PreChargReq', '-'], [pcapng])).rejects.toThrow('no message has the type PreChargReq (did you mean PreChargeReq?)');
    await expect(decode(['--type', 'PreChargeReq', '--type', 'Nobody', '-'], [pcapng])).rejects.toThrow('no message has the type Nobody');
    expect(await decode(['--type', 'PreChargeRes', '-'], [pcapng])).toEqual({ code: 0, printed: [], errors: [] });
    // The codecs do not list it; the capture has it.
    expect(await decode(['--schema', 'din', '--type', 'CM_SLAC_PARM.REQ', '-'], [pcapng])).toEqual({ code: 0, printed: [], errors: [] });
  });

  test('--stats counts instead', async () => {
    const { printed } = await decode(['--stats', '--json', '-'], [pcapng]);
    expect(JSON.parse(printed[0] ?? '')).toEqual({
      file: '-', messages: 4, errors: 1, anomalies: 0, connections: 1, seconds: 2,
      types: [
        { kind: 'sdp', schema: '', type: '', count: 1 },
        { kind: 'v2gtp', schema: 'din', type: '', count: 1 },
        { kind: 'homeplug', schema: 'homeplug', type: 'CM_SLAC_PARM.REQ', count: 1 },
        { kind: 'v2gtp', schema: 'din', type: 'PreChargeReq', count: 1 },
      ],
    });
    expect((await decode(['--stats', '-'], [pcapng])).printed).toEqual([
      [
        '-: 4 messages in 2.000 s, 1 connection, 1 undecodable, 0 anomalies',
        '        1  -  (sdp)',
        '        1  -  (v2gtp din)',
        '        1  CM_SLAC_PARM.REQ  (homeplug)',
        '        1  PreChargeReq  (v2gtp din)',
      ].join('\n'),
    ]);
  });
});
