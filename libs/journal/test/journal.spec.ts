import { Random } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Journal, JournalError, memoryFolder } from '../src/index.js';
import type { Entry, Folder, JournalOptions, JournalReport } from '../src/index.js';
import { collect } from './collect.js';
import { crashFolder } from './crash-folder.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = ({ bytes }: Entry): string => new TextDecoder().decode(bytes);
const all = async (journal: Journal, from = 1): Promise<Entry[]> => collect(journal.read(from));

async function opened(folder: Folder, options: Partial<JournalOptions> = {}) {
  const reports: JournalReport[] = [];
  const journal = await Journal.open({ folder, report: (report) => reports.push(report), time: () => 1_000, ...options });
  return { journal, reports };
}

/** A journal of five records, closed; and its one file. */
async function written(): Promise<{ readonly name: string; readonly bytes: Uint8Array; readonly ends: readonly number[] }> {
  const folder = crashFolder();
  const { journal } = await opened(folder);
  const ends: number[] = [];
  for (const text of ['one', '', 'three', 'fourth', 'fifth']) {
    await journal.append(bytesOf(text));
    ends.push([...folder.files().values()][0]?.length ?? 0);
  }
  const [[name, bytes]] = [...folder.files()] as [[string, Uint8Array]];
  return { name, bytes, ends };
}
const texts = ['one', '', 'three', 'fourth', 'fifth'];

describe('a journal', () => {
  test('gives back what was appended, in order and from anywhere, after it was opened again too', async () => {
    const folder = memoryFolder();
    const { journal } = await opened(folder);
    expect([journal.firstSeq, journal.lastSeq]).toEqual([1, 0]);
    await Promise.all(texts.map((text) => journal.append(bytesOf(text))));
    expect((await all(journal)).map((entry) => [entry.seq, entry.at, textOf(entry)])).toEqual(texts.map((text, i) => [i + 1, 1_000, text]));
    await journal.close();
    const again = await opened(folder);
    expect(again.journal.life).toBe(journal.life);
    expect((await all(again.journal, 4)).map(textOf)).toEqual(['fourth', 'fifth']);
    expect((await again.journal.append(bytesOf('six'))).seq).toBe(6);
    expect((await collect(again.journal.read(2, 3))).map(textOf)).toEqual(['', 'three']);
    expect(again.reports).toEqual([]);
  });

  test('syncs once for records that are appended together, and before any is said to be kept', async () => {
    const folder = crashFolder();
    const { journal } = await opened(folder);
    const before = folder.syncs;
    const appended = Array.from({ length: 100 }, (_, i) => journal.append(bytesOf(`${i}`)));
    expect(folder.syncs).toBe(before);
    await appended[0];
    expect(folder.syncs).toBe(before + 1);
    expect((await Promise.all(appended)).map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(folder.syncs).toBe(before + 1);
  });

  test('refuses what is too large or too much, and everything once it is closed', async () => {
    const { journal } = await opened(memoryFolder());
    await expect(journal.append(new Uint8Array(1_048_577))).rejects.toMatchObject({ code: 'too-large' });
    const many = Array.from({ length: 20 }, () => journal.append(new Uint8Array(1_000_000)).catch((error: unknown) => (error as JournalError).code));
    expect((await Promise.all(many)).filter((one) => one === 'overloaded')).toHaveLength(4);
    await journal.close();
    await expect(journal.append(bytesOf('late'))).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a torn tail', () => {
  test('is cut at every octet to the last whole record, and what follows is appended there', async () => {
    const { name, bytes, ends } = await written();
    for (let size = 0; size < bytes.length; size++) {
      const { journal, reports } = await opened(crashFolder(new Map([[name, bytes.subarray(0, size)]])));
      const whole = ends.filter((end) => end <= size).length;
      expect((await all(journal)).map(textOf)).toEqual(texts.slice(0, whole));
      const end = ends[whole - 1] ?? 34;
      expect(reports).toEqual(size === end ? [] : [{ kind: 'torn', segment: name, position: size < 34 ? 0 : end, bytes: size < 34 ? size : size - end }]);
      expect((await journal.append(bytesOf('next'))).seq).toBe(whole + 1);
      expect((await all(journal)).map(textOf)).toEqual([...texts.slice(0, whole), 'next']);
    }
  });

  test('of zeros or of garbage is cut too', async () => {
    const { name, bytes } = await written();
    const random = new Random(5);
    for (const tail of [new Uint8Array(4_096), random.bytes(100), Uint8Array.of(0xf5, 0x50, 0x57, 0x4a), bytes.subarray(34, 80)]) {
      const { journal, reports } = await opened(crashFolder(new Map([[name, Buffer.concat([bytes, tail])]])));
      expect((await all(journal)).map(textOf)).toEqual(texts);
      expect(reports).toEqual([{ kind: 'torn', segment: name, position: bytes.length, bytes: tail.length }]);
    }
  });
});

describe('damage', () => {
  test('of any octet costs no record but its own, and is reported', async () => {
    const { name, bytes, ends } = await written();
    for (let at = 34; at < (ends[3] as number); at++) {
      const broken = Uint8Array.from(bytes);
      broken[at] = (broken[at] as number) ^ 0x40;
      const { journal, reports } = await opened(crashFolder(new Map([[name, broken]])));
      const hit = ends.findIndex((end) => at < end);
      expect((await all(journal)).map(textOf)).toEqual(texts.filter((_, i) => i !== hit));
      const start = ends[hit - 1] ?? 34;
      expect(reports).toEqual([{ kind: 'damaged', segment: name, position: start, bytes: (ends[hit] as number) - start, after: hit, before: hit + 2 }]);
      expect((await journal.append(bytesOf('next'))).seq).toBe(6);
    }
  });

  test('of a header is reported, and costs no record; the count goes on in another life', async () => {
    const { name, bytes } = await written();
    for (let at = 0; at < 34; at++) {
      const broken = Uint8Array.from(bytes);
      broken[at] = (broken[at] as number) ^ 0x01;
      const folder = crashFolder(new Map([[name, broken]]));
      const { journal, reports } = await opened(folder);
      expect((await all(journal)).map(textOf)).toEqual(texts);
      expect(reports).toEqual([{ kind: 'strange-header', segment: name }]);
      expect((await journal.append(bytesOf('next'))).seq).toBe(6);
      expect((await opened(folder)).journal.life).toBe(journal.life);
    }
  });

  test('any octets make a journal that opens and can be appended to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }), async (contents) => {
        const folder = crashFolder(new Map(contents.map((bytes, i) => [`${String(i * 7 + 1).padStart(16, '0')}.journal`, bytes])));
        const { journal } = await opened(folder);
        const { seq } = await journal.append(bytesOf('here'));
        expect((await all(journal, seq)).map(textOf)).toEqual(['here']);
      }),
      { seed: 6 },
    );
  });
});

describe('retention', () => {
  test('by size drops whole segments, the oldest first, and says so', async () => {
    const folder = memoryFolder();
    const { journal, reports } = await opened(folder, { segmentBytes: 300, keepBytes: 900 });
    for (let i = 1; i <= 60; i++) await journal.append(bytesOf(`record ${i}`));
    expect(journal.lastSeq).toBe(60);
    const dropped = reports.flatMap((report) => (report.kind === 'dropped' ? [[report.firstSeq, report.lastSeq, report.why]] : []));
    expect(dropped[0]).toEqual([1, 9, 'size']);
    expect(reports).toHaveLength(dropped.length);
    expect(journal.firstSeq).toBe((dropped.at(-1)?.[1] as number) + 1);
    expect((await all(journal)).map(({ seq }) => seq)).toEqual(Array.from({ length: 60 - journal.firstSeq + 1 }, (_, i) => journal.firstSeq + i));
    await journal.close();
    const again = await opened(folder);
    expect([again.journal.firstSeq, again.journal.lastSeq]).toEqual([journal.firstSeq, 60]);
  });

  test('by age keeps what is young, and closes a segment that is open too long', async () => {
    let now = 0;
    const { journal, reports } = await opened(memoryFolder(), { keepMs: 1_000, time: () => now });
    for (; now <= 3_000; now += 100) await journal.append(bytesOf(`at ${now}`));
    const oldest = (await all(journal))[0]?.at as number;
    expect(oldest).toBeGreaterThanOrEqual(1_600);
    expect(oldest).toBeLessThanOrEqual(2_000);
    expect(reports.every((report) => report.kind === 'dropped' && report.why === 'age')).toBe(true);
  });

  test('what is dropped while it is read ends early, without an error', async () => {
    const { journal } = await opened(crashFolder(), { segmentBytes: 300, keepBytes: 600 });
    for (let i = 1; i <= 20; i++) await journal.append(bytesOf(`record ${i}`));
    const seen: number[] = [];
    for await (const { seq } of journal.read(1, 60)) {
      seen.push(seq);
      if (seen.length === 1) for (let i = 0; i < 40; i++) await journal.append(bytesOf('more'));
    }
    expect(seen).toEqual([...seen].toSorted((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(0);
  });
});

describe('a disk that says no', () => {
  test.each([['ENOSPC', 'disk-full'], ['EDQUOT', 'disk-full'], ['EIO', 'io']])('%s is %s; once it says yes again, appending goes on, without a gap', async (code, ours) => {
    const folder = crashFolder();
    const { journal } = await opened(folder, { segmentBytes: 200 });
    await journal.append(bytesOf('before'));
    for (let i = 0; i < 3; i++) {
      folder.failWith(code);
      await expect(journal.append(bytesOf('lost'.repeat(50)))).rejects.toMatchObject({ name: 'JournalError', code: ours });
      folder.failWith(undefined);
      await journal.append(bytesOf('after'));
      await journal.append(bytesOf('and on'));
    }
    expect((await all(journal)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await all(journal)).map(textOf)).not.toContain('lost'.repeat(50));
    const again = await opened(folder.crash(new Random(1)));
    expect((await all(again.journal)).map(textOf)).toEqual((await all(journal)).map(textOf));
    expect(again.reports).toEqual([]);
  });
});

test('after a power cut at any moment every acknowledged record is there, in order, once', async () => {
  let acknowledged = 0;
  let torn = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed);
    let folder = crashFolder();
    const kept: string[] = [];
    for (let life = 0; life < 3; life++) {
      const { journal, reports } = await opened(folder, { segmentBytes: 400 });
      torn += reports.filter(({ kind }) => kind === 'torn').length;
      expect(reports.filter(({ kind }) => kind !== 'torn')).toEqual([]);
      const found = (await all(journal)).map(textOf);
      // What was acknowledged is there; what was not may be, behind it.
      expect(found.slice(0, kept.length)).toEqual(kept);
      kept.splice(0, kept.length, ...found);
      // After the cut nobody hears what the old process is still told.
      let powered = true;
      const steps = random.int(0, 30);
      for (let i = 0; i < random.int(1, 12); i++) {
        const text = `${seed}/${life}/${i}${'.'.repeat(random.int(0, 120))}`;
        void journal.append(bytesOf(text)).then(() => powered && kept.push(text));
        for (let turn = random.int(0, 20); turn > 0; turn--) await Promise.resolve();
      }
      for (let turn = 0; turn < steps; turn++) await Promise.resolve();
      acknowledged += kept.length;
      powered = false;
      folder = folder.crash(random);
    }
  }
  expect(acknowledged).toBeGreaterThan(2_000);
  expect(torn).toBeGreaterThan(50);
});

test('whoever has said everything again may drop what lies before it, whole segments at a time', async () => {
  const reports: unknown[] = [];
  const folder = crashFolder();
  const journal = await Journal.open({ folder, report: (report) => reports.push(report), segmentBytes: 100, keepBytes: Infinity, keepMs: Infinity });
  for (let i = 1; i <= 20; i++) await journal.append(new Uint8Array(40).fill(i));
  await journal.dropBefore(15);
  expect(journal.firstSeq).toBeGreaterThan(10);
  expect(journal.firstSeq).toBeLessThanOrEqual(15);
  const seqs: number[] = [];
  for await (const { seq } of journal.read(1)) seqs.push(seq);
  expect(seqs).toEqual(Array.from({ length: 21 - journal.firstSeq }, (_, i) => journal.firstSeq + i));
  expect(reports).toContainEqual(expect.objectContaining({ kind: 'dropped', why: 'asked' }));
  await journal.dropBefore(1_000);
  expect(journal.lastSeq).toBe(20);
  const { seq } = await journal.append(new Uint8Array(1));
  expect(seq).toBe(21);
  await journal.close();
});
