import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CaptureReader, dissect, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { readCapture } from './captures.js';
import type { CaptureRecord } from './record.js';

const folder = sharedPath('captures');
const modelY = '2024-04-20_ModelY_pyPLC_stop_in_precharge.pcapng';

async function read(chunks: readonly Uint8Array[], keyLog?: string): Promise<{ records: CaptureRecord[]; warnings: string[]; error?: unknown }> {
  const records: CaptureRecord[] = [];
  const warnings: string[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  try {
    for await (const record of readCapture(bytes(), { name: 'x.pcapng', warn: (message) => warnings.push(message), ...(keyLog !== undefined && { keyLog }) })) records.push(record);
  } catch (error) {
    return { records, warnings, error };
  }
  return { records, warnings };
}

describe.skipIf(folder === undefined)('recorded captures', () => {
  const load = (name: string): Buffer => readFileSync(`${folder}/${name}`);

  test.each(folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.pcapng')))('%s: as many records of each kind as expected', async (name) => {
    const lines = gunzipSync(load(`${name}.expected.jsonl.gz`)).toString().trim().split('\n');
    const expected = lines.map((line) => JSON.parse(line) as CaptureRecord);
    const { records, warnings } = await read([load(name)]);
    for (const kind of ['homeplug', 'sdp', 'v2gtp']) {
      const [ours, theirs] = [records, expected].map((all) => all.filter((record) => record.kind === kind).map(({ n, hex }) => `${n} ${hex}`));
      expect(ours).toEqual(theirs);
    }
    expect(warnings).toEqual([]);
  });

  test('a file cut off in its last packet shows all before it, with a warning', async () => {
    const whole = load(modelY);
    const { records, warnings, error } = await read([whole.subarray(0, whole.length - 10)]);
    expect([records.length > 300, warnings.length, error]).toEqual([true, 1, undefined]);
  });

  test('a length that cannot be ends the reading, behind the records before it', async () => {
    const bytes = Uint8Array.from(load(modelY));
    const middle = new DataView(bytes.buffer);
    // The block that begins at or behind the middle of the file gets a length no block has.
    let at = 0;
    while (at < bytes.length / 2) at += middle.getUint32(at + 4, true);
    middle.setUint32(at + 4, 0xfffffff0, true);
    const { records, error } = await read([bytes]);
    expect(records.length).toBeGreaterThan(100);
    expect(error).toMatchObject({ name: 'CliError', message: expect.stringContaining(`byte ${at + 4}`) });
  });
});

/** The packets of a capture written anew, without those that disclose TLS secrets. */
function undisclosed(file: Uint8Array): Uint8Array[] {
  const blocks = [pcapngHeader([{ linkType: 1 }])];
  const reader = new CaptureReader({
    packet(packet) {
      const found = dissect(packet);
      const time = packet.time ?? { seconds: 0, nanos: 0 };
      if (found.kind !== 'udp' || found.destinationPort !== 52345) blocks.push(pcapngPacket({ bytes: packet.bytes, time }));
    },
    error(error) {
      throw error;
    },
  });
  reader.push(file);
  reader.end();
  return blocks;
}

/** A decryption secrets block. */
function secretsBlock(keyLog: string): Uint8Array {
  const text = Buffer.from(keyLog.padEnd(Math.ceil(keyLog.length / 4) * 4, '\n'));
  const block = Buffer.alloc(20 + text.length);
  const length = block.length;
  [0x0a, length, 0x544c534b, text.length].forEach((word, i) => block.writeUInt32LE(word, 4 * i));
  text.copy(block, 16);
  block.writeUInt32LE(length, length - 4);
  return block;
}

describe.skipIf(folder === undefined)('TLS secrets', () => {
  const name = 'ISO-2_DC_PnC_TLS_CertInstallation_DS5366_RiseV2G.pcapng';
  const inside = (records: readonly CaptureRecord[]): number => records.filter(({ tls }) => tls).length;

  test('of a file, or of a block of the capture, open what is inside TLS', async () => {
    const keyLog = readFileSync(`${folder}/${name}.keys`, 'utf8');
    const [header, ...packets] = undisclosed(readFileSync(`${folder}/${name}`)) as [Uint8Array, ...Uint8Array[]];
    const closed = await read([header, ...packets]);
    const byFile = await read([header, ...packets], keyLog);
    const byBlock = await read([header, secretsBlock(keyLog), ...packets]);
    expect([inside(closed.records), inside(byFile.records) > 100, inside(byBlock.records)]).toEqual([0, true, inside(byFile.records)]);
    expect((await read([header, ...packets], 'no key log\n')).warnings).toEqual(['the key log holds no secret of TLS 1.2 or 1.3']);
  });
});

test('what is no capture is refused, by its name', async () => {
  const { error } = await read([Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)]);
  expect(error).toMatchObject({ name: 'CliError', message: 'x.pcapng: begins with 01020304: neither pcap nor pcapng (byte 0)' });
});

test('a file that ends before its first packet is refused', async () => {
  const begin = Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a);
  expect((await read([begin])).error).toMatchObject({ name: 'CliError', message: expect.stringMatching(/^x\.pcapng: /) });
  expect(await read([])).toMatchObject({ error: { name: 'CliError' }, warnings: [] });
});
