import fc from 'fast-check';
import { putLe32 } from '@pilotwire/wire';
import { describe, expect, test } from 'vitest';
import type { PibErrorCode } from '../src/index.js';
import { decodeMme, diffPib, isPibError, nidFromNmk, openPib, patchPib, pibRoles, readPib } from '../src/index.js';
import { BLOCK, barePib, containedPib, putHeader } from './pib-files.js';
import { haveCaptures, homeplugRecords } from './records.js';

const forms = [['bare', barePib()], ['in a container', containedPib()]] as const;

function codeOf(run: () => unknown): PibErrorCode | 'no error' {
  try {
    run();
    return 'no error';
  } catch (error) {
    if (isPibError(error)) return error.code;
    throw error;
  }
}

/** Offsets, in the file, of octets that differ. */
function changed(a: Uint8Array, b: Uint8Array): readonly number[] {
  return [...a.keys()].filter((i) => a[i] !== b[i]);
}

describe.each(forms)('a parameter block, %s', (_, file) => {
  test('gives its named fields, and leaves out those beyond its end', () => {
    const fields = readPib(file);
    expect(fields).toMatchObject({ mac: '00:00:00:00:00:00', userHfid: '', ccoSelection: 0, highSpeedLink: expect.any(Number) });
    expect('simpleQos' in fields).toBe(false);
  });

  test('becomes an EVSE modem\'s by these changes and no others', () => {
    const after = patchPib(file, pibRoles.evse);
    expect(readPib(after)).toMatchObject(pibRoles.evse);
    expect(diffPib(file, after).map(({ field }) => field)).toEqual(
      ['userHfid', 'ccoSelection', 'slacEnable', 'lowSpeedLink', 'highSpeedLink']);
  });

  test('becomes a PEV modem\'s', () => {
    expect(readPib(patchPib(file, pibRoles.pev))).toMatchObject({ userHfid: 'PEV', ccoSelection: 1, slacEnable: 1 });
    expect(readPib(patchPib(file, pibRoles['pev-auto']))).toMatchObject({ userHfid: 'PEV', ccoSelection: 0, slacEnable: 0 });
  });

  test('is written at the offsets that chkpib knows, and nowhere else but in the checksums', () => {
    const { image, modules } = openPib(file);
    const octets = changed(file, patchPib(file, { userHfid: 'EVSE', ccoSelection: 2, slacEnable: 2 }));
    const header = modules.at(-1)?.header;
    const checksums = header === undefined ? [8, 9, 10, 11] : [0x14, 0x15, 0x16, 0x17, 0x5c, 0x5d, 0x5e, 0x5f].map((at) => header + at);
    const fields = [0x74, 0x75, 0x76, 0x77, 0xf4, 0x1653].map((at) => image + at);
    expect(fields.every((at) => octets.includes(at))).toBe(true);
    expect(octets.filter((at) => !fields.includes(at) && !checksums.includes(at))).toEqual([]);
  });

  test('is left as it was by its own values', () => {
    expect(patchPib(file, readPib(file))).toEqual(file);
  });

  test('is refused when any octet is another', () => {
    fc.assert(fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const broken = file.slice();
      broken[at] = (broken[at] as number) ^ flip;
      expect(codeOf(() => readPib(broken))).not.toBe('no error');
    }), { seed: 1, numRuns: 300 });
  });

  test('is refused when cut', () => {
    for (const length of [0, 1, 0x5f, 0xff, 0x100, file.length - 1]) {
      expect(['truncated', 'checksum'], `${length} octets`).toContain(codeOf(() => readPib(file.subarray(0, length))));
    }
  });

  test('refuses values that its fields cannot hold', () => {
    for (const changes of [{ userHfid: 'x'.repeat(65) }, { ccoSelection: 256 }, { nmk: new Uint8Array(15) }, { mac: 'nobody' }, { simpleQos: 1 }]) {
      expect(codeOf(() => patchPib(file, changes)), JSON.stringify(changes)).toBe('field');
    }
  });
});

test('octets without a name are listed as what they were and are', () => {
  const after = barePib();
  after.set([1, 2, 3], 0x300);
  putLe32(after, 8, 0);
  const changes = diffPib(barePib(), patchedChecksum(after));
  expect(changes).toEqual([{ offset: 0x300, before: barePib().slice(0x300, 0x303), after: Uint8Array.of(1, 2, 3) }]);
});

test('text that differs behind its NUL is no change of the field', () => {
  const after = barePib();
  after[0x80] = 0x41;
  expect(diffPib(barePib(), patchedChecksum(after))).toEqual([{ offset: 0x80, before: Uint8Array.of(0), after: Uint8Array.of(0x41) }]);
});

test('a bare block and a contained one are compared by their blocks', () => {
  expect(diffPib(containedPib(), patchPib(containedPib(), { lineFrequency: 2 }))).toEqual(
    [{ field: 'lineFrequency', offset: 0xf6, before: 0, after: 2 }]);
  expect(diffPib(barePib(), containedPib()).map(({ field }) => field)).toEqual(['firmwareVersion', 'pibVersion']);
  expect(codeOf(() => diffPib(barePib(), barePib(BLOCK - 4)))).toBe('length');
});

test('a chain that goes back, has no parameter block, or points out of the file is refused', () => {
  const mend = (header: number, change: Partial<Parameters<typeof putHeader>[2]>): Uint8Array => {
    const bytes = containedPib();
    putHeader(bytes, header, { type: header === 0 ? 0x0e : 0x0f, length: header === 0 ? 24 : BLOCK, next: header === 0 ? 0x78 : 0xffff_ffff, ...change });
    return bytes;
  };
  expect(codeOf(() => openPib(mend(0, {})))).toBe('no error');
  expect(() => openPib(mend(0x78, { next: 0 }))).toThrow(expect.objectContaining({ code: 'chain', offset: 0x78 + 0x1c }));
  expect(codeOf(() => openPib(mend(0x78, { type: 0x10 })))).toBe('chain');
  expect(codeOf(() => openPib(mend(0x78, { next: 0x4000_0000 })))).toBe('truncated');
  expect(codeOf(() => openPib(mend(0x78, { length: 0xffff_fffc })))).toBe('truncated');
  expect(codeOf(() => openPib(mend(0x78, { length: 0x80 })))).toBe('length');
  expect(codeOf(() => openPib(mend(0x78, { length: 0x201 })))).toBe('length');
});

test('a chain is followed for as many modules as a firmware can have', () => {
  const chain = (modules: number): Uint8Array => {
    const bytes = new Uint8Array(modules * 0x60 + BLOCK);
    for (let i = 0; i < modules - 1; i++) putHeader(bytes, i * 0x60, { type: 0x0e, length: 0, next: (i + 1) * 0x60 });
    putHeader(bytes, (modules - 1) * 0x60, { type: 0x0f, length: BLOCK, next: 0xffff_ffff });
    return bytes;
  };
  expect(openPib(chain(64)).modules).toHaveLength(64);
  expect(codeOf(() => openPib(chain(65)))).toBe('chain');
});

test('any bytes are a parameter block or a typed error', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1024 }), (bytes) => {
    expect(codeOf(() => readPib(bytes))).toMatch(/^(truncated|length|checksum|chain|no error)$/);
  }), { seed: 1, numRuns: 300 });
});

function patchedChecksum(bytes: Uint8Array): Uint8Array {
  let sum = 0;
  putLe32(bytes, 8, 0);
  for (let at = 0; at < bytes.length; at += 4) sum ^= new DataView(bytes.buffer).getUint32(at, true);
  putLe32(bytes, 8, ~sum >>> 0);
  return bytes;
}

describe.skipIf(!haveCaptures)('parameter blocks that modems sent', () => {
  const ABB = '2022-11-25_v0.2_ABB';
  const ALPITRONIC = '2022-12-20_alpi';

  /** Joins the blocks that one modem answered to reads of its parameter block. */
  function joined(capture: string, modem: string): Uint8Array {
    const parts = homeplugRecords()
      .filter(({ file }) => file.startsWith(capture))
      .map(({ frame }) => decodeMme(frame))
      .flatMap((mme) => (mme.kind === 'known' && mme.source === modem && mme.value.mme === 'VS_MODULE_OPERATION.CNF' ? mme.value.operations ?? [] : []))
      .flatMap((operation) => (operation.op === 'read-ram' ? [operation] : []));
    const bytes = new Uint8Array(Math.max(...parts.map(({ offset, length }) => offset + length)));
    for (const { offset, data } of parts) bytes.set(data, offset);
    return bytes;
  }

  test.each([
    { capture: ABB, modem: 'bc:f2:af:f1:c8:11', length: 0x1f90, role: { ccoSelection: 2, slacEnable: 2 }, mac: 'bc:f2:af:f1:c8:11' },
    { capture: ALPITRONIC, modem: '98:de:d0:65:0e:f7', length: 0x2284, role: pibRoles.pev, mac: '98:de:d0:65:0e:f7' },
  ])('the one of $modem is whole and says its role', ({ capture, modem, length, role, mac }) => {
    const bytes = joined(capture, modem);
    expect(openPib(bytes).modules.map(({ type }) => type)).toEqual([0x0e, 0x0f]);
    expect(openPib(bytes)).toMatchObject({ image: 0x3c0, length });
    expect(readPib(bytes)).toMatchObject({ ...role, mac, lowSpeedLink: 10_240, highSpeedLink: 102_400 });
    expect(readPib(patchPib(bytes, pibRoles.evse))).toMatchObject(pibRoles.evse);
    expect(patchPib(bytes, readPib(bytes))).toEqual(bytes);
  });

  test('the key of a devolo module gives the network id beside it', () => {
    const { nmk, preferredNid } = readPib(joined(ABB, 'bc:f2:af:f1:c8:11'));
    expect(nidFromNmk(nmk ?? new Uint8Array())).toEqual(preferredNid);
  });
});
